"""A foreign key on a new column is checked against all rows, though all of them are NULL.

Alembic writes ADD COLUMN and ADD FOREIGN KEY as two statements. The first takes ACCESS EXCLUSIVE on the table, the
second SHARE ROW EXCLUSIVE on the one it refers to, and reads every row: queries of the one and writes of the other
wait (0.4 to 0.5 s for 2 million narrow rows, measured on PostgreSQL 15, 16 and 18).

The cure, with Alembic ≥ 1.19: inline_references=True makes it one statement, and PostgreSQL skips the check of a column
that can only be NULL (7 to 20 ms). Where that cannot be used (an older Alembic, a default, a name of its own, MySQL,
which ignores it), the key is added NOT VALID after the column, and validated after a commit.

It assumes nothing about the data. The name of the key is the same as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Table
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk, Step
from migfix.recipes.columns import bare, key_of
from migfix.recipes.constraints import not_valid_then_validate
from migfix.recipes.references import key_of_reference, may_be_inline
from migfix.rules.api import rule


@rule("MF104", ops.AddColumn)
def blocks_both_tables(op: ops.AddColumn, at: Placed, ctx: Context) -> Iterator[Risk]:
    if not op.column.references or not effect(replace(op, column=replace(op.column, checks=())), ctx.target).scans:
        return
    lock = effect(op, ctx.target).lock
    parents = sorted({str(r.table) for r in op.column.references if isinstance(r.table, Table)})
    inline = may_be_inline(op, ctx)
    keys = [key_of_reference(op, r, at, ctx) for r in op.column.references]
    why_not = None if inline else next((k for k in keys if isinstance(k, str)), None)
    made = tuple(k for k in keys if isinstance(k, ops.CreateForeignKey))
    plans = () if why_not else (_inline(op, at) if inline else _split(op, made, at, ctx),)
    harm = f"blocks reads and writes of {op.table}, and writes of {', '.join(parents) or 'the table it refers to'}"
    cure = "say inline_references=True" if inline else "add the foreign key NOT VALID after the column"
    yield Risk(
        message=f"{harm}, while every row of the new column is checked; {cure}",
        subject=key_of(op),
        lock=lock,
        blocks=blocked_by(lock),
        plans=plans,
        why_not=why_not,
    )


def _inline(op: ops.AddColumn, at: Placed) -> Plan:
    step = Step(ops=(replace(op, inline_references=True),))
    return Plan(title="add the key in one statement", applicability=Applicability.SAFE, replaces={at.index: (step,)})


def _split(op: ops.AddColumn, keys: tuple[ops.CreateForeignKey, ...], at: Placed, ctx: Context) -> Plan:
    column = bare(op, replace(op.column, references=()), ctx)
    steps = [s for k in keys if k.name for s in not_valid_then_validate(k, k.name, at, ctx)]
    return Plan(
        title="add the column, then the foreign key NOT VALID, then VALIDATE it",
        applicability=Applicability.SAFE,
        replaces={at.index: (Step(ops=(column,)), *steps)},
    )
