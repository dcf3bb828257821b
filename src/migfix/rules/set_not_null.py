"""SET NOT NULL reads the whole table while nobody can read or write it.

ALTER TABLE … SET NOT NULL takes ACCESS EXCLUSIVE and looks at every row before it lets go: every query waits (0.2 to
0.5 s for 2 million narrow rows, measured on PostgreSQL 15, 16 and 18).

The cure, since PostgreSQL 12: a CHECK (c IS NOT NULL) NOT VALID, which reads no row; VALIDATE after a commit, which
blocks nobody; then SET NOT NULL finds the proof and reads nothing (3 to 20 ms), and the CHECK is dropped. Where the
column was added in the same revision with a constant default, no row can be NULL: it is added NOT NULL at once, a
change of the catalogue.

It assumes that no row is NULL and that nobody writes NULL any more. Where one is, VALIDATE fails and leaves the CHECK
behind, which refuses every later UPDATE of such a row, even of other columns. So the plan is for review unless the
revision itself fills the column and the rows to come have a value too.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.identifiers import qualified, quoted
from migfix.model.maybe import UNKNOWN
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk
from migfix.recipes.backfill import fills_too_late
from migfix.recipes.naming import why_unnamed
from migfix.recipes.nullability import at_once, doubts, in_steps, is_proven
from migfix.rules.api import rule


@rule("MF103", ops.AlterColumn)
def blocks_all(op: ops.AlterColumn, at: Placed, ctx: Context) -> Iterator[Risk]:
    if op.nullable is not False or op.existing_nullable is False or is_proven(op, at, ctx) or fills_too_late(at, ctx):
        return
    why_not = why_unnamed(op.column, None, op.table, column=op.column) or _why_not(op, ctx)
    lock = effect(op, ctx.target).lock
    yield Risk(
        message=f"blocks reads and writes of {op.table} while every row is looked at; prove NOT NULL with a validated CHECK first",
        subject=f"{op.table}.{op.column}",
        lock=lock,
        blocks=blocked_by(lock),
        plans=() if why_not else _plans(op, at, ctx),
        why_not=why_not,
    )


def _why_not(op: ops.AlterColumn, ctx: Context) -> str | None:
    if op.type_ is not None:
        return "the same call changes the column's type, which is a matter of its own: make it two calls"
    if UNKNOWN in (op.server_default, op.new_column_name, op.comment):
        return "the call changes more, which is computed while the revision runs"
    if ctx.target.pg_version < 12:
        return "before PostgreSQL 12 a CHECK does not spare SET NOT NULL the scan: set pg-version if yours is newer"
    return None


def _plans(op: ops.AlterColumn, at: Placed, ctx: Context) -> tuple[Plan, ...]:
    merged = at_once(op, at, ctx)
    if merged:
        title = "add the column NOT NULL at once: its default makes that a change of the catalogue"
        return (Plan(title=title, applicability=Applicability.SAFE, replaces=merged),)
    assumes = doubts(op, at, ctx)
    return (
        Plan(
            title="prove NOT NULL with a validated CHECK, then set it",
            applicability=Applicability.REVIEW if assumes else Applicability.SAFE,
            replaces={at.index: in_steps(op, at, ctx)},
            assumes=assumes,
            checks=(f"SELECT count(*) FROM {qualified(op.table)} WHERE {quoted(op.column.text)} IS NULL",),
        ),
    )
