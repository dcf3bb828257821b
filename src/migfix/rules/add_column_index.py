"""An indexed column builds its index while nobody can read or write the table.

Column(index=True) in add_column becomes ADD COLUMN, which takes ACCESS EXCLUSIVE, and CREATE INDEX in the same
transaction: the first lock is kept while the second statement reads the whole table (0.8 to 1.3 s for 2 million narrow
rows, measured on PostgreSQL 15, 16 and 18). There is no keyword on Column that would make the build concurrent.

The cure: the column, and after a commit its index, built CONCURRENTLY under the name it would have had (ix_<table>_
<column>, or what the naming convention says). What an interrupted build leaves is dropped first.

It assumes nothing about the data.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.facts.effects import is_volatile
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk, Step
from migfix.recipes.columns import bare, key_of
from migfix.recipes.keys import built_after, why_not_built_after
from migfix.rules.api import rule


@rule("MF107", ops.AddColumn)
def blocks_all(op: ops.AddColumn, at: Placed, ctx: Context) -> Iterator[Risk]:
    column, default = op.column, op.column.server_default
    collides = isinstance(default, ops.Default) and default.kind != "unknown" and not is_volatile(default)
    if column.index is not True or column.unique is UNKNOWN or (column.unique is True and collides):
        return
    why_not = why_not_built_after(op, at, ctx)
    lock = effect(op, ctx.target).lock
    without, build = built_after(op, at, ctx)
    plan = Plan(
        title="add the column, then build its index concurrently",
        applicability=Applicability.SAFE,
        replaces={at.index: (Step(ops=(bare(op, without, ctx),)), *build)},
    )
    yield Risk(
        message=f"blocks reads and writes of {op.table} while the index of {column.name} is built; add the column first, then build the index CONCURRENTLY",
        subject=key_of(op),
        lock=lock,
        blocks=blocked_by(lock),
        plans=() if why_not else (plan,),
        why_not=why_not,
    )
