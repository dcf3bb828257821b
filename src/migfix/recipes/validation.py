"""VALIDATE: which lock is still held when it runs, and what added the constraint."""

from __future__ import annotations

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Name, Table
from migfix.model.revision import Placed
from migfix.plan import Step
from migfix.recipes.constraints import dropped_before
from migfix.recipes.naming import named

_KINDS = {ops.CreateForeignKey: "foreignkey", ops.CreateCheckConstraint: "check", ops.SetNotNullNotValid: None}


def holds_lock(table: Table, at: Placed, ctx: Context) -> Placed | None:
    """The first op of the same transaction whose lock blocks others on the table until the commit."""
    for placed in ctx.earlier(at):
        if placed.transaction == at.transaction and not placed.autocommit and ctx.on_postgresql(placed):
            made = effect(placed.op, ctx.target)
            own = ops.table_of(placed.op)
            referent = getattr(placed.op, "referent", None)
            if own is not None and own.key == table.key and blocked_by(made.lock) != "nothing":
                return placed
            if isinstance(referent, Table) and referent.key == table.key and made.referent_lock:
                return placed
    return None


def is_shared_with_parent(op: ops.ValidateConstraint, at: Placed, ctx: Context) -> bool:
    """An ancestor adds the constraint NOT VALID, and one upgrade runs both revisions in one transaction."""
    state = ctx.before.table(op.table)
    waiting = state is not None and any(c.name == op.name.text and not c.validated for c in state.constraints)
    committed = any(p.autocommit or p.transaction != at.transaction for p in ctx.earlier(at))
    return waiting and not committed and ctx.env.per_migration is False


def native_not_null(op: ops.AlterColumn, at: Placed, ctx: Context) -> Name | None:
    """The unvalidated not-null constraint (PostgreSQL ≥ 18) that SET NOT NULL would validate under its own lock."""
    state = ctx.state(op.table, at)
    found = state.constraints if state and op.nullable is False else ()
    column = (op.column.text,)
    name = next((c.name for c in found if c.kind == "check" and c.columns == column and not c.validated), None)
    return Name(name, final=True) if name else None


def guarded_add(name: Name, table: Table, at: Placed, ctx: Context) -> dict[int, tuple[Step, ...]]:
    """The op of this transaction that adds the constraint, made to pass a second run."""
    for placed in ctx.same_table(table, ctx.earlier(at)):
        if type(placed.op) not in _KINDS or placed.transaction != at.transaction or _name(placed, ctx) != name.text:
            continue
        if dropped_before(name, table, placed, ctx):
            return {}
        guard = ops.DropConstraint(name=name, table=table, type_=_KINDS[type(placed.op)], if_exists=True)
        return {placed.index: (Step(ops=(guard, placed.op)),)}
    return {}


def _name(at: Placed, ctx: Context) -> str | None:
    op = at.op
    if isinstance(op, ops.SetNotNullNotValid):
        return op.name.text if op.name else f"{op.table.name}_{op.column}_not_null"
    if isinstance(op, ops.CreateForeignKey):
        local, remote = [c.text for c in op.local_cols], [c.text for c in op.remote_cols]
        real = named(op.name, "fk", op.table, local, at=at, ctx=ctx, referent=op.referent, remote=remote)
    elif isinstance(op, ops.CreateCheckConstraint):
        real = named(op.name, "ck", op.table, (), at=at, ctx=ctx)
    else:
        return None
    return real.text if isinstance(real, Name) else None
