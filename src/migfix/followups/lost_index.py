"""A multi-column index went with a column that was dropped.

DROP COLUMN drops every index that has the column, without a word; queries that used the other columns read the whole
table since. A follow-up builds the index over the columns that are left. Where the models have that index it is simply
missing, where they cannot be read it is a question, and where they do without it, it is meant to be gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.followups.api import Left, follow_up
from migfix.followups.foreign_key_without_index import has_index
from migfix.followups.missing import built, declared_name, steps_of
from migfix.followups.past import Done, Past
from migfix.model import ops
from migfix.model.schema import IndexState
from migfix.plan import Applicability
from migfix.recipes.indexes import why_not_concurrently


@follow_up(56, "rebuild lost indexes")
def went_with_its_column(past: Past) -> Iterator[Left]:
    for done, op in past.of(ops.DropColumn):
        before = past.context(done).state(op.table, done.at)
        after = past.state(op.table)
        if before is None or after is None or done.at.condition is not None:
            continue
        for index in before.indexes:
            columns = tuple(c for c in index.columns if isinstance(c, str) and c != op.column.text)
            whole = len(columns) == len(index.columns) - 1 and bool(columns) and op.column.text in index.columns
            if not whole or index.unique is not False or index.partial or not set(columns) <= after.columns.keys():
                continue
            if any(c.kind == "foreign" and c.columns == columns for c in after.constraints):
                continue  # It is a foreign key without an index.
            if past.is_moved(done, op.table, *columns):
                continue
            if not has_index(after, columns) and not past.is_doubtful(done, None, op.table.name.text):
                yield from _left(done, op, index, columns, past)


def _left(done: Done, op: ops.DropColumn, index: IndexState, columns: tuple[str, ...], past: Past) -> Iterator[Left]:
    declared = past.models.table(op.table) if past.models else None
    known = declared_name(op.table, columns, past) is not None
    made = built(op.table, columns, past)
    if made is None or (declared is not None and declared.complete and not known):
        return
    why_not = why_not_concurrently(made, past.context(done))
    named = ", ".join(columns)
    comment = f"{index.name} went with {op.column} in {done.revision}; the index over what is left was never built."
    up, down = steps_of(made, past, done, comment)
    yield Left(
        done=done,
        subject=f"{op.table}.{index.name}",
        message=f"{index.name} on {op.table} went with the column {op.column}: what looked for {named} reads the whole table since; build an index over {named}",
        slug=f"index {op.table.name} {' '.join(columns)}",
        applicability=Applicability.SAFE if known else Applicability.REVIEW,
        up=() if why_not else up,
        down=down,
        assumes=() if known else (f"queries still look for {named}, and the models get the index too",),
        why_not=why_not,
    )
