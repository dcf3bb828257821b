"""Add or constrain, then fill, turned into: add, fill, then constrain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Name, Table
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Step
from migfix.recipes.backfill import constant, in_batches
from migfix.recipes.columns import ADD_NULLABLE, ADD_WITH_DEFAULT, bare
from migfix.recipes.constraints import prove_not_null


def in_order(op: ops.Update, made: Placed, at: Placed, ctx: Context, *, column: str) -> Plan:
    """The column nullable (with its default for new rows), `op` in batches, NOT NULL last.

    SAFE when the UPDATE gives old rows the very constant that the default gives them today.
    """
    value = dict(op.assignments)[column] if isinstance(op.assignments, tuple) else ""
    change, default = made.op, None
    first: tuple[Step, ...] = ()
    if isinstance(change, ops.AddColumn):
        default = change.column.server_default if isinstance(change.column.server_default, ops.Default) else None
        nullable = bare(change, replace(change.column, nullable=True, server_default=None), ctx)
        name, type_ = change.column.name, change.column.type
        later = ops.AlterColumn(table=change.table, column=name, server_default=default, existing_type=type_)
        first = (
            Step(
                ops=(nullable, later) if default else (nullable,), comment=ADD_WITH_DEFAULT if default else ADD_NULLABLE
            ),
        )
    elif isinstance(change, ops.AlterColumn) and (rest := replace(change, nullable=None)) != _nothing(change):
        first = (Step(ops=(rest,)),)
    state = ctx.state(op.table, at)
    known = state.column(column) if state else None
    proof = prove_not_null(_table(change, op), Name(column), known.type if known else None, ctx)
    sql = default.sql if default else None
    same = isinstance(sql, str) and constant(sql) is not None and constant(sql) == constant(value)
    return Plan(
        title="add the column nullable, fill it in batches, then prove NOT NULL"
        if isinstance(change, ops.AddColumn)
        else "fill in batches, then prove NOT NULL",
        applicability=Applicability.SAFE if same else Applicability.REVIEW,
        replaces={made.index: first, at.index: (in_batches(op, at, ctx), *proof)},
        assumes=() if same else tuple(_assumes(op, column, value, default)),
    )


def _table(change: ops.Op, op: ops.Update) -> Table:
    """The table in the author's own spelling, which the statement's text does not have."""
    return ops.table_of(change) or op.table


def _nothing(op: ops.AlterColumn) -> ops.AlterColumn:
    kept = replace(op, nullable=None, type_=None, server_default=False, new_column_name=None, comment=False)
    return replace(kept, postgresql_using=None)


def _assumes(op: ops.Update, column: str, value: str, default: ops.Default | None) -> Iterator[str]:
    if default is not None:
        yield f"old rows get {value}, not the default {default.sql if isinstance(default.sql, str) else default.expr.code} that they get today"
    else:
        yield f"the running application gives {column} a value in rows it inserts: without a default they fail from the CHECK on"
