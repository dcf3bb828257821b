"""A CHECK constraint is tested against all rows while nobody can read or write the table.

ALTER TABLE ADD CHECK takes ACCESS EXCLUSIVE and reads the whole table: every query waits until the test is done (0.2
to 0.7 s for 2 million narrow rows, measured on PostgreSQL 15, 16 and 18).

The cure is two steps with a commit between them. NOT VALID adds the constraint untested: new rows obey it from then
on, and no row is read (5 to 7 ms). VALIDATE then reads the table under SHARE UPDATE EXCLUSIVE, which blocks neither
reads nor writes (4 to 10 ms); in one transaction with the first step it would gain nothing (0.2 to 0.7 s as before).

It assumes nothing about the data: rows that break the condition make VALIDATE fail as they make the plain form fail,
and the constraint stays unvalidated until the revision is run again. The constraint needs a name that is certain: a
naming convention may rename what is not given with op.f().
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk
from migfix.recipes.constraints import not_valid_then_validate
from migfix.recipes.naming import named, why_unnamed
from migfix.rules.api import rule


@rule("MF304", ops.CreateCheckConstraint)
def blocks_all(op: ops.CreateCheckConstraint, at: Placed, ctx: Context) -> Iterator[Risk]:
    if op.not_valid is not False:
        return
    name = named(op.name, "ck", op.table, (), at=at, ctx=ctx)
    lock = effect(op, ctx.target).lock
    plans: tuple[Plan, ...] = ()
    if name is not UNKNOWN:
        plans = (
            Plan(
                title="add the CHECK NOT VALID, then VALIDATE it",
                applicability=Applicability.SAFE,
                replaces={at.index: not_valid_then_validate(op, name, at, ctx)},
            ),
        )
    yield Risk(
        message=f"blocks reads and writes of {op.table} while every row is tested; add the CHECK NOT VALID and validate it after a commit",
        subject=str(op.name or op.table),
        lock=lock,
        blocks=blocked_by(lock),
        plans=plans,
        why_not=why_unnamed(name, op.name, op.table),
    )
