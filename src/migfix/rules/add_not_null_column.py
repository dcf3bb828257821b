"""A NOT NULL column without a default cannot be added to a table that has rows.

The rows that are there have no value for it: ALTER TABLE ADD COLUMN … NOT NULL fails on the first of them. On an empty
test database it passes. The running application is the next victim: it does not know the column, so from the moment
NOT NULL holds its INSERTs fail unless the database gives a value.

The cure needs a value, which only you know (a Python-side default= in the revision is offered). One value for all rows
becomes a server default: since PostgreSQL 11 that is a change of the catalogue, 8 to 18 ms for 2 million rows, no row
is written, and the default serves the running application until a later release drops it. A value computed from other
columns, or new for each row, takes more steps: the column nullable, old rows filled in batches, NOT NULL proven by a
validated CHECK.

It assumes that the value is right for old rows and for those the running application inserts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.model.sql_text import columns_in
from migfix.plan import Applicability, Input, Plan, Risk, Step
from migfix.recipes.backfill import made_not_null
from migfix.recipes.columns import add_and_fill, is_empty_before, key_of, why_not_filled
from migfix.recipes.spelling import default_of, sql_of, value_kind
from migfix.rules.api import rule

SERIALS = ("Serial", "BigSerial", "SmallSerial")
TITLE = "add the column with a value for the rows that are there"


@rule("MF101", ops.AddColumn)
def fails_on_rows(op: ops.AddColumn, at: Placed, ctx: Context) -> Iterator[Risk]:
    column = op.column
    filled = column.server_default is not None or column.identity or column.computed is not None
    if column.nullable is not False or column.primary_key is not False or filled or column.type.name in SERIALS:
        return
    if is_empty_before(op, at, ctx) or _is_filled_later(at, ctx):
        return
    value = ctx.settings.values.get(key_of(op))
    kind = value_kind(value) if value else None
    plan, why_not = _ask(op), None
    if value and kind and not (column.unique is True and kind != "computed"):
        why_not = why_not_filled(op, value, at, ctx) if kind == "computed" else None
        plan = _in_steps(op, value, at, ctx) if kind == "computed" and not why_not else _with_default(op, value, at)
    yield Risk(
        message=f"fails as soon as {op.table} has a row: there is no value for the NOT NULL column {column.name}; give one",
        subject=key_of(op),
        plans=() if why_not else (plan,),
        why_not=why_not,
    )


def _is_filled_later(at: Placed, ctx: Context) -> bool:
    """An UPDATE that comes too late gives the value: backfill-after-not-null has the better plan."""
    made = (made_not_null(p.op, p, ctx) for p in ctx.later(at) if isinstance(p.op, ops.Update))
    return any(found is not None and found[0].index == at.index for found in made)


def _ask(op: ops.AddColumn) -> Plan:
    each = "a value for each row" if op.column.unique is True else "the value"
    question = f"Which SQL expression is {each} of {key_of(op)} in rows that are there already?"
    suggestion = sql_of(op.column.default) if op.column.unique is not True else None
    needed = Input(key=key_of(op), kind="value", question=question, suggestion=suggestion)
    return Plan(title=TITLE, applicability=Applicability.REVIEW, needs=(needed,))


def _with_default(op: ops.AddColumn, value: str, at: Placed) -> Plan:
    added = replace(op, column=replace(op.column, server_default=default_of(value)))
    return Plan(
        title=f"add the column with the default {value}, a change of the catalogue",
        applicability=Applicability.REVIEW,
        replaces={at.index: (Step(ops=(added,)),)},
        assumes=(f"{value} is right for old rows, and for those the running application inserts",),
        later=(ops.AlterColumn(table=op.table, column=op.column.name, server_default=None),),
    )


def _in_steps(op: ops.AddColumn, value: str, at: Placed, ctx: Context) -> Plan:
    default = default_of(value) if columns_in(value) == frozenset() else None
    drop = ops.AlterColumn(table=op.table, column=op.column.name, server_default=None)
    served = f"{value} is right for rows the running application inserts: they get it as their default"
    unserved = f"the running application already writes {key_of(op)}, or nothing is inserted until the new one is live: from the CHECK on, an INSERT without it fails"
    return Plan(
        title="add the column nullable, fill it in batches, then prove NOT NULL",
        applicability=Applicability.REVIEW,
        replaces={at.index: add_and_fill(op, value, default, at, ctx)},
        assumes=(f"{value} is right for old rows and never NULL", served if default else unserved),
        later=(drop,) if default else (),
    )
