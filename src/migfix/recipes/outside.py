"""Statements that PostgreSQL refuses in a transaction, and the commits that people put before them."""

from __future__ import annotations

from collections.abc import Iterator

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.model.sql_text import tokens
from migfix.plan import Gate, Step
from migfix.recipes.indexes import build_concurrently, drop_concurrently

COMMENT = "PostgreSQL refuses this in a transaction."


def is_refused_in_transaction(op: ops.Op) -> bool:
    """PostgreSQL answers "cannot run inside a transaction block"."""
    if isinstance(op, ops.CreateIndex | ops.DropIndex):
        return op.concurrently is True
    if isinstance(op, ops.Reindex):
        return op.concurrently
    if not isinstance(op, ops.RunSql):
        return False
    words = {t.text.lower() for t in tokens(op.sql) if t.kind == "word"}
    return op.tag == "VACUUM" or ("concurrently" in words and "REFRESH" not in op.tag)


def outside(op: ops.Op, at: Placed, ctx: Context) -> Step:
    """The op in an autocommit block, with the guards of a concurrent build or drop."""
    if isinstance(op, ops.CreateIndex) and op.concurrently is True:
        return build_concurrently(op, ctx, at=at)
    if isinstance(op, ops.DropIndex):
        return drop_concurrently(op, ctx)
    return Step(ops=(op,), comment=COMMENT, gate=Gate.COMMIT)


def committed_by_hand(at: Placed, ctx: Context) -> Placed | None:
    """The COMMIT that the revision issues so that `at` may run outside a transaction; None when there is none."""
    for placed in reversed(ctx.earlier(at)):
        if isinstance(placed.op, ops.EndTransaction) and placed.op.verb == "commit":
            return placed
        if not isinstance(placed.op, ops.Harmless) and not is_refused_in_transaction(placed.op):
            return None
    return None


def meant_by(commit: Placed, ctx: Context) -> Iterator[Placed]:
    """The statements right after a COMMIT that are the reason for it."""
    for placed in ctx.later(commit):
        if is_refused_in_transaction(placed.op) or isinstance(placed.op, ops.AddEnumValue):
            yield placed
        elif not isinstance(placed.op, ops.Harmless):
            return
