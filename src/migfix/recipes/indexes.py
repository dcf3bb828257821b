"""Building and dropping indexes while the table is in use."""

from __future__ import annotations

from dataclasses import replace

from migfix.model import ops
from migfix.model.context import Context
from migfix.plan import Gate, Mirror, Step

BUILD = "Build without blocking writes; an interrupted build leaves an invalid index, so drop first."
DROP = "Drop without queueing readers behind an ACCESS EXCLUSIVE lock."


def _shielded(steps: tuple[ops.Op, ...], ctx: Context) -> tuple[ops.Op, ...]:
    """Timeouts the project sets are lifted: one that fires in a concurrent build leaves an invalid index."""
    names = sorted(ctx.env.timeouts)
    lift = tuple(ops.SetParameter(name=n, value="0") for n in names)
    back = tuple(ops.SetParameter(name=n, value=ctx.env.restores.get(n)) for n in names)
    return (*lift, *steps, *back)


def drop_leftover(op: ops.CreateIndex) -> ops.DropIndex:
    """The guarded drop that removes what an interrupted build left behind; nothing on a first run."""
    if op.name is None:
        raise ValueError("an unnamed index cannot be dropped by name")
    return ops.DropIndex(name=op.name, table=op.table, concurrently=True, if_exists=True)


def build_concurrently(op: ops.CreateIndex, ctx: Context, *, comment: str = BUILD) -> Step:
    """DROP INDEX CONCURRENTLY IF EXISTS, then CREATE INDEX CONCURRENTLY, each on its own."""
    create = replace(op, concurrently=True, if_not_exists=False)
    return Step(ops=_shielded((drop_leftover(op), create), ctx), comment=comment, gate=Gate.COMMIT)


def drop_concurrently(op: ops.DropIndex, ctx: Context, *, comment: str | None = DROP) -> Step:
    """DROP INDEX CONCURRENTLY IF EXISTS: waits for readers without making others wait."""
    drop = replace(op, concurrently=True, if_exists=True)
    return Step(ops=_shielded((drop,), ctx), comment=comment, gate=Gate.COMMIT)


def mirrored_drop(op: ops.CreateIndex, ctx: Context) -> tuple[Mirror, ...]:
    """downgrade() drops concurrently what upgrade() builds concurrently."""
    if op.name is None:
        return ()
    drop = ops.DropIndex(name=op.name, table=op.table)
    return (Mirror(find=drop, steps=(drop_concurrently(drop, ctx, comment=None),)),)


def why_not_concurrently(op: ops.CreateIndex | ops.DropIndex, ctx: Context) -> str | None:
    """Why PostgreSQL would refuse CONCURRENTLY for this index, None where it would not."""
    if op.name is None:
        return "the index has no name in the revision, so an interrupted build could not be found again"
    if op.table is None:
        return None
    state = ctx.before.table(op.table)
    if state is not None and state.partitioned is True:
        return f"{op.table} is partitioned: PostgreSQL builds and drops its indexes only with a lock (use ON ONLY and ATTACH PARTITION)"
    return None
