"""A unique index counts rows that are marked deleted.

Once a row is marked deleted its value can never be used again. Only people know whether that is meant, so the
condition must be given (--where). A follow-up builds the partial index concurrently beside the old one, then drops the
old one: rows are never unguarded. The models must say the same (`postgresql_where`); autogenerate does not see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.followups.api import Left, follow_up
from migfix.followups.names import constraint_left, index_left, is_dropped, real_name
from migfix.followups.past import Done, Past
from migfix.followups.swap import plain_index, swapped
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Table
from migfix.model.schema import TableState
from migfix.plan import Applicability, Input, Part, Step
from migfix.recipes.partial import COSTS, condition
from migfix.recipes.spelling import quoted


@follow_up(60, "narrow unique indexes")
def counts_the_deleted(past: Past) -> Iterator[Left]:
    for done in past.done:
        if isinstance(done.op, ops.CreateIndex | ops.CreateUniqueConstraint) and done.is_certain:
            yield from _left(done, done.op, past)


def _left(done: Done, op: ops.CreateIndex | ops.CreateUniqueConstraint, past: Past) -> Iterator[Left]:
    found = _found(done, op, past)
    if found is None:
        return
    table, name, columns = found
    if past.is_moved(done, table, *columns):
        return
    state = past.state(table)
    living = _living(state, columns, past) if state else None
    key = f"{table}.{columns[0]}"
    given = past.settings.wheres.get(key)
    if (living is None and given is None) or state is None or past.is_doubtful(done, name, op.table.name.text):
        return
    why_not = _referred(table, columns, past)
    ctx, full = past.context(done), plain_index(name, table, columns, unique=True)
    back = swapped(
        full, name, ctx, comment=f"As {done.revision} left it.", constraint=isinstance(op, ops.CreateUniqueConstraint)
    )
    declared = "Index(…, unique=True, postgresql_where=…)"
    yield Left(
        done=done,
        subject=f"{table}.{name}",
        message=f"{name} counts deleted rows of {table} too: once a row is marked deleted, its {', '.join(columns)} can never be used again; index only living rows",
        slug=f"narrow {name} to living rows",
        applicability=Applicability.REVIEW,
        up=() if given is None else (Part(steps=(_narrowed(full, given, done, ctx),)),),
        down=(Part(steps=(back,)),),
        needs=() if given is not None or why_not else (_asked(key, columns, living),),
        assumes=(*COSTS, f"the models say it too ({declared}): autogenerate does not see the difference"),
        why_not=why_not,
    )


def _narrowed(full: ops.CreateIndex, given: str, done: Done, ctx: Context) -> Step:
    name = str(full.name)
    comment = f"{name} of {done.revision} counts every row; only rows where {given} shall be unique."
    return swapped(replace(full, where=condition(given)), name, ctx, comment=comment)


def _asked(key: str, columns: tuple[str, ...], living: str | None) -> Input:
    question = f"which rows must have their own {' and '.join(columns)}?"
    return Input(key=key, kind="where", question=question, suggestion=living)


def _found(
    done: Done, op: ops.CreateIndex | ops.CreateUniqueConstraint, past: Past
) -> tuple[Table, str, tuple[str, ...]] | None:
    """The index or constraint as it is at the end: full, over plain columns, and made by this op."""
    if isinstance(op, ops.CreateUniqueConstraint):
        left, real = constraint_left(op, past), real_name(op, done, past)
        if (
            left is None
            or not isinstance(real, str)
            or is_dropped({real}, done, left[0], past)
            or op.deferrable
            or op.nulls_not_distinct is not False
            or op.extra
        ):
            return None
        return left[0], real, tuple(c.text for c in op.columns)
    kept = index_left(op, past)
    columns = tuple(c.value for c in op.columns if isinstance(c.value, str))
    plain = (
        op.unique is True
        and op.where is None
        and op.nulls_not_distinct is False
        and not op.extra
        and op.using in (None, "btree")
    )
    if kept is None or not plain or len(columns) != len(op.columns) or kept[1].partial or op.name is None:
        return None
    return kept[0], op.name.text, columns


def _living(state: TableState, columns: tuple[str, ...], past: Past) -> str | None:
    """The predicate of rows that are not soft-deleted, where the table has such a column and the index ignores it."""
    for name in past.settings.soft_delete_columns:
        column = state.column(name)
        if column is None or name in columns:
            continue
        if getattr(column.type, "name", None) not in ("Boolean", "BOOLEAN"):
            return f"{quoted(name)} IS NULL"
        return f"NOT {quoted(name)}" if column.nullable is False else f"{quoted(name)} IS NOT TRUE"
    return None


def _referred(table: Table, columns: tuple[str, ...], past: Past) -> str | None:
    """A foreign key needs the full index."""
    for done, op in past.of(ops.CreateForeignKey):
        if op.referent.key == table.key and {c.text for c in op.remote_cols} == set(columns):
            return f"{op.name or 'a foreign key'} of {done.revision} refers to {', '.join(columns)}: a foreign key needs the full index"
    return None
