"""A unique index is built under a lock that blocks all writes to the table.

CREATE UNIQUE INDEX takes a SHARE lock and reads the whole table: every INSERT, UPDATE and DELETE waits until the build
is done (0.8 to 1.4 s for 2 million narrow rows, measured on PostgreSQL 15, 16 and 18; minutes for large tables). After
an ALTER TABLE in the same transaction even readers wait.

The cure is CREATE UNIQUE INDEX CONCURRENTLY, outside a transaction (longest wait 20 to 31 ms). It fails on duplicates,
and then leaves an invalid index behind; so the rewrite drops the name first, and a query for duplicates is shown to be
run before. Writers can meet the new uniqueness before the build has ended. downgrade() drops the index concurrently.

Any number of NULLs is allowed. Where the revision itself shows that no two rows can collide (a new column that is
still empty, or fewer columns that are unique already) nothing is assumed; otherwise that there are no duplicates.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk
from migfix.recipes import partial
from migfix.recipes.indexes import (
    build_concurrently,
    duplicates,
    is_evidently_unique,
    mirrored_drop,
    why_not_concurrently,
)
from migfix.rules.api import rule


@rule("MF202", ops.CreateIndex)
def blocks_writes(op: ops.CreateIndex, at: Placed, ctx: Context) -> Iterator[Risk]:
    if op.concurrently is not False or op.unique is False:
        return
    lock = effect(op, ctx.target).lock
    why_not = why_not_concurrently(op, ctx) or _why_certain_to_fail(op, at, ctx)
    yield Risk(
        message=f"blocks writes to {op.table} while the whole unique index is built; build it CONCURRENTLY outside the transaction",
        subject=str(op.name or op.table),
        lock=lock,
        blocks=blocked_by(lock),
        plans=() if why_not else (_plan(op, at, ctx), *partial.sparse(op, at, ctx)),
        why_not=why_not,
    )


def _why_certain_to_fail(op: ops.CreateIndex, at: Placed, ctx: Context) -> str | None:
    same = partial.same_for_all(op, at, ctx) if op.where is None else None
    if same is not None:
        return f"it would fail from two rows on, {same[0]} being {same[1]} in every row, and leave an invalid index; see MF204"
    if partial.is_nulls_certain_to_collide(op, at, ctx) and op.where is None:
        return "it would fail from two rows on, NULLs being equal here, and leave an invalid index; see MF204"
    return None


def _plan(op: ops.CreateIndex, at: Placed, ctx: Context) -> Plan:
    evident = is_evidently_unique(op, at, ctx)
    return Plan(
        title="build the unique index concurrently",
        applicability=Applicability.SAFE if evident else Applicability.REVIEW,
        replaces={at.index: (build_concurrently(op, ctx, at=at),)},
        assumes=()
        if evident
        else (f"{op.table} has no duplicates: a failed build leaves an invalid index, which the next run drops",),
        mirrors=mirrored_drop(op, ctx),
        checks=() if evident else duplicates(op, at, ctx),
    )
