"""A verdict for the terminal: the table, both timelines side by side, and what speaks against the rewrite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migfix.cli.formats.full import labelled
from migfix.cli.formats.verify_trace import trace_lines
from migfix.cli.screen import Screen, printable
from migfix.verify.causes import shown_rows
from migfix.verify.figures import conclusion, errors, figures, heading, offences, plain, step_line
from migfix.verify.results import Lane, LockSpan, Measured
from migfix.verify.verdict import Offence, Verdict

LABEL = 20
"""Columns of a label."""
ALL, WRITES, NEITHER, STALLED, FAILED, REQUEST = "█", "▓", "░", "▬", "!", "·"
OPERATIONS = ("SELECT", "INSERT", "UPDATE")
STYLES = {ALL: "bad", STALLED: "bad", WRITES: "review", FAILED: "review", NEITHER: "faint", REQUEST: "faint"}


def render(verdicts: Sequence[Verdict], screen: Screen, *, trace: bool = False) -> None:
    """Print them all; with `trace`, or `-v`, every statement too."""
    for number, verdict in enumerate(verdicts):
        if number:
            screen.out()
        for line in lines(verdict, screen):
            screen.out(line)
        for line in trace_lines(verdict, screen) if trace or screen.verbose else ():
            screen.out(line)


def lines(verdict: Verdict, screen: Screen) -> Iterator[str]:
    """One verdict."""
    style = "good" if verdict.proven else "bad"
    yield f"{screen.paint(printable(verdict.path), 'path')}: {screen.paint(conclusion(verdict), style)}"
    yield from _table(verdict, screen)
    yield from _timelines(verdict, screen)
    yield from _errors(verdict, screen)
    for who, offence in offences(verdict):
        yield from _offence(who, offence, screen)
    for cure in verdict.cures if verdict.offence is not None else ():
        yield from labelled("migfix", cure, screen)
    for failure in verdict.failures:
        first, *rest = failure.splitlines() or [""]
        yield from labelled("against", first, screen)
        yield from (f"            {printable(line)}" for line in rest)
    for note in verdict.notes:
        yield from labelled("note", note, screen)


def _table(verdict: Verdict, screen: Screen) -> Iterator[str]:
    both = verdict.rewritten is not None
    yield screen.paint(f"{heading(verdict):<44}{'original':>14}{'rewritten' if both else '':>14}", "title").rstrip()
    for line in figures(verdict):
        note = f"  ← {printable(line.note)}" if line.note else ""
        row = f"  {line.label:<42}{line.original:>14}{line.rewritten or '':>14}"
        if len(row) + len(note) > screen.width:
            yield row.rstrip()
            yield from labelled("", note.strip(), screen)
        else:
            yield f"{row}{note}".rstrip()
    if both:
        crashes = "      every crash tried" if verdict.crashes else ""
        yield f"  schema: {verdict.schema}      data: {verdict.data}{crashes}"


def _timelines(verdict: Verdict, screen: Screen) -> Iterator[str]:
    runs = [run for run in (verdict.original, verdict.rewritten) if run is not None]
    tables = dict.fromkeys(span.table for run in runs for span in run.lock_spans)
    tables |= dict.fromkeys(lane.table for run in runs for lane in _lanes(run))
    if not tables:
        return
    seconds = max(max(run.total_seconds for run in runs), 0.01)
    width = max((min(screen.width, 120) - LABEL - 2 * len(runs)) // len(runs), 10)
    yield ""
    if len(runs) > 1:
        yield screen.paint(f"{'':{LABEL}}  {'original':<{width}}  rewritten", "title")
    for table in tables:
        yield _row(plain(table), [_locks(run, table, seconds, width) for run in runs], screen, strong=True)
        operations = {lane.operation for run in runs for lane in _lanes(run) if lane.table == table}
        for operation in sorted(operations, key=OPERATIONS.index):
            yield _row(operation, [_lane(run, table, operation, seconds, width) for run in runs], screen, strong=False)
    ends = f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
    yield " " * LABEL + "".join(f"  {'0 s':<{width - len(ends)}}{ends}" for _ in runs)
    locks = f"  {ALL} blocks reads and writes  {WRITES} writes  {NEITHER} neither"
    requests = f"  {STALLED} stalled  {FAILED} old app fails  {REQUEST} request"
    for line in (locks, requests) if len(locks + requests) > screen.width else (locks + requests,):
        yield screen.paint(line, "faint")


def _lanes(run: Measured) -> tuple[Lane, ...]:
    return run.traffic.lanes if run.traffic is not None else ()


def _row(label: str, cells: Sequence[str], screen: Screen, *, strong: bool) -> str:
    name = printable(label)
    name = name if len(name) <= LABEL - 1 else name[: LABEL - 2] + "…"
    shown = f"{name:<{LABEL}}" if strong else f"{name:>{LABEL - 1}} "
    return (shown + "".join(f"  {_painted(cell, screen)}" for cell in cells)).rstrip()


def _painted(cell: str, screen: Screen) -> str:
    """Runs of one character in one colour each."""
    found, at = "", 0
    while at < len(cell):
        end = at
        while end < len(cell) and cell[end] == cell[at]:
            end += 1
        style = STYLES.get(cell[at])
        found += screen.paint(cell[at:end], style) if style else cell[at:end]
        at = end
    return found


def _locks(run: Measured, table: str, seconds: float, width: int) -> str:
    cells = [" "] * width
    spans = [span for span in run.lock_spans if span.table == table]
    for span in sorted(spans, key=_harm):
        for cell in _cells(span.start, span.end, seconds, width):
            cells[cell] = {"reads and writes": ALL, "writes": WRITES}.get(span.blocks, NEITHER)
    return "".join(cells)


def _harm(span: LockSpan) -> int:
    return ["", "writes", "reads and writes"].index(span.blocks)


def _lane(run: Measured, table: str, operation: str, seconds: float, width: int) -> str:
    cells = [" "] * width
    ticks = [t for lane in _lanes(run) if (lane.table, lane.operation) == (table, operation) for t in lane.ticks]
    for tick in sorted((t for t in ticks if t.at >= 0), key=lambda t: (t.failed, t.stalled)):
        end = tick.at + tick.latency_ms / 1000 if tick.stalled else tick.at
        for cell in _cells(tick.at, end, seconds, width):
            cells[cell] = FAILED if tick.failed else STALLED if tick.stalled else REQUEST
    return "".join(cells)


def _cells(start: float, end: float, seconds: float, width: int) -> range:
    first = min(int(max(start, 0.0) / seconds * width), width - 1)
    return range(first, min(max(int(end / seconds * width), first + 1), width))


def _errors(verdict: Verdict, screen: Screen) -> Iterator[str]:
    """How the application as it was fails, with the statement from which on."""
    judged = verdict.rewritten or verdict.original
    for error in errors(verdict):
        said = f"{error.operation} on {error.table}: {error.sqlstate} {error.message}"
        step = next((s for s in judged.statements if s.number == error.step), None)
        after = f" after step {step.number}, {step_line(step, width=60)}" if step is not None else ""
        yield from labelled("old app", f"{said}{after}", screen)


def _offence(who: str, offence: Offence, screen: Screen) -> Iterator[str]:
    yield from labelled("fails", f"{who}: {offence.sqlstate} {offence.error}", screen)
    yield from labelled("in", offence.statement, screen)
    for line in shown_rows(offence):
        yield from labelled("row", line, screen)
    if offence.total is not None and offence.total > len(offence.rows):
        yield from labelled("", f"… and {offence.total - len(offence.rows):,} more", screen)
    if offence.advice:
        yield from labelled("do", offence.advice, screen)
