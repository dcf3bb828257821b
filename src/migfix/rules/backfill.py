"""One statement changes a whole table: every row stays locked until the transaction ends.

UPDATE and DELETE lock each row they touch until the commit. Writers of those rows wait for all of it: 11 to 21 s for
2 million narrow rows, measured on PostgreSQL 15, 16 and 18, and after an ALTER TABLE in the same transaction readers
wait just as long (7.5 to 11.6 s). INSERT … SELECT holds the locks of the statements before it for as long as it reads.

The cure is to go through the primary key in batches (5 000 rows by default), a commit each, in an autocommit block:
the longest wait was 34 to 38 ms, at about 1.2 times the total time. Each batch starts after the last key of the one
before, so gaps cost nothing; where a column that this revision adds tells which rows are done, `IS NULL` on it lets a
second run go on where the first one stopped.

It assumes that the application can live with rows of both kinds while the batches run, and that rows it inserts
after the fill get their value from the application or a server default. Statements that read the table they change,
that would change a row twice, or whose key is not known are reported and left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.plan import Applicability, Plan, Risk
from migfix.recipes.backfill import (
    in_batches,
    is_batched,
    is_committed_by_hand,
    is_offline_only,
    made_not_null,
    names_rows,
    resumable,
    subject,
    why_not_batched,
)
from migfix.recipes.locks import earlier_lock
from migfix.rules.api import rule

BOTH_KINDS = "the application works with changed and unchanged rows side by side while the batches run"


@rule("MF501", ops.Update, ops.Delete, ops.Insert)
def locks_rows(op: ops.Update | ops.Delete | ops.Insert, at: Placed, ctx: Context) -> Iterator[Risk]:
    if isinstance(op, ops.Insert):
        if op.selects and not at.autocommit and earlier_lock(at, ctx) is None:
            yield _copies(op, ctx)
        return
    if op.table.name.text == "alembic_version" or is_offline_only(at) or is_batched(op, at) or names_rows(op, at, ctx):
        return
    if is_committed_by_hand(op, at, ctx) or (isinstance(op, ops.Update) and made_not_null(op, at, ctx)):
        return
    statement = resumable(op, at, ctx)
    why_not = why_not_batched(statement, at, ctx)
    verb = "deleted" if isinstance(op, ops.Delete) else "updated"
    plan = Plan(
        title=f"{'delete' if isinstance(op, ops.Delete) else 'update'} in batches by key, a commit each",
        applicability=Applicability.REVIEW,
        replaces={} if why_not else {at.index: (in_batches(statement, at, ctx),)},
        assumes=(BOTH_KINDS, *_assumes(op, at, ctx)),
    )
    yield Risk(
        message=f"keeps every {verb} row of {op.table} locked until the transaction ends; go through it in batches, a commit each",
        subject=subject(op),
        lock=effect(op, ctx.target).lock,
        blocks="writes",
        plans=() if why_not else (plan,),
        why_not=why_not,
    )


def _copies(op: ops.Insert, ctx: Context) -> Risk:
    return Risk(
        message=f"copies rows into {op.table} in one transaction, however many there are; copy them in batches, a commit each",
        subject=subject(op),
        lock=effect(op, ctx.target).lock,
        why_not="how to cut the query into batches is not something its text tells",
    )


def _assumes(op: ops.Update | ops.Delete, at: Placed, ctx: Context) -> Iterator[str]:
    if isinstance(op, ops.Delete):
        yield "what earlier batches deleted stays deleted when a later one fails"
        return
    state = ctx.state(op.table, at)
    for column, _ in op.assignments if isinstance(op.assignments, tuple) else ():
        known = state.column(column) if state else None
        if ctx.column_added_here(op.table, column, at) and known is not None and known.default is None:
            yield f"rows that the running application inserts after the fill have no {column}: its new version writes it, or a later fill does"
