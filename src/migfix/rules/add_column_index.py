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
from dataclasses import replace

from migfix.facts import blocked_by, effect
from migfix.facts.effects import is_volatile
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk, Step
from migfix.recipes.columns import bare, key_of
from migfix.recipes.indexes import build_concurrently, why_not_concurrently
from migfix.recipes.keys import key_index
from migfix.recipes.naming import named, why_unnamed
from migfix.rules.api import rule


@rule("MF107", ops.AddColumn)
def blocks_all(op: ops.AddColumn, at: Placed, ctx: Context) -> Iterator[Risk]:
    column, default = op.column, op.column.server_default
    collides = isinstance(default, ops.Default) and default.kind != "unknown" and not is_volatile(default)
    if column.index is not True or column.unique is UNKNOWN or (column.unique is True and collides):
        return
    name = named(None, "ix", op.table, (column.name.text,), at=at, ctx=ctx)
    why_not = why_unnamed(name, None, op.table, column=column.name)
    lock = effect(op, ctx.target).lock
    plans: tuple[Plan, ...] = ()
    if name is not UNKNOWN and not why_not:
        index = replace(key_index(name, op.table, (column.name,)), unique=column.unique)
        why_not = why_not_concurrently(index, ctx)
        steps = (Step(ops=(bare(op, replace(column, index=False, unique=False), ctx),)), build_concurrently(index, ctx))
        title = "add the column, then build its index concurrently"
        plans = (Plan(title=title, applicability=Applicability.SAFE, replaces={at.index: steps}),)
    yield Risk(
        message=f"blocks reads and writes of {op.table} while the index of {column.name} is built; add the column first, then build the index CONCURRENTLY",
        subject=key_of(op),
        lock=lock,
        blocks=blocked_by(lock),
        plans=() if why_not else plans,
        why_not=why_not,
    )
