"""SET NOT NULL: where it is proven already, what speaks against it, and its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from migfix.facts.effects import is_volatile
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN
from migfix.model.revision import Placed
from migfix.model.schema import ColumnState
from migfix.plan import Step
from migfix.recipes.backfill import is_batched, may_write, nulls_wanted
from migfix.recipes.constraints import prove_not_null
from migfix.recipes.spelling import is_never_null


def is_proven(op: ops.AlterColumn, at: Placed, ctx: Context) -> bool:
    """SET NOT NULL has nothing to read: the column is NOT NULL, or a validated CHECK says so.

    An unvalidated not-null constraint of PostgreSQL 18 counts too: what comes of it is validate-in-same-transaction's.
    """
    state = ctx.state(op.table, at)
    if state is None:
        return False
    column = op.column.text
    known = state.column(column)
    native = any(c.kind == "check" and c.columns == (column,) and not c.validated for c in state.constraints)
    return (known is not None and known.nullable is False) or state.proves_not_null(column) or native


def _known(op: ops.AlterColumn, at: Placed, ctx: Context) -> ColumnState | None:
    state = ctx.state(op.table, at)
    return state.column(op.column.text) if state else None


def is_constant_default(default: object) -> bool:
    """A default that gives every row a value which is not NULL, and that is one value: no rewrite (PostgreSQL ≥ 11)."""
    if not isinstance(default, ops.Default) or default.kind == "unknown" or is_volatile(default):
        return False
    return isinstance(default.sql, str) and is_never_null(default.sql)


def at_once(op: ops.AlterColumn, at: Placed, ctx: Context) -> Mapping[int, tuple[Step, ...]] | None:
    """ADD COLUMN … NOT NULL in place of both ops, where this revision adds the column with a constant default."""
    added = ctx.column_added_here(op.table, op.column.text, at)
    if added is None or not isinstance(added.op, ops.AddColumn) or ctx.target.pg_version < 11:
        return None
    alone = replace(op, nullable=None) == ops.AlterColumn(
        table=op.table,
        column=op.column,
        existing_type=op.existing_type,
        existing_nullable=op.existing_nullable,
        existing_server_default=op.existing_server_default,
        extra=op.extra,
    )
    same = (added.condition, added.dialects, added.looped) == (at.condition, at.dialects, at.looped)
    between = ctx.ops[added.index + 1 : at.index]
    quiet = not any(may_write(p, op.table, op.column.text) or _alters(p, op) for p in between)
    made = added.op
    if not (alone and same and quiet and not made.if_not_exists and is_constant_default(made.column.server_default)):
        return None
    return {added.index: (Step(ops=(replace(made, column=replace(made.column, nullable=False)),)),), at.index: ()}


def _alters(placed: Placed, op: ops.AlterColumn) -> bool:
    other = placed.op
    return isinstance(other, ops.AlterColumn) and other.table.key == op.table.key and other.column == op.column


def in_steps(op: ops.AlterColumn, at: Placed, ctx: Context) -> tuple[Step, ...]:
    """The proof, then SET NOT NULL; what else the call changes stays in the author's call, before or after.

    A new default must be there before the CHECK refuses rows without a value; DROP DEFAULT and a rename come last, as
    a rename cannot be run twice.
    """
    rest = replace(op, nullable=None)
    alone = replace(op, server_default=False, new_column_name=None, comment=False)
    proof = prove_not_null(op.table, op.column, op.existing_type, ctx, alter=alone)
    if op == alone:
        return proof
    last = op.new_column_name is not None or op.server_default is None
    return (*proof, Step(ops=(rest,))) if last else (Step(ops=(rest,)), *proof)


def doubts(op: ops.AlterColumn, at: Placed, ctx: Context) -> tuple[str, ...]:
    """What must be true for VALIDATE to pass and the running application to go on; empty when the revision shows it."""
    return tuple(_doubts(op, at, ctx))


def _doubts(op: ops.AlterColumn, at: Placed, ctx: Context) -> Iterator[str]:
    column, where = op.column.text, f"{op.table}.{op.column}"
    added = ctx.column_added_here(op.table, column, at)
    known = _known(op, at, ctx)
    default = op.server_default if op.server_default is not False else known.default if known else None
    fills = [p for p in ctx.earlier(at) if _fills(p, op)]
    if not fills and not (added and is_constant_default(known.default if known else None)):
        yield f"no row has NULL in {where}: nothing in this revision fills it, and VALIDATE would fail and leave a CHECK that refuses every UPDATE of such a row"
    elif fills and not any(_gives_value(p, column) for p in fills):
        yield f"the statement that fills {where} leaves no row NULL"
    if added is not None and not is_constant_default(default) and not _is_default(default):
        yield f"the running application already writes {where}, or nothing is inserted until the new one is live: from the CHECK on, an INSERT without it fails"


def _is_default(default: object) -> bool:
    return isinstance(default, ops.Default)


def _fills(placed: Placed, op: ops.AlterColumn) -> bool:
    """An UPDATE gives every row without a value one."""
    change = placed.op.update if isinstance(placed.op, ops.Backfill) else placed.op
    if not isinstance(change, ops.Update) or change.table.key != op.table.key:
        return False
    if placed.condition is not None and not is_batched(change, placed):
        return False
    written = change.assignments if isinstance(change.assignments, tuple) else ()
    if op.column.text not in {c for c, _ in written} or change.where is UNKNOWN:
        return False
    return change.where is None or op.column.text in nulls_wanted(change.where)


def _gives_value(placed: Placed, column: str) -> bool:
    """The value assigned cannot be NULL."""
    change = placed.op.update if isinstance(placed.op, ops.Backfill) else placed.op
    written = change.assignments if isinstance(change, ops.Update) and isinstance(change.assignments, tuple) else ()
    return any(c == column and is_never_null(value) for c, value in written)
