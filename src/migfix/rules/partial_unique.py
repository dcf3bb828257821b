"""A unique index covers rows that it should perhaps not, or not the same rows on every database.

Soft-deleted rows still count: once a row is marked deleted, its value can never be used again. A column that is added
with a constant default gives every old row the same value, and the build fails from two rows on; so does NULLS NOT
DISTINCT over a column that is still empty. SQL Server takes NULLs as equal; PostgreSQL, SQLite, MySQL and MariaDB do
not, so `WHERE c IS NOT NULL` is never needed for correctness there (measured on PostgreSQL 15 to 18, SQLite 3.40 and
MariaDB 10.11). A `postgresql_where` alone gives a full unique index on SQLite.

The cure is a partial unique index, over living rows or over rows with a real value. It is always a question, never
done in silence; only a missing `sqlite_where` or `mssql_where` beside a `postgresql_where` is simply added.

What it costs: ON CONFLICT must repeat the condition, no foreign key can refer to the columns, ADD CONSTRAINT … USING
INDEX refuses it, and MySQL and MariaDB have none (they ignore the condition). Autogenerate sees no difference between
a full and a partial index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.plan import Plan, Risk
from migfix.recipes import partial
from migfix.recipes.partial import partial_plan
from migfix.recipes.spelling import quoted
from migfix.rules.api import rule


@rule("MF204", ops.CreateIndex, on_existing=False)
def covers_too_much(op: ops.CreateIndex, at: Placed, ctx: Context) -> Iterator[Risk]:
    if (
        op.unique is not True
        or not ctx.on_postgresql(at)
        or ctx.dropped_later(op.table, at)
        or _is_temporary(op, at, ctx)
    ):
        return
    found = tuple(partial.missing_conditions(op, at, ctx)) if op.where else tuple(_too_wide(op, at, ctx))
    if found:
        message, plan = found[0]
        yield Risk(message=message, subject=str(op.name or op.table), plans=(plan, *(p for _, p in found[1:])))


def _is_temporary(op: ops.CreateIndex, at: Placed, ctx: Context) -> bool:
    """The revision drops the index again, or makes a constraint from it."""
    return op.name is not None and any(
        (isinstance(p.op, ops.DropIndex) and p.op.name == op.name)
        or (isinstance(p.op, ops.AddConstraintUsingIndex) and p.op.index == op.name)
        for p in ctx.later(at)
    )


def _too_wide(op: ops.CreateIndex, at: Placed, ctx: Context) -> Iterator[tuple[str, Plan]]:
    name, given = op.name or op.table, partial.chosen(op, ctx)
    if given is not None:
        title, assumes = (
            f"index only the rows where {given}",
            "the condition is the one that was given with --where or in the configuration",
        )
        plan = partial_plan(op, at, ctx, sql=given, title=title, assumes=assumes, given=True)
        yield f"{name} covers all rows of {op.table}, while a condition was given for it", plan
    same = partial.same_for_all(op, at, ctx)
    if same is not None:
        column, value = same
        plan = partial_plan(
            op,
            at,
            ctx,
            sql=f"{quoted(column)} <> {value}",
            title=f"index only the rows whose {column} is not the default",
            assumes=f"{value} means that a row has no {column} of its own, and any number of rows may have it",
        )
        yield f"{name} fails from two rows on: {column} is added with the same default {value} for every row", plan
    if partial.is_nulls_certain_to_collide(op, at, ctx):
        column = next(c.value for c in op.columns if isinstance(c.value, str))
        wide = replace(op, nulls_not_distinct=False)
        title, assumes = f"index only the rows where {column} is set", f"any number of rows may have no {column}"
        plan = partial_plan(wide, at, ctx, sql=f"{quoted(column)} IS NOT NULL", title=title, assumes=assumes)
        yield (
            f"{name} fails from two rows on: {column} is NULL in every row, and NULLS NOT DISTINCT takes these as equal",
            plan,
        )
    yield from partial.soft_deleted(op, at, ctx)
    yield from partial.equal_nulls(op, at, ctx)
