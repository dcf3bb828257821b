"""Rows are copied while the transaction holds a lock that blocks reads and writes.

ALTER TABLE takes an ACCESS EXCLUSIVE lock and keeps it until the commit. What would be an instant becomes as long as
the statements that follow it: ADD COLUMN and an UPDATE of 2 million rows in one transaction kept every reader waiting
for 7.5 to 11.6 s (measured on PostgreSQL 15, 16 and 18), the ADD COLUMN alone for at most 23 ms.

The cure is a commit between the two: the data statement runs in an autocommit block, when no lock is left. That needs
a statement that may run a second time (ON CONFLICT DO NOTHING), because a revision that fails afterwards is run again
from its start; where it may not, it belongs in a revision of its own with `transaction_per_migration=True`.

It assumes that the application can live with the changed table before the rows are there.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.plan import Applicability, Gate, Plan, Risk, Step
from migfix.recipes.backfill import subject
from migfix.recipes.locks import earlier_lock
from migfix.rules.api import rule

COMMENT = "Copy the rows after a commit: the locks of the statements above are gone by then."


@rule("MF503", ops.Insert, on_existing=False)
def holds_lock(op: ops.Insert, at: Placed, ctx: Context) -> Iterator[Risk]:
    if not op.selects or not ctx.on_postgresql(at) or ctx.is_small(op.table) or ctx.dropped_later(op.table, at):
        return
    held = earlier_lock(at, ctx)
    if held is None:
        return
    table, lock = ops.table_of(held.op), effect(held.op, ctx.target).lock
    why_not = None
    if not op.on_conflict_do_nothing:
        why_not = "the INSERT would copy the rows twice if the revision is run again; make it ON CONFLICT DO NOTHING, or move it to a revision of its own"
    elif at.looped or op.parameters:
        why_not = "it stands in a loop or takes parameters: put the loop into autocommit_block() by hand"
    plan = Plan(
        title="copy the rows after a commit",
        applicability=Applicability.REVIEW,
        replaces={} if why_not else {at.index: (Step(ops=(op,), comment=COMMENT, gate=Gate.COMMIT),)},
        assumes=(f"the application works with the changed {table} before the rows of {op.table} are there",),
    )
    yield Risk(
        message=f"copies rows into {op.table} while {table} is locked against reads and writes (line {held.span.line}); commit between the two",
        subject=subject(op),
        lock=lock,
        blocks=blocked_by(lock),
        plans=() if why_not else (plan,),
        why_not=why_not,
    )
