"""An index is dropped under a lock that makes readers queue.

DROP INDEX takes an ACCESS EXCLUSIVE lock on the table. It is held for an instant, but it waits behind every open
reader, and all who come later wait behind it: with one 4 s reader, every SELECT stood still for 3.95 s (measured on
PostgreSQL 15, 16 and 18).

The cure is DROP INDEX CONCURRENTLY, outside a transaction: it waits as long but makes nobody wait (at most 11 ms).
With IF EXISTS it passes when the revision is run again. downgrade() builds the index concurrently.

It assumes nothing about the data. It cannot be used for an index of a partitioned table. An index that backs a
constraint is dropped with the constraint. Give `table_name` too where MySQL or MariaDB is in use: they need it.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Table
from migfix.model.revision import Placed
from migfix.model.schema import IndexState
from migfix.plan import Applicability, Plan, Risk, Step
from migfix.recipes.indexes import drop_concurrently, index_named, rebuilt_in_downgrade, why_not_concurrently
from migfix.rules.api import rule


@rule("MF203", ops.DropIndex)
def queues_readers(op: ops.DropIndex, at: Placed, ctx: Context) -> Iterator[Risk]:
    table, index = index_named(op, at, ctx)
    if op.concurrently is not False or _is_harmless(op, table, index, at, ctx):
        return
    lock = effect(op, ctx.target).lock
    why_not = why_not_concurrently(op, ctx)
    again = _dropped_again(op, at, ctx)
    steps: tuple[Step, ...] = () if again else (drop_concurrently(op, ctx),)
    plan = Plan(
        title="leave it to the concurrent drop that follows" if again else "drop the index concurrently",
        applicability=Applicability.SAFE,
        replaces={} if why_not else {at.index: steps},
        mirrors=rebuilt_in_downgrade(op, ctx),
    )
    unnamed = (
        " (and name the table: MySQL needs table_name)"
        if op.table is None and {"mysql", "mariadb"} & ctx.target.dialects
        else ""
    )
    yield Risk(
        message=f"makes readers of {table or 'the table'} queue behind an ACCESS EXCLUSIVE lock; drop {op.name} CONCURRENTLY outside the transaction{unnamed}",
        subject=str(op.name),
        lock=lock,
        blocks=blocked_by(lock),
        plans=() if why_not else (plan,),
        why_not=why_not,
        table=table,
    )


def _is_harmless(op: ops.DropIndex, table: Table | None, index: IndexState | None, at: Placed, ctx: Context) -> bool:
    """Nobody else uses the table, PostgreSQL refuses the statement anyway, or the revision locks the table for as little."""
    if table is None:
        return any(isinstance(p.op, ops.DropTable) for p in ctx.later(at))
    if ctx.is_small(table) or ctx.is_new(table, at) or ctx.dropped_later(table, at):
        return True
    state = ctx.state(table, at)
    if state is not None and index is None and any(c.name == op.name.text for c in state.constraints):
        return True
    return any(
        isinstance(p.op, ops.DropColumn)
        and p.transaction == at.transaction
        and (index is None or p.op.column.text in index.columns)
        for p in ctx.same_table(table, ctx.later(at))
    )


def _dropped_again(op: ops.DropIndex, at: Placed, ctx: Context) -> bool:
    later = (p.op for p in ctx.later(at) if isinstance(p.op, ops.DropIndex | ops.CreateIndex) and p.op.name == op.name)
    first = next(later, None)
    return isinstance(first, ops.DropIndex) and first.concurrently is True and first.if_exists is True
