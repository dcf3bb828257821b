"""A default that is computed anew for each row makes ADD COLUMN write the whole table, while nobody can read it.

Since PostgreSQL 11 a constant default, and now() too, is only noted in the catalogue. gen_random_uuid(), random(),
clock_timestamp(), nextval() and their like are not: every row is written anew under ACCESS EXCLUSIVE (8 to 24 s for 2
million narrow rows with gen_random_uuid(), measured on PostgreSQL 15, 16 and 18).

The cure: add the column nullable and without a default; set the default, which concerns new rows only (4 to 7 ms);
fill old rows in batches, a commit each; where the column is NOT NULL, prove it with a validated CHECK. No statement
waits longer than for one batch.

It assumes that rows may be without a value while the batches run. In total it takes longer than the rewrite (18 to
50 s), writes more WAL (863 MB against 351 MB) and leaves the table with a dead version of every row.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.facts.effects import is_volatile
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk
from migfix.recipes.columns import add_and_fill, key_of, why_not_filled
from migfix.rules.api import rule


@rule("MF102", ops.AddColumn)
def rewrites_table(op: ops.AddColumn, at: Placed, ctx: Context) -> Iterator[Risk]:
    default = op.column.server_default
    if not isinstance(default, ops.Default) or not is_volatile(default) or op.column.primary_key is not False:
        return
    sql = default.sql
    lock = effect(op, ctx.target).lock
    why_not = "nullable= is computed" if op.column.nullable is UNKNOWN else None
    plans: tuple[Plan, ...] = ()
    if isinstance(sql, str) and why_not is None:
        why_not = why_not_filled(op, sql, at, ctx)
        plans = () if why_not else (_plan(op, sql, default, at, ctx),)
    yield Risk(
        message=f"blocks reads and writes of {op.table} while every row is written anew with {sql}; set the default after adding the column, and fill old rows in batches",
        subject=key_of(op),
        lock=lock,
        blocks=blocked_by(lock),
        plans=plans,
        why_not=why_not,
    )


def _plan(op: ops.AddColumn, sql: str, default: ops.Default, at: Placed, ctx: Context) -> Plan:
    assumes = [f"the application works with rows that have no {op.column.name} yet, while the batches run"]
    if op.column.nullable is False:
        assumes.append(f"nobody inserts an explicit NULL into {key_of(op)}: it would defeat the default")
    return Plan(
        title="add the column, set its default, then fill old rows in batches",
        applicability=Applicability.REVIEW,
        replaces={at.index: add_and_fill(op, sql, default, at, ctx)},
        assumes=tuple(assumes),
    )
