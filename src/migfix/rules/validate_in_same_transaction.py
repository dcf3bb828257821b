"""VALIDATE runs while the transaction still holds the lock it was meant to do without.

NOT VALID and VALIDATE belong in two transactions. In one, the lock of the first (ACCESS EXCLUSIVE for a CHECK, SHARE ROW
EXCLUSIVE for a foreign key) is kept while the second reads the table: a CHECK blocked reads for 0.2 to 0.7 s, a foreign
key writes for 1.0 to 2.5 s on 2 million narrow rows, no better than the plain form (measured on PostgreSQL 15, 16 and
18). Alembic runs all pending revisions in one transaction unless env.py sets transaction_per_migration=True, so two
revisions are not two transactions. SET NOT NULL after PostgreSQL 18's NOT NULL … NOT VALID is the same mistake: it
validates under ACCESS EXCLUSIVE.

The cure is VALIDATE in an autocommit block: entering it commits what came before.

It assumes nothing about the data. The constraint that is committed before it is checked is guarded, so that the
revision can be run again after an interruption.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Name
from migfix.model.revision import Placed
from migfix.plan import Applicability, Gate, Plan, Risk, Step
from migfix.recipes.validation import guarded_add, holds_lock, is_shared_with_parent, native_not_null
from migfix.rules.api import rule

COMMENT = "Check old rows after a commit, when the lock of the statement that added the constraint is gone."


@rule("MF306", ops.ValidateConstraint, ops.AlterColumn)
def keeps_the_lock(op: ops.ValidateConstraint | ops.AlterColumn, at: Placed, ctx: Context) -> Iterator[Risk]:
    if isinstance(op, ops.AlterColumn):
        name = native_not_null(op, at, ctx)
        if name is not None:
            yield _sets_instead(op, name, at, ctx)
        return
    held = holds_lock(op.table, at, ctx)
    if at.autocommit or not (held or is_shared_with_parent(op, at, ctx)):
        return
    lock = _lock(held, op, ctx) if held else "ACCESS EXCLUSIVE"
    since = f"line {held.span.line}" if held else "an earlier revision of the same upgrade"
    yield Risk(
        message=f"reads every row of {op.table} while the lock of {since} still blocks {blocked_by(lock).replace('+', ' and ')}; VALIDATE after a commit",
        subject=str(op.name),
        lock=lock,
        blocks=blocked_by(lock),
        plans=(_plan(op, op.name, at, ctx),),
    )


def _lock(held: Placed, op: ops.ValidateConstraint, ctx: Context) -> str | None:
    made, own = effect(held.op, ctx.target), ops.table_of(held.op)
    return made.lock if own is not None and own.key == op.table.key else made.referent_lock


def _sets_instead(op: ops.AlterColumn, name: Name, at: Placed, ctx: Context) -> Risk:
    more = op.type_ is not None or op.server_default is not False or op.new_column_name is not None
    validate = ops.ValidateConstraint(name=name, table=op.table)
    return Risk(
        message=f"reads every row of {op.table} while nobody can read or write it: SET NOT NULL validates {name} under its own lock; say VALIDATE CONSTRAINT instead, after a commit",
        subject=f"{op.table}.{op.column}",
        lock=effect(op, ctx.target).lock,
        blocks="reads+writes",
        plans=() if more else (_plan(validate, name, at, ctx),),
        why_not="the same call changes more of the column: make it two calls" if more else None,
    )


def _plan(validate: ops.ValidateConstraint, name: Name, at: Placed, ctx: Context) -> Plan:
    step = Step(ops=(validate,), comment=COMMENT, gate=Gate.COMMIT)
    return Plan(
        title="validate after a commit",
        applicability=Applicability.SAFE,
        replaces={at.index: (step,), **guarded_add(name, validate.table, at, ctx)},
    )
