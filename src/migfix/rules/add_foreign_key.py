"""A foreign key is checked against all rows while nobody can write to either table.

ALTER TABLE ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on the table and on the one it refers to, and reads both: every
INSERT, UPDATE and DELETE on either waits until the check is done (1.6 to 2.6 s for 2 million narrow rows, measured on
PostgreSQL 15, 16 and 18). Readers are not blocked.

The cure is two steps with a commit between them. NOT VALID adds the key unchecked: new rows obey it from then on, and
no row is read (17 to 36 ms). VALIDATE then reads the table under locks that block neither reads nor writes (22 ms);
in one transaction with the first step it would gain nothing, because the first lock would be held until the end.

It assumes nothing about the data: rows without a parent make VALIDATE fail as they make the plain form fail, and the
key stays unvalidated until the revision is run again. Before PostgreSQL 18 a partitioned table takes no NOT VALID key.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk
from migfix.recipes.constraints import not_valid_then_validate, why_not_valid
from migfix.recipes.naming import named, why_unnamed
from migfix.rules.api import rule


@rule("MF303", ops.CreateForeignKey)
def blocks_both_tables(op: ops.CreateForeignKey, at: Placed, ctx: Context) -> Iterator[Risk]:
    if op.not_valid is not False:
        return
    local, remote = [c.text for c in op.local_cols], [c.text for c in op.remote_cols]
    name = named(op.name, "fk", op.table, local, at=at, ctx=ctx, referent=op.referent, remote=remote)
    why_not = why_unnamed(name, op.name, op.table) or why_not_valid(op, at, ctx)
    lock = effect(op, ctx.target).lock
    both = f"{op.table} and {op.referent}" if op.table.key != op.referent.key else f"{op.table}"
    plans: tuple[Plan, ...] = ()
    if why_not is None and name is not UNKNOWN:
        plans = (
            Plan(
                title="add the foreign key NOT VALID, then VALIDATE it",
                applicability=Applicability.SAFE,
                replaces={at.index: not_valid_then_validate(op, name, at, ctx)},
            ),
        )
    yield Risk(
        message=f"blocks writes to {both} while every row is checked; add the foreign key NOT VALID and validate it after a commit",
        subject=str(op.name or name) if op.name or name is not UNKNOWN else f"{op.table}({', '.join(local)})",
        lock=lock,
        blocks=blocked_by(lock),
        plans=plans,
        why_not=why_not,
    )
