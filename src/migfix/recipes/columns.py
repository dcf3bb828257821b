"""Adding a column in steps: bare first, then its default, its values, and what else its Column carries."""

from __future__ import annotations

from dataclasses import replace

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.identifiers import qualified, quoted
from migfix.model.revision import Placed
from migfix.plan import Step
from migfix.recipes.backfill import in_batches, why_not_batched
from migfix.recipes.constraints import prove_not_null
from migfix.recipes.keys import built_after

ADD_WITH_DEFAULT = "Add the column nullable; new rows get the default from now on."
NEW_ROWS = "From now on the default gives new rows a value."
ADD_NULLABLE = "Add the column nullable: a change of the catalogue only."


def key_of(op: ops.AddColumn) -> str:
    """How the user names the column in values and questions: "table.column"."""
    return f"{op.table}.{op.column.name}"


def bare(op: ops.AddColumn, column: ops.Column, ctx: Context) -> ops.AddColumn:
    """The ADD COLUMN of less than the author's Column; a commit follows, so it must pass a second run."""
    return replace(op, column=column, if_not_exists=op.if_not_exists or ctx.target.alembic >= (1, 16))


def fill(op: ops.AddColumn, value: str) -> ops.Update:
    """Every row that has no value yet gets one."""
    column = quoted(op.column.name.text)
    test = f"{column} IS NULL"
    return ops.Update(
        table=op.table,
        sql=f"UPDATE {qualified(op.table)} SET {column} = {value} WHERE {test}",
        assignments=((op.column.name.text, value),),
        where=test,
        simple=True,
    )


def why_not_filled(op: ops.AddColumn, value: str, at: Placed, ctx: Context) -> str | None:
    """Why the rows cannot be filled in batches, None where they can."""
    return why_not_batched(fill(op, value), at, ctx)


def add_and_fill(
    op: ops.AddColumn, value: str, default: ops.Default | None, at: Placed, ctx: Context
) -> tuple[Step, ...]:
    """The column nullable, its default for new rows, old rows in batches, then NOT NULL and an index where wanted."""
    column, last = built_after(op, at, ctx)
    add = bare(op, replace(column, nullable=True, server_default=None), ctx)
    new_rows = ops.AlterColumn(
        table=op.table,
        column=column.name,
        server_default=default,
        existing_type=column.type if column.type.code else None,
    )
    given = (Step(ops=(new_rows,), comment=NEW_ROWS),) if default else ()
    proof = prove_not_null(op.table, column.name, column.type, ctx) if column.nullable is False else ()
    return (Step(ops=(add,), comment=ADD_NULLABLE), *given, in_batches(fill(op, value), at, ctx), *proof, *last)


def is_empty_before(op: ops.AddColumn, at: Placed, ctx: Context) -> bool:
    """The revision has just deleted every row of the table."""
    for placed in ctx.same_table(op.table, ctx.earlier(at)):
        if isinstance(placed.op, ops.Delete) and placed.op.where is None and placed.condition is None:
            return True
    emptied = [p.op.tables for p in ctx.earlier(at) if isinstance(p.op, ops.Truncate) and p.condition is None]
    return any(t.key == op.table.key for tables in emptied for t in tables)
