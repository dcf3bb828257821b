"""IF NOT EXISTS accepts an index that an interrupted build left invalid, and nobody ever hears of it.

A CREATE INDEX CONCURRENTLY that is interrupted, times out or meets a duplicate leaves an INVALID index: its name is
taken, the planner ignores it, a unique one does not keep duplicates out. With IF NOT EXISTS the next run finds the name,
does nothing and stamps the revision; autogenerate sees no difference either (seen on PostgreSQL 15 and 18).

The cure is DROP INDEX CONCURRENTLY IF EXISTS before the build, which then needs no IF NOT EXISTS. On a first run the
drop does nothing; it works offline (`--sql`) too.

It assumes that a valid index of that name, made by hand, may be built again.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk
from migfix.recipes.indexes import build_concurrently, drops_before, why_not_concurrently
from migfix.rules.api import rule


@rule("MF206", ops.CreateIndex)
def keeps_invalid(op: ops.CreateIndex, at: Placed, ctx: Context) -> Iterator[Risk]:
    if op.concurrently is not True or op.if_not_exists is not True or not at.autocommit or drops_before(op, at, ctx):
        return
    why_not = why_not_concurrently(op, ctx)
    plan = Plan(
        title="drop an invalid leftover first, then build",
        applicability=Applicability.SAFE,
        replaces={} if why_not else {at.index: (build_concurrently(op, ctx, at=at),)},
    )
    yield Risk(
        message=f"keeps {op.name or 'the index'} for ever when an earlier build was interrupted and left it invalid; drop it first, then build",
        subject=str(op.name or op.table),
        plans=() if why_not else (plan,),
        why_not=why_not,
    )
