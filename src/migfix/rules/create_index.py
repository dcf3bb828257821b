"""An index is built under a lock that blocks all writes to the table.

CREATE INDEX takes a SHARE lock and reads the whole table: every INSERT, UPDATE and DELETE waits until the build is
done (1.1 to 1.4 s for 2 million narrow rows, measured on PostgreSQL 15, 16 and 18; minutes for large tables). After an
ALTER TABLE in the same transaction even readers wait.

The cure is CREATE INDEX CONCURRENTLY, outside a transaction. A concurrent build that is interrupted leaves an invalid
index behind, which IF NOT EXISTS would accept for ever; so the rewrite drops the name first, then builds. downgrade()
drops the index concurrently too.

It assumes nothing about the data. It cannot be used on a partitioned table, and it needs a name.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk
from migfix.recipes.indexes import build_concurrently, mirrored_drop, why_not_concurrently
from migfix.rules.api import rule


@rule("MF201", ops.CreateIndex)
def blocks_writes(op: ops.CreateIndex, at: Placed, ctx: Context) -> Iterator[Risk]:
    if op.concurrently is not False or op.unique is not False:
        return
    lock = effect(op, ctx.target).lock
    why_not = why_not_concurrently(op, ctx)
    plan = Plan(
        title="build the index concurrently",
        applicability=Applicability.SAFE,
        replaces={} if why_not else {at.index: (build_concurrently(op, ctx, at=at),)},
        mirrors=mirrored_drop(op, ctx),
    )
    yield Risk(
        message=f"blocks writes to {op.table} while the whole index is built; build it CONCURRENTLY outside the transaction",
        subject=str(op.name or op.table),
        lock=lock,
        blocks=blocked_by(lock),
        plans=() if why_not else (plan,),
        why_not=why_not,
    )
