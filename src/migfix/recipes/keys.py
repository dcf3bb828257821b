"""Primary keys and unique constraints as indexes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.identifiers import qualified, quoted
from migfix.model.maybe import UNKNOWN, Expr, Maybe, Name, Table
from migfix.model.revision import Placed
from migfix.plan import Step
from migfix.recipes.constraints import dropped_before, dropped_earlier, index_then_constraint
from migfix.recipes.indexes import build_concurrently, why_not_concurrently
from migfix.recipes.naming import named, why_unnamed
from migfix.recipes.spelling import literal


def key_index(
    name: Name, table: Table, columns: Sequence[Name], *, nulls_not_distinct: Maybe[bool] = False
) -> ops.CreateIndex:
    """The unique index that can become a key: named like it, plain columns, no condition."""
    keys = tuple(Expr(code=c.code or literal(c.text), value=c.text) for c in columns)
    return ops.CreateIndex(name=name, table=table, columns=keys, unique=True, nulls_not_distinct=nulls_not_distinct)


def unguarded(made: ops.AddConstraintUsingIndex, at: Placed, ctx: Context) -> tuple[str, ...]:
    """What is assumed where the revision drops the old key long before the new one can stand; empty where it does not."""
    primary = made.kind == "primary"
    dropped = dropped_earlier(made.name, made.table, at, ctx, primary=primary)
    if dropped is None or dropped_before(made.name, made.table, at, ctx, primary=primary):
        return ()
    line = dropped.span.line
    return (f"nobody writes duplicates into {made.table} while {made.name} is built: line {line} drops the old key",)


def why_not_over_index(extra: ops.Extra) -> str | None:
    """Why the constraint's further keywords keep it from being made over an index; None where there are none."""
    named = ", ".join(key for key, _ in extra)
    return f"it has {named}=, which ADD CONSTRAINT … USING INDEX cannot carry over" if named else None


def duplicates(table: Table, columns: Sequence[Name]) -> str:
    """The query that finds rows a unique index would refuse."""
    keys = [quoted(c.text) for c in columns]
    given = " AND ".join(f"{k} IS NOT NULL" for k in keys)
    listed = ", ".join(keys)
    return (
        f"SELECT {listed}, count(*) FROM {qualified(table)} WHERE {given} GROUP BY {listed} HAVING count(*) > 1 LIMIT 1"
    )


def column_key(op: ops.AddColumn, at: Placed, ctx: Context) -> Maybe[Name]:
    """The name of what Column(unique=True) or Column(index=True) makes: a constraint, or an index where index is True."""
    return named(None, "ix" if op.column.index is True else "uq", op.table, (op.column.name.text,), at=at, ctx=ctx)


def why_not_built_after(op: ops.AddColumn, at: Placed, ctx: Context) -> str | None:
    """Why the column's index cannot be built concurrently after the column; None where it can."""
    unnamed = why_unnamed(column_key(op, at, ctx), None, op.table, column=op.column.name)
    return unnamed or why_not_concurrently(key_index(Name("_"), op.table, (op.column.name,)), ctx)


def becoming_unique(op: ops.AddColumn, name: Name, at: Placed, ctx: Context) -> Step:
    """What Column(unique=True) makes, or the index where it says index=True."""
    index = replace(key_index(name, op.table, (op.column.name,)), unique=op.column.unique)
    if op.column.index is True:
        return build_concurrently(index, ctx)
    made = ops.AddConstraintUsingIndex(name=name, table=op.table, kind="unique", index=name)
    (step,) = index_then_constraint(index, made, at, ctx)[at.index]
    return step


def built_after(op: ops.AddColumn, at: Placed, ctx: Context) -> tuple[ops.Column, tuple[Step, ...]]:
    """The column without its index, and the step that builds that; the column as it is where there is none to build."""
    name, column = column_key(op, at, ctx), op.column
    wanted = column.unique is True or (column.index is True and column.unique is False)
    if not wanted or name is UNKNOWN or why_not_built_after(op, at, ctx):
        return column, ()
    return replace(column, unique=False, index=False), (becoming_unique(op, name, at, ctx),)
