"""A revision that commits by itself loses what follows, or fails.

Alembic owns the transaction and writes the revision's stamp in it. After `op.get_bind().commit()` the later statements
and the stamp stand in a transaction that nobody commits: the command exits 0, and the database keeps half of the
revision and the old stamp (seen with `transaction_per_migration` on and off). After `op.execute("COMMIT")` the driver
opens the next transaction by itself, so that CONCURRENTLY fails all the same (seen with SQLAlchemy 2.1 and psycopg 3).
A `Session(bind=op.get_bind()).commit()` commits nothing.

The cure is `with op.get_context().autocommit_block():`, which commits, runs each statement on its own and then begins
a transaction that Alembic knows. Where the COMMIT stands only for the statement after it (CONCURRENTLY, ADD VALUE),
the block replaces both. A COMMIT with another purpose is reported: what it is for is not in the file.

Inside an autocommit block BEGIN and COMMIT do what they say, and are not reported.

It assumes nothing about the data; what stands before the block is committed, as it was by the COMMIT.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk, Step
from migfix.recipes.indexes import mirrored_drop, rebuilt_in_downgrade, why_not_concurrently
from migfix.recipes.outside import committed_by_hand, meant_by, outside
from migfix.rules.api import rule

_HARM = {
    "commit": "what follows is never committed, nor is the stamp, though the command exits 0",
    "rollback": "what the revisions before it did in the same transaction is lost, though they are reported as done",
    "begin": "Alembic's own transaction and this one do not know of each other",
}


@rule("MF603", ops.EndTransaction)
def breaks_transaction(op: ops.EndTransaction, at: Placed, ctx: Context) -> Iterator[Risk]:
    if at.autocommit or (op.verb == "begin" and _closes_hack(at, ctx)):
        return
    meant = tuple(meant_by(at, ctx)) if op.verb == "commit" and not at.looped else ()
    why_not = _why_not(meant, at, ctx)
    harm, how = _HARM[op.verb], f"{op.verb.upper()} as SQL" if op.how == "sql" else f"{op.how}()"
    if op.verb == "commit" and op.how == "sql":
        harm = "the driver opens the next transaction by itself, so what must run outside one fails"
    yield Risk(
        message=f"{how} inside a revision: {harm}; use op.get_context().autocommit_block()",
        subject=" ".join([how, *(str(getattr(p.op, "name", p.op.__class__.__name__)) for p in meant)]),
        plans=() if why_not else (_plan(meant, at, ctx),),
        why_not=why_not,
    )


def _closes_hack(at: Placed, ctx: Context) -> bool:
    """A BEGIN right after the statements that a COMMIT was for."""
    earlier = ctx.earlier(at)
    return (
        bool(earlier) and committed_by_hand(at, ctx) is not None and not isinstance(earlier[-1].op, ops.EndTransaction)
    )


def _why_not(meant: tuple[Placed, ...], at: Placed, ctx: Context) -> str | None:
    if not meant:
        return "what the statement is for is not in the file: put what must run outside the transaction into autocommit_block()"
    return next(
        (
            w
            for p in meant
            if isinstance(p.op, ops.CreateIndex | ops.DropIndex) and (w := why_not_concurrently(p.op, ctx))
        ),
        None,
    )


def _plan(meant: tuple[Placed, ...], at: Placed, ctx: Context) -> Plan:
    after = ctx.ops[meant[-1].index + 1 :]
    begins = [p for p in after[:1] if isinstance(p.op, ops.EndTransaction) and p.op.verb == "begin"]
    steps: dict[int, tuple[Step, ...]] = {p.index: (outside(p.op, p, ctx),) for p in meant}
    return Plan(
        title="run the statements after it in an autocommit block",
        applicability=Applicability.SAFE,
        replaces={at.index: (), **steps, **{p.index: () for p in begins}},
        mirrors=tuple(
            mirror
            for p in meant
            for mirror in (
                mirrored_drop(p.op, ctx)
                if isinstance(p.op, ops.CreateIndex)
                else rebuilt_in_downgrade(p.op, ctx)
                if isinstance(p.op, ops.DropIndex)
                else ()
            )
        ),
    )
