"""The UPDATE that should fill a column comes after NOT NULL: it can match nothing, or the revision fails before it.

A column that is NOT NULL has no NULLs to fill, so `UPDATE … WHERE c IS NULL` reads the whole table for nothing, under
the ACCESS EXCLUSIVE lock of the statement before it. A NOT NULL column that is added without a default fails on the
first row of a table that is not empty, and the UPDATE that was to give it a value is never reached. The order is
inverted: add, fill, then constrain.

Two cures. In the right order: add the column nullable, set the default for new rows, fill old rows in batches, prove
NOT NULL with a CHECK that is validated without blocking. Or, on PostgreSQL ≥ 11, drop the UPDATE: a constant default
is a catalogue change there (8 to 18 ms for 2 million rows, measured on 15, 16 and 18) that gives old rows their value.

The first assumes that the value of the UPDATE is meant; where it is not the column's default, old rows end with
another value than today. The second gives exactly what the revision gives today.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk
from migfix.recipes.backfill import made_not_null, nulls_wanted, why_not_batched, with_null_test
from migfix.recipes.not_null_last import in_order
from migfix.rules.api import rule


@rule("MF502", ops.Update)
def comes_too_late(op: ops.Update, at: Placed, ctx: Context) -> Iterator[Risk]:
    found = made_not_null(op, at, ctx)
    if found is None:
        return
    made, column = found
    statement = with_null_test(op, column)
    why_not = why_not_batched(statement, at, ctx) or _why_not_together(made, at)
    plans = () if why_not else (in_order(statement, made, at, ctx, column=column),)
    idle = column in nulls_wanted(op.where)
    if idle and ctx.target.pg_version >= 11:
        plans = (*plans, _without(at))
    line = f"{op.table}.{column} is NOT NULL since line {made.span.line}"
    harm = (
        "the UPDATE can match nothing" if idle else "on a table with rows the revision fails there, before the UPDATE"
    )
    yield Risk(
        message=f"{line}, so {harm}; fill the column first, then constrain it",
        subject=f"{op.table}.{column}",
        lock=effect(op, ctx.target).lock,
        blocks="writes",
        plans=plans,
        why_not=None if plans else why_not,
    )


def _why_not_together(made: Placed, at: Placed) -> str | None:
    if (made.condition, made.dialects) != (at.condition, at.dialects):
        return "NOT NULL and the UPDATE do not stand under the same condition"
    return None


def _without(at: Placed) -> Plan:
    title = "drop the UPDATE that can match nothing"
    assumes = ("the value that old rows get today, from the column's default or from before, is the one that is meant",)
    return Plan(title=title, applicability=Applicability.SAFE, replaces={at.index: ()}, assumes=assumes)
