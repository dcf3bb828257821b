"""A unique index stands where the models have a unique constraint.

Somebody built the index concurrently and stopped there. Autogenerate wants to drop the index and add the constraint
with every run, and ON CONFLICT ON CONSTRAINT fails. A follow-up turns the index into the constraint (UNIQUE USING
INDEX), a change of the catalogue only. It needs models that can be read.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.followups.api import Left, follow_up
from migfix.followups.names import index_left
from migfix.followups.past import Done, Past, final
from migfix.followups.swap import plain_index, swapped
from migfix.model import ops
from migfix.model.declared import DeclaredTable
from migfix.model.maybe import Table
from migfix.plan import Part, Step
from migfix.recipes.naming import effective_name


@follow_up(90, "make unique indexes constraints")
def is_no_constraint(past: Past) -> Iterator[Left]:
    last = {op.name.text: (done, op) for done, op in past.of(ops.CreateIndex) if op.name is not None}
    for name, (done, op) in last.items():
        left = index_left(op, past)
        columns = tuple(c.value for c in op.columns if isinstance(c.value, str))
        plain = op.unique is True and op.where is None and op.using in (None, "btree") and not op.extra
        if (
            left is None
            or past.is_moved(done, left[0], *columns)
            or not plain
            or len(columns) != len(op.columns)
            or not done.is_certain
        ):
            continue
        state = past.state(left[0])
        if state is not None and any(c.kind == "unique" and c.columns == columns for c in state.constraints):
            continue  # The constraint is there, beside the index.
        if f"{left[0]}.{columns[0]}" in past.settings.wheres:
            continue  # It is to become a partial index.
        wanted = _constraint(left[0], name, columns, past)
        if wanted is not None and not past.is_doubtful(done, name, op.table.name.text):
            yield _left(done, left[0], name, wanted, columns, past)


def _constraint(table: Table, index: str, columns: tuple[str, ...], past: Past) -> str | None:
    """The name of the unique constraint that the models declare in place of the index."""
    declared = past.models.table(table) if past.models else None
    if declared is None or any(i.name == index for i in declared.indexes) or _is_index(declared, columns):
        return None
    found = [u.name for u in declared.uniques if u.columns == columns]
    if len(columns) == 1 and columns[0] in declared.columns:
        column = declared.columns[columns[0]]
        found += [None] if column.unique is True and column.index is False else []
    if len(found) != 1:
        return None
    name = found[0] or effective_name(None, "uq", table, columns, past.env.naming)
    return name if isinstance(name, str) else None


def _is_index(declared: DeclaredTable, columns: tuple[str, ...]) -> bool:
    """The models want a unique index over these columns as well."""
    return any(i.columns == columns and i.unique is not False for i in declared.indexes)


def _left(done: Done, table: Table, index: str, name: str, columns: tuple[str, ...], past: Past) -> Left:
    made = ops.AddConstraintUsingIndex(name=final(name), table=table, kind="unique", index=final(index))
    comment = f"{done.revision} built {index}; the models have the constraint. Only the catalogue changes."
    back = swapped(
        plain_index(index, table, columns, unique=True),
        name,
        past.context(done),
        comment=f"As {done.revision} left it: the index alone.",
    )
    return Left(
        done=done,
        subject=f"{table}.{index}",
        message=f"{index} on {table} is a unique index where the models have the constraint {name}: autogenerate wants to replace it with every run; make the index the constraint",
        slug=f"make {index} a constraint",
        up=(Part(steps=(Step(ops=(made,), comment=comment),)),),
        down=(Part(steps=(back,)),),
    )
