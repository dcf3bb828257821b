"""No index begins with the columns of a foreign key.

Every DELETE of a parent row, and every UPDATE of its key, reads the whole child table to look for rows that refer to
it, and so does every join from the parent. A follow-up builds the index concurrently. Where the models declare the
index it is simply missing; where they do not, they must get it too, or autogenerate drops it again: a question then.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.followups.api import Left, follow_up
from migfix.followups.missing import built, declared_name, steps_of
from migfix.followups.past import Done, Past, table_at
from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Table
from migfix.model.schema import TableState
from migfix.plan import Applicability
from migfix.recipes.indexes import why_not_concurrently


@follow_up(55, "index foreign keys")
def reads_the_whole_table(past: Past) -> Iterator[Left]:
    for key, state in past.schema.tables.items():
        table = table_at(key)
        if not state.complete or {str(table), table.name.text} & past.settings.small_tables:
            continue
        for constraint in state.constraints:
            columns = constraint.columns
            if constraint.kind != "foreign" or columns is UNKNOWN or not columns or has_index(state, columns):
                continue
            done = _made_by(table, columns, past)
            if done is None or _is_dropped(done, table, columns, past) or past.is_moved(done, table, *columns):
                continue
            if not past.is_doubtful(done, None, table.name.text):
                yield from _left(done, table, columns, past)


def has_index(state: TableState, columns: tuple[str, ...]) -> bool:
    """An index, a key or a unique constraint begins with the columns, in any order; one of unknown columns may."""
    keys = [i.columns for i in state.indexes]
    keys += [
        c.columns if isinstance(c.columns, tuple) else (UNKNOWN,)
        for c in state.constraints
        if c.kind in ("unique", "primary", "exclude")
    ]
    keys += [state.primary_key if isinstance(state.primary_key, tuple) else (UNKNOWN,)]
    return any(_begins(key, columns) for key in keys)


def _begins(key: tuple[object, ...], columns: tuple[str, ...]) -> bool:
    """For a key of several columns an index that begins with one of them narrows the search well enough."""
    return bool(key) and (key[0] is UNKNOWN or key[0] in columns)


def _is_dropped(done: Done, table: Table, columns: tuple[str, ...], past: Past) -> bool:
    """A later statement drops a constraint of the table that is named after the columns, as unnamed ones are."""
    return any(
        isinstance(d.op, ops.DropConstraint)
        and d.op.table.key == table.key
        and all(c in d.op.name.text for c in columns)
        for d in past.later(done)
    )


def _made_by(table: Table, columns: tuple[str, ...], past: Past) -> Done | None:
    """The last op that adds the foreign key."""
    for done in reversed(past.done):
        op = done.op
        if isinstance(op, ops.CreateForeignKey) and op.table.key == table.key:
            found = tuple(c.text for c in op.local_cols) == columns
        elif isinstance(op, ops.AddColumn) and op.table.key == table.key:
            found = bool(op.column.references) and (op.column.name.text,) == columns
        elif isinstance(op, ops.CreateTable) and op.table.key == table.key:
            found = any(c.kind == "foreign" and c.columns == columns for c in op.constraints) or any(
                c.references and (c.name.text,) == columns for c in op.columns
            )
        else:
            continue
        if found:
            return done if done.is_certain else None
    return None


def _left(done: Done, table: Table, columns: tuple[str, ...], past: Past) -> Iterator[Left]:
    index = built(table, columns, past)
    if index is None or index.name is None:
        return
    declared = declared_name(table, columns, past) is not None
    named = ", ".join(columns)
    why_not = why_not_concurrently(index, past.context(done))
    comment = f"{done.revision} made the foreign key {table}({named}) without an index: each DELETE of a parent row reads the whole table."
    up, down = steps_of(index, past, done, comment)
    yield Left(
        done=done,
        subject=f"{table}.{named}",
        message=f"no index begins with the foreign key {table}({named}): each DELETE of a parent row reads all of {table}; build one concurrently",
        slug=f"index {table.name} {' '.join(columns)}",
        applicability=Applicability.SAFE if declared else Applicability.REVIEW,
        up=() if why_not else up,
        down=down,
        assumes=()
        if declared
        else (f"the models get the index too ({index.name}, or index=True): autogenerate wants to drop it otherwise",),
        why_not=why_not,
    )
