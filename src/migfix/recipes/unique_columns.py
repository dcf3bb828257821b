"""A new column that shall be unique: its index, its constraint, and what to do about a default that all rows share."""

from __future__ import annotations

from dataclasses import replace

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.identifiers import quoted
from migfix.model.maybe import Name
from migfix.model.revision import Placed
from migfix.plan import Applicability, Gate, Input, Plan, Step
from migfix.recipes.columns import add_and_fill, bare, key_of, why_not_filled
from migfix.recipes.indexes import build_concurrently
from migfix.recipes.keys import becoming_unique, key_index
from migfix.recipes.partial import ON_CONFLICT, REFERENCES, covering
from migfix.recipes.spelling import value_kind


def distinct_values(op: ops.AddColumn, name: Name, at: Placed, ctx: Context) -> Plan:
    """The column filled with a value that the user gives, then unique; its default comes last, as it would collide."""
    title = "give each row a value of its own, then make the column unique"
    plain = replace(op, column=replace(op.column, unique=False, index=False))
    value = ctx.settings.values.get(key_of(op))
    if not value or value_kind(value) != "computed" or why_not_filled(plain, value, at, ctx):
        question = f"Which SQL expression gives each row that is there already its own {op.column.name}?"
        needed = Input(key=key_of(op), kind="value", question=question)
        return Plan(title=title, applicability=Applicability.REVIEW, needs=(needed,))
    column = op.column
    default = ops.AlterColumn(
        table=op.table,
        column=column.name,
        server_default=column.server_default,
        existing_type=column.type if column.type.code else None,
    )
    steps = add_and_fill(plain, value, None, at, ctx)
    return Plan(
        title=title,
        applicability=Applicability.REVIEW,
        replaces={at.index: (*steps, becoming_unique(op, name, at, ctx), Step(ops=(default,), gate=Gate.COMMIT))},
        assumes=(
            f"{value} differs from row to row",
            f"the application gives {key_of(op)} a value of its own in every INSERT: only one row can have the default",
        ),
    )


def unique_where_given(op: ops.AddColumn, name: Name, default: ops.Default, at: Placed, ctx: Context) -> Plan:
    """The column as it is, unique only among rows that do not have the default."""
    column = op.column.name
    predicate = f"{quoted(column.text)} <> {default.sql}"
    index = covering(key_index(name, op.table, (column,)), predicate, ctx)
    added = bare(op, replace(op.column, unique=False, index=False), ctx)
    return Plan(
        title=f"make the column unique among rows with a real value ({predicate})",
        applicability=Applicability.REVIEW,
        replaces={at.index: (Step(ops=(added,)), build_concurrently(index, ctx))},
        assumes=(
            f"rows with {default.sql} may repeat it",
            ON_CONFLICT,
            REFERENCES,
        ),
    )
