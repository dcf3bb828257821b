"""The figures of a verdict in words, original beside rewritten: what every report shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from migfix.verify.results import MEASURABLE_MS, Measured, Step, TrafficError
from migfix.verify.spans import LOCK_TIMEOUT
from migfix.verify.verdict import Offence, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table; `rewritten` is None when there is only one run, `note` stands behind the line."""

    label: str
    original: str
    rewritten: str | None
    note: str = ""


def figures(verdict: Verdict) -> tuple[Figure, ...]:
    """The table of proof, in a fixed order."""
    found = [
        _figure(verdict, "total time", lambda m: f"{m.total_seconds:,.2f} s"),
        _figure(verdict, "reads blocked (lock held)", lambda m: milliseconds(m.longest_read_block_s * 1000)),
        _figure(verdict, "writes blocked (lock held)", lambda m: milliseconds(m.longest_write_block_s * 1000)),
        _figure(verdict, "rows scanned under such a lock", lambda m: f"{max(_under_lock(m), default=0):,}"),
        _figure(verdict, "most rows locked in one transaction", lambda m: f"{m.most_rows_locked:,}"),
    ]
    ending = Figure(
        label="exit",
        original=exit_of(verdict.original),
        rewritten=exit_of(verdict.rewritten) if verdict.rewritten else None,
    )
    if verdict.original.traffic is None:
        return (ending, *found)
    return (ending, *found, *_traffic(verdict))


def plain(table: str) -> str:
    """A table's name for a picture: without the schema that most are in."""
    return table.removeprefix("public.")


def exit_of(measured: Measured) -> str:
    """ "ok", "FAILED 23505", or "gave up 55P03" by its lock timeout."""
    said = "gave up" if measured.sqlstate == LOCK_TIMEOUT else "FAILED"
    return f"{said} {measured.sqlstate}".rstrip() if measured.code else "ok"


def milliseconds(length: float) -> str:
    """ "1,867 ms"; "0 ms" only for nothing at all."""
    return f"{length:,.0f} ms" if length >= 1 or length == 0 else "< 1 ms"


def stalled(length: float) -> str:
    """A stall in words: those that cannot be told from noise are not given a number."""
    if length <= 0:
        return "none"
    return milliseconds(length) if length >= MEASURABLE_MS else f"< {MEASURABLE_MS:.0f} ms"


def errors(verdict: Verdict) -> tuple[TrafficError, ...]:
    """How the old application fails during the form that is to be deployed."""
    traffic = (verdict.rewritten or verdict.original).traffic
    return traffic.errors if traffic is not None else ()


def offences(verdict: Verdict) -> tuple[tuple[str, Offence], ...]:
    """Who fails on rows, and why; once where both do for the same reason."""
    original, rewritten = verdict.offence, verdict.rewritten_offence
    if original and rewritten and (original.sqlstate, original.table) == (rewritten.sqlstate, rewritten.table):
        return (("original and rewritten", original),)
    return tuple((who, why) for who, why in (("original", original), ("rewritten", rewritten)) if why is not None)


def heading(verdict: Verdict) -> str:
    """ "PostgreSQL 18.6, 400,000 rows"."""
    return f"{verdict.server}, {sum(verdict.rows.values()):,} rows"


def conclusion(verdict: Verdict) -> str:
    """The verdict in one line."""
    if verdict.rewritten is None:
        return "harmless" if verdict.proven else "not harmless"
    return "proven" if verdict.proven else "not proven"


def measured_line(verdict: Verdict) -> str:
    """One line for the head of a diff."""
    parts = [f"{conclusion(verdict)} on {heading(verdict)}", f"total {_pair(verdict, 'total time')}"]
    if verdict.original.traffic is not None:
        parts.append(f"longest stalled request {_pair(verdict, 'longest stalled request')}")
    else:
        parts.append(f"reads blocked {_pair(verdict, 'reads blocked (lock held)')}")
    if verdict.rewritten is not None:
        parts.append(f"schema {verdict.schema}, data {verdict.data}")
    return "; ".join(parts)


def step_line(step: Step, *, width: int = 100) -> str:
    """A statement with its number, for lists below the table."""
    sql = " ".join(step.sql.split())
    return sql if len(sql) <= width else sql[: width - 1] + "…"


def _pair(verdict: Verdict, label: str) -> str:
    found = next(f for f in figures(verdict) if f.label == label)
    return found.original if found.rewritten is None else f"{found.original} → {found.rewritten}"


def _traffic(verdict: Verdict) -> Iterator[Figure]:
    failed = ", ".join(dict.fromkeys(_error(error) for error in errors(verdict)))
    yield _figure(verdict, "longest stalled request", lambda m: stalled(m.traffic.longest_stall_ms if m.traffic else 0))
    yield _figure(verdict, "requests delayed by locks", lambda m: f"{m.traffic.delayed if m.traffic else 0:,}")
    requests: Callable[[Measured], str] = lambda m: f"{m.traffic.failed if m.traffic else 0:,}"  # noqa: E731
    yield _figure(verdict, "requests failed (old application)", requests, note=failed)


def _error(error: TrafficError) -> str:
    after = f" after step {error.step}" if error.step is not None else ""
    return f"{error.sqlstate}{after}"


def _under_lock(measured: Measured) -> Iterator[int]:
    return (step.scanned for step in measured.statements if step.blocks)


def _figure(verdict: Verdict, label: str, said: Callable[[Measured], str], *, note: str = "") -> Figure:
    rewritten = verdict.rewritten
    return Figure(
        label=label, original=said(verdict.original), rewritten=said(rewritten) if rewritten else None, note=note
    )
