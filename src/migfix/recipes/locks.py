"""Which locks the transaction already holds when an op runs."""

from __future__ import annotations

from migfix.facts import effect
from migfix.facts.effects import ACCESS_EXCLUSIVE
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed


def earlier_lock(at: Placed, ctx: Context) -> Placed | None:
    """The first op of the same transaction that locked a table in use against readers and writers; None if none did."""
    for placed in ctx.earlier(at):
        table = ops.table_of(placed.op)
        if placed.transaction != at.transaction or placed.autocommit or table is None or not ctx.on_postgresql(placed):
            continue
        if effect(placed.op, ctx.target).lock != ACCESS_EXCLUSIVE or isinstance(placed.op, ops.CreateTable):
            continue
        if not ctx.is_new(table, placed) and not ctx.is_small(table):
            return placed
    return None
