"""From when to when a migration holds each table's lock, and for how long it keeps others out."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from migfix.verify.migrate import Run
from migfix.verify.results import Lock, LockSpan
from migfix.verify.sampler import Sampler
from migfix.verify.steps import Alignment
from migfix.verify.touched import HARMLESS, Relations

LOCK_TIMEOUT = "55P03"
"""Such a statement never got its lock."""
LATE = 0.02
"""Seconds by which a look may be late."""


def lock_spans(run: Run, aligned: Alignment, there: Relations, sampler: Sampler) -> tuple[LockSpan, ...]:
    """Every lock but those of readers, in order of time, from when it was granted until its transaction ended.

    Which locks a statement takes is known from the traced run; when, from the timed one. What only the sampler saw (of
    statements that commit by themselves and could not be traced inside a transaction) is as exact as its looks.
    """
    known: dict[Lock, list[LockSpan]] = defaultdict(list)
    for span in _traced(run, aligned, there, sampler):
        known[span.table, span.mode].append(span)
    begun = [statement.started for statement in run.statements]
    for held in sampler.held:
        place = bisect_right(begun, held.first)
        start, end = held.first - run.began, held.last - run.began
        for table, mode in there.locks([(held.relation, held.mode)]):
            spans = known[table, mode]
            if place and mode not in HARMLESS and not _is_known(spans, start, end):
                number = run.statements[place - 1].number
                insort(spans, LockSpan(table=table, mode=mode, start=start, end=end, step=number), key=_start)
    return tuple(sorted((s for spans in known.values() for s in spans), key=lambda s: (s.start, s.table, s.mode)))


def longest(spans: Iterable[LockSpan], what: str) -> float:
    """Seconds for which one table was closed at a stretch to `what`: "reads" or "writes"."""
    best, open_until = 0.0, dict[str, tuple[float, float]]()
    for span in sorted(spans, key=lambda span: span.start):
        if what in span.blocks:
            start, end = open_until.get(span.table, (span.start, span.start))
            joined = (start, max(end, span.end)) if span.start <= end else (span.start, span.end)
            open_until[span.table] = joined
            best = max(best, joined[1] - joined[0])
    return best


def _traced(run: Run, aligned: Alignment, there: Relations, sampler: Sampler) -> Iterator[LockSpan]:
    oids = {name: oid for oid, name in aligned.trace.names.items()}
    held: set[tuple[int, str, str]] = set()
    for statement in run.statements:
        if statement.sqlstate == LOCK_TIMEOUT:
            continue
        for table, mode in there.locks((oids[name], mode) for name, mode in aligned.locks(statement)):
            key = (statement.transaction, table, mode)
            if mode not in HARMLESS and key not in held:
                held.add(key)
                granted = sampler.waited_until(statement.started, statement.started + statement.seconds)
                end = max(granted, run.borders.get(statement.transaction, run.ended))
                yield LockSpan(
                    table=table, mode=mode, start=granted - run.began, end=end - run.began, step=statement.number
                )


def _is_known(spans: Sequence[LockSpan], start: float, end: float) -> bool:
    """Whether one of these, in order of time, is the lock that was seen: they overlap, a look's delay allowed for."""
    place = bisect_right(spans, end + LATE, key=_start)
    return place > 0 and spans[place - 1].end >= start - LATE


def _start(span: LockSpan) -> float:
    return span.start
