"""Puts the traced and the timed run of one migration together, statement by statement."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import replace

from migfix.verify.migrate import Run, Statement
from migfix.verify.results import Step, TrafficError
from migfix.verify.sampler import Sampler
from migfix.verify.touched import Relations
from migfix.verify.trace import VERSIONS, Trace

OPENING = re.compile(
    r"\s*(select pg_catalog\.version\(\)|select current_schema\(\)|show |select current_setting)", re.I
)
"""What SQLAlchemy asks a new connection."""


def own(statement: Statement) -> bool:
    """Whether Alembic or SQLAlchemy sent it for itself."""
    return bool(VERSIONS.search(statement.sql + statement.parameters) or OPENING.match(statement.sql))


class Alignment:
    """For every statement of the timed run the same one of the traced run: equal SQL, the same time it occurs."""

    def __init__(self, timed: Run, trace: Trace) -> None:
        self.trace = trace
        waiting: dict[str, deque[Statement]] = defaultdict(deque)
        for statement in trace.run.statements:
            waiting[statement.sql].append(statement)
        self._pairs = {s.number: waiting[s.sql].popleft() for s in timed.statements if waiting[s.sql]}
        self._back = {s.number: number for number, s in self._pairs.items()}

    def traced(self, statement: Statement) -> Statement | None:
        """Its counterpart; None when the traced run did not get there."""
        return self._pairs.get(statement.number)

    def locks(self, statement: Statement) -> tuple[tuple[str, str], ...]:
        """(relation, mode) that the traced run held after it."""
        other = self.traced(statement)
        return self.trace.locks.get(other.number, ()) if other else ()

    def renumbered(self, error: TrafficError) -> TrafficError:
        """An error of the traced run, its step as the timed run counts."""
        return replace(error, step=self._back.get(error.step) if error.step is not None else None)


def steps(run: Run, aligned: Alignment, there: Relations, sampler: Sampler) -> tuple[Step, ...]:
    """The migration's own statements with all that is known of each; times count from the first connection."""
    oids = {name: oid for oid, name in aligned.trace.names.items()}
    return tuple(_step(s, run, aligned, there, sampler, oids) for s in run.statements if not own(s))


def _step(
    statement: Statement,
    run: Run,
    aligned: Alignment,
    there: Relations,
    sampler: Sampler,
    oids: Mapping[str, int],
) -> Step:
    work = aligned.traced(statement) or statement
    held = {(oids[name], mode) for name, mode in aligned.locks(statement)}
    end = statement.started + statement.seconds
    if statement.autocommit:
        held |= {(h.relation, h.mode) for h in sampler.held_since(statement.started, end)}
    return Step(
        number=statement.number,
        sql=statement.sql,
        started=statement.started - run.began,
        seconds=statement.seconds,
        transaction=statement.transaction,
        waited=sampler.waited_until(statement.started, end) - statement.started,
        locks=there.locks(held),
        scanned=_known(work.scanned, there),
        rewritten=tuple(sorted({there.tables[oid] for oid in work.rewritten if oid in there})),
        updated=_known(work.changed, there),
        wal_bytes=work.wal_bytes,
        autocommit=statement.autocommit,
        error=statement.error,
    )


def most_rows(trace: Trace, there: Relations) -> int:
    """The most rows of tables that were there before that one transaction updated or deleted."""
    changed: dict[int, int] = defaultdict(int)
    for statement in trace.run.statements:
        changed[statement.transaction] += _known(statement.changed, there)
    return max(changed.values(), default=0)


def _known(counts: Mapping[int, int], there: Relations) -> int:
    return sum(rows for oid, rows in counts.items() if oid in there)
