"""An index that an interrupted concurrent build may have left invalid, unnoticed.

CREATE INDEX CONCURRENTLY leaves an INVALID index when it is interrupted: the planner ignores it, a unique one does not
keep duplicates out. IF NOT EXISTS accepts it on the next run; without IF NOT EXISTS the run stops at the taken name,
and people stamp their way past it. A follow-up looks at the catalogue, and builds again where the index is invalid or
missing; where it is whole, it does nothing. With --check-db only an index that is really broken somewhere counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.followups.api import Left, follow_up
from migfix.followups.names import index_left
from migfix.followups.past import Done, Past
from migfix.model import ops
from migfix.model.maybe import Name, Table
from migfix.plan import Part, Step, Test
from migfix.recipes.indexes import build_concurrently, drops_before, why_not_concurrently
from migfix.recipes.keys import duplicates

KEPT = "{name} was there before this revision: it stays."


@follow_up(50, "rebuild invalid indexes")
def may_be_invalid(past: Past) -> Iterator[Left]:
    last = {op.name.text: (done, op) for done, op in past.of(ops.CreateIndex) if op.name is not None}
    for name, (done, op) in last.items():
        left = index_left(op, past)
        if left is None or why_not_concurrently(op, past.context(done)) or past.is_moved(done, left[0], *_words(op)):
            continue
        if past.is_invalid(done, left[0], name) or (
            _may_be(op, done, past) and past.may_be_invalid(done, left[0], name)
        ):
            yield _left(done, op, left[0], past)


def _words(op: ops.CreateIndex) -> tuple[str, ...]:
    """Where the op names columns."""
    conditions = (op.where, op.sqlite_where, op.mssql_where)
    return tuple(e.value if isinstance(e.value, str) else e.code for e in (*op.columns, *filter(None, conditions)))


def _may_be(op: ops.CreateIndex, done: Done, past: Past) -> bool:
    """The revision builds concurrently, and does nothing about what an interrupted build leaves."""
    guarded = drops_before(op, done.at, past.context(done)) or "indisvalid" in past.texts[done.revision]
    certain = done.is_certain or done.at.condition == "try"
    return (
        op.concurrently is True
        and certain
        and not guarded
        and not past.is_doubtful(done, str(op.name), op.table.name.text)
    )


def _left(done: Done, op: ops.CreateIndex, table: Table, past: Past) -> Left:
    silent = op.if_not_exists is True or done.at.unless or done.at.tested
    broken = past.broken_on(done, table, str(op.name))
    why = (
        f"is invalid or missing on {broken}"
        if broken
        else (
            "would be kept though an interrupted build left it invalid"
            if silent
            else "may have been left invalid by an interrupted build"
        )
    )
    comment = f"{done.revision} built {op.name} " + (
        "IF NOT EXISTS, which accepts what an interrupted build left."
        if silent
        else "and an interrupted build may have left it invalid."
    )
    made = replace(op, table=table)
    step = build_concurrently(made, past.context(done), comment=None)
    assert op.name is not None
    return Left(
        done=done,
        subject=f"{table}.{op.name}",
        message=f"{op.name} on {table} {why}; build it again where it is not valid",
        slug=f"rebuild {op.name} where invalid",
        up=(
            Part(
                steps=(Step(ops=step.ops, comment=comment, gate=step.gate),),
                unless=Test(what="index", table=table, name=op.name),
            ),
        ),
        checks=_duplicates(op, table),
        down=(Part(steps=(Step(ops=(), comment=KEPT.format(name=op.name)),)),),
    )


def _duplicates(op: ops.CreateIndex, table: Table) -> tuple[str, ...]:
    """A unique index cannot be built over rows that collide, and an invalid one has let them in."""
    names = [Name(c.value) for c in op.columns if isinstance(c.value, str)]
    plain = op.unique is True and op.where is None and len(names) == len(op.columns)
    return (duplicates(table, names),) if plain else ()
