"""A unique column builds its index while nobody can read or write the table.

Column(unique=True) in add_column becomes ADD COLUMN and ADD UNIQUE: ACCESS EXCLUSIVE, kept while the index over all
rows is built, though every one of them is NULL (0.8 to 1.1 s for 2 million narrow rows, measured on PostgreSQL 15, 16
and 18). With a constant default it cannot end well at all: all rows get the same value, and two of them are one too
many.

The cure is three steps: the column; its unique index, built CONCURRENTLY; ADD CONSTRAINT … UNIQUE USING INDEX, which
changes only the catalogue (6 to 23 ms). The constraint has the name it would have had.

It assumes nothing about the data, as a new column without a default has none. Where the default is a constant you are
asked: for a value that differs from row to row, or to leave rows with the default out of a partial index.
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
from migfix.recipes.keys import built_after, column_key, why_not_built_after
from migfix.recipes.unique_columns import distinct_values, unique_where_given
from migfix.rules.api import rule


@rule("MF105", ops.AddColumn)
def blocks_all(op: ops.AddColumn, at: Placed, ctx: Context) -> Iterator[Risk]:
    if op.column.unique is not True or op.column.primary_key is not False:
        return
    default = op.column.server_default
    collides = isinstance(default, ops.Default) and default.kind != "unknown" and not is_volatile(default)
    if op.column.index is not False and not collides:
        return
    name, why_not = column_key(op, at, ctx), why_not_built_after(op, at, ctx)
    lock = effect(op, ctx.target).lock
    plans: tuple[Plan, ...] = ()
    if name is not UNKNOWN and not why_not and isinstance(default, ops.Default) and collides:
        plans = (distinct_values(op, name, at, ctx), unique_where_given(op, name, default, at, ctx))
    elif name is not UNKNOWN and not why_not:
        column, build = built_after(op, at, ctx)
        plans = (
            Plan(
                title="add the column, build the index concurrently, then make it the constraint",
                applicability=Applicability.SAFE,
                replaces={at.index: (Step(ops=(bare(op, column, ctx),)), *build)},
            ),
        )
    yield Risk(
        message=_collision(op) if collides else _stall(op),
        subject=key_of(op),
        lock=lock,
        blocks=blocked_by(lock),
        plans=plans,
        why_not=why_not,
    )


def _stall(op: ops.AddColumn) -> str:
    return f"blocks reads and writes of {op.table} while the unique index of {op.column.name} is built; add the column first, build the index CONCURRENTLY, then make it the constraint"


def _collision(op: ops.AddColumn) -> str:
    return f"fails as soon as {op.table} has two rows: all get the same default in the unique column {op.column.name}; give each row a value of its own"
