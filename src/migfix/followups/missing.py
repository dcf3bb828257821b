"""Indexes that are not there: their name, and whether the models have them."""

from __future__ import annotations

from migfix.followups.past import Done, Past
from migfix.followups.swap import plain_index
from migfix.model import ops
from migfix.model.maybe import Table
from migfix.plan import Part
from migfix.recipes.indexes import build_concurrently, drop_concurrently
from migfix.recipes.naming import effective_name

_LONGEST = 63


def declared_name(table: Table, columns: tuple[str, ...], past: Past) -> str | None:
    """The name of the index over these columns that the models declare; None where they have none."""
    declared = past.models.table(table) if past.models else None
    if declared is None:
        return None
    for index in declared.indexes:
        if index.columns == columns and not index.partial and index.unique is False and index.name:
            return index.name
    column = declared.columns.get(columns[0]) if len(columns) == 1 else None
    if column is not None and column.index is True and column.unique is False:
        name = effective_name(None, "ix", table, columns, past.env.naming)
        return name if isinstance(name, str) else None
    return None


def built(table: Table, columns: tuple[str, ...], past: Past) -> ops.CreateIndex | None:
    """The index to build, under the models' name or the one that `index=True` would give; None where that is taken."""
    name = declared_name(table, columns, past)
    if name is None and len(columns) == 1:
        made = effective_name(None, "ix", table, columns, past.env.naming)
        name = made if isinstance(made, str) else None
    name = name or "_".join(("ix", table.name.text, *columns))
    taken = any(i.name == name for state in past.schema.tables.values() for i in state.indexes)
    return None if taken or len(name.encode()) > _LONGEST else plain_index(name, table, columns)


def steps_of(index: ops.CreateIndex, past: Past, done: Done, comment: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both functions: built concurrently, dropped concurrently."""
    if index.name is None:
        raise ValueError("an index that is built anew needs a name")
    ctx = past.context(done)
    drop = ops.DropIndex(name=index.name, table=index.table)
    up = Part(steps=(build_concurrently(index, ctx, comment=comment),))
    return (up,), (Part(steps=(drop_concurrently(drop, ctx, comment=None),)),)
