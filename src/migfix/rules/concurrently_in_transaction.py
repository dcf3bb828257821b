"""CONCURRENTLY cannot run in a transaction: the revision fails before it changes anything.

Alembic runs a revision in a transaction, and PostgreSQL refuses CREATE INDEX CONCURRENTLY, DROP INDEX CONCURRENTLY,
REINDEX CONCURRENTLY and DETACH PARTITION CONCURRENTLY there ("cannot run inside a transaction block"). The keyword
alone is what autogenerate writes for a model's `Index(postgresql_concurrently=True)`, so this is easily met.

The cure is `with op.get_context().autocommit_block():` around the statement, which commits what came before; a
concurrent build gets a DROP INDEX CONCURRENTLY IF EXISTS before it, because an interrupted one leaves an invalid index.

It assumes nothing about the data; what stands before the block is committed even if the build fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk
from migfix.recipes.indexes import mirrored_drop, rebuilt_in_downgrade, why_not_concurrently
from migfix.recipes.outside import committed_by_hand, is_refused_in_transaction, outside
from migfix.rules.api import rule


@rule("MF205", ops.CreateIndex, ops.DropIndex, ops.Reindex, ops.RunSql)
def fails(op: ops.CreateIndex | ops.DropIndex | ops.Reindex | ops.RunSql, at: Placed, ctx: Context) -> Iterator[Risk]:
    if at.autocommit or not is_refused_in_transaction(op) or (isinstance(op, ops.RunSql) and op.tag == "VACUUM"):
        return
    if committed_by_hand(at, ctx) is not None:
        return
    why_not = why_not_concurrently(op, ctx) if isinstance(op, ops.CreateIndex | ops.DropIndex) else None
    mirrors = mirrored_drop(op, ctx) if isinstance(op, ops.CreateIndex) else ()
    plan = Plan(
        title="run it in an autocommit block",
        applicability=Applicability.SAFE,
        replaces={} if why_not else {at.index: (outside(op, at, ctx),)},
        mirrors=rebuilt_in_downgrade(op, ctx) if isinstance(op, ops.DropIndex) else mirrors,
    )
    name = str(op.name) if isinstance(op, ops.CreateIndex | ops.DropIndex) and op.name else "the statement"
    done = {ops.CreateIndex: "is built", ops.DropIndex: "is dropped"}.get(type(op), "runs")
    yield Risk(
        message=f"fails: {name} {done} CONCURRENTLY inside a transaction, which PostgreSQL refuses; put it into autocommit_block()",
        subject=name,
        plans=() if why_not else (plan,),
        why_not=why_not,
    )
