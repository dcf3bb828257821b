"""A CHECK on a new column is tested against all rows while nobody can read or write the table.

Column(CheckConstraint(…)) in add_column becomes ADD COLUMN … CHECK: ACCESS EXCLUSIVE, kept while PostgreSQL reads every
row, though the new column is NULL in all of them (0.3 to 0.9 s for 2 million narrow rows, measured on PostgreSQL 15,
16 and 18).

The cure is three steps: the column; its CHECK, NOT VALID; VALIDATE after a commit, under a lock that blocks neither
reads nor writes (4 to 10 ms). The constraint has the name it would have had.

It assumes nothing about the data. The name must be certain: an unnamed CHECK that speaks of other columns too gets its
name from PostgreSQL, and a naming convention may give another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN
from migfix.model.revision import Placed
from migfix.model.sql_text import columns_in
from migfix.plan import Applicability, Plan, Risk, Step
from migfix.recipes.columns import bare, key_of
from migfix.recipes.constraints import not_valid_then_validate
from migfix.recipes.naming import named, why_unnamed
from migfix.rules.api import rule


@rule("MF106", ops.AddColumn)
def blocks_all(op: ops.AddColumn, at: Placed, ctx: Context) -> Iterator[Risk]:
    if not op.column.checks:
        return
    found = [_check(op, i, at, ctx) for i in range(len(op.column.checks))]
    why_not = next((f for f in found if isinstance(f, str)), None)
    checks = tuple(f for f in found if isinstance(f, ops.CreateCheckConstraint))
    lock = effect(op, ctx.target).lock
    yield Risk(
        message=f"blocks reads and writes of {op.table} while every row of the new column is tested; add the CHECK NOT VALID after the column, and validate it after a commit",
        subject=key_of(op),
        lock=lock,
        blocks=blocked_by(lock),
        plans=() if why_not else (_plan(op, checks, at, ctx),),
        why_not=why_not,
    )


def _check(op: ops.AddColumn, index: int, at: Placed, ctx: Context) -> ops.CreateCheckConstraint | str:
    """The CHECK as a statement of its own, or why it cannot be one."""
    if index >= len(op.column.check_names):
        return "the name of its CHECK was not read"
    condition, given = op.column.checks[index], op.column.check_names[index]
    read = columns_in(condition.value) if isinstance(condition.value, str) else frozenset()
    own = (op.column.name.text,) if read == frozenset({op.column.name.text}) and len(op.column.checks) == 1 else ()
    name = named(given, "ck", op.table, own, at=at, ctx=ctx)
    unnamed = why_unnamed(name, given, op.table, column=op.column.name)
    if unnamed or name is UNKNOWN:
        return unnamed or ""
    return ops.CreateCheckConstraint(name=given or name, table=op.table, condition=condition)


def _plan(op: ops.AddColumn, checks: tuple[ops.CreateCheckConstraint, ...], at: Placed, ctx: Context) -> Plan:
    column = bare(op, replace(op.column, checks=(), check_names=()), ctx)
    names = [named(c.name, "ck", op.table, (), at=at, ctx=ctx) for c in checks]
    pairs = zip(checks, names, strict=True)
    steps = [s for c, n in pairs if n is not UNKNOWN for s in not_valid_then_validate(c, n, at, ctx)]
    return Plan(
        title="add the column, then its CHECK NOT VALID, then VALIDATE it",
        applicability=Applicability.SAFE,
        replaces={at.index: (Step(ops=(column,)), *steps)},
    )
