"""Measures one migration twice: with pauses for what it does (`look`), under traffic for what it costs (`measure`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migfix.verify.deploy_order import OldApplication
from migfix.verify.migrate import Order, Run, Runner
from migfix.verify.results import Measured, TrafficError, TrafficResult
from migfix.verify.server import Server
from migfix.verify.spans import lock_spans, longest
from migfix.verify.steps import Alignment, most_rows, own, steps
from migfix.verify.touched import relations, touched_tables
from migfix.verify.trace import Trace, traced
from migfix.verify.traffic import StepAt, Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A run with pauses: its trace, and what it broke for the old application after which statement."""

    trace: Trace
    broken: tuple[TrafficError, ...] = ()


def look(
    runner: Runner,
    project: Path,
    order: Order,
    *,
    database: str,
    tables: Sequence[str] | None = None,
    ask: bool = True,
) -> Look:
    """Run `order` in `database` itself: locks, rows and bytes by statement; between the statements (unless `ask` is
    False) what the old application can no longer do on `tables` (else on all).

    What the old application does is undone, its numbers taken from sequences included: `database` ends as it would have.
    Raises ServerError when a run exceeds the runner's time limit.
    """
    if not ask:
        return Look(trace=traced(runner, project, order, database=database))
    with OldApplication(runner.server, database, tables) as old:
        trace = traced(runner, project, order, database=database, at_stop=old.at_stop, ours=(old.pid,))
        return Look(trace=trace, broken=old.errors(trace))


def measure(
    runner: Runner,
    server: Server,
    project: Path,
    order: Order,
    *,
    database: str,
    seen: Look | None = None,
    tables: Sequence[str] | None = None,
    traffic: bool = True,
    long_reader: float | None = None,
) -> Measured:
    """Run `order` on copies of `database`, which nobody may be connected to and which stays as it is.

    `seen` is a look at the same order on a copy of `database`; without one, it is taken first. The run that is measured
    has no pause, has traffic on `tables` (else on those that the look touched, and their neighbours), and gives all
    times. Give two forms of a migration the same tables to compare them.
    Raises ServerError when a run exceeds the runner's time limit.
    """
    if seen is None:
        with server.scratch(template=database) as copy:
            seen = look(runner, project, order, database=copy, tables=tables, ask=traffic)
    trace = seen.trace
    chosen = tuple(tables) if tables is not None else touched_tables(server, database, trace)
    with server.connect(database) as connection:
        there = relations(connection)
    with server.scratch(template=database) as copy:
        used = chosen if traffic else ()
        with Traffic(server, copy, used, long_reader=long_reader if traffic else None) as meanwhile:
            run = runner.run(project, order, database=copy)
    aligned = Alignment(run, trace)
    spans = lock_spans(run, aligned, there, meanwhile.sampler)
    failed = next((statement for statement in reversed(run.statements) if statement.error), None)
    met = meanwhile.result(step_at=_effective(run), zero=run.began) if traffic else None
    return Measured(
        code=run.code,
        complaint=run.complaint if run.code else "",
        sqlstate=failed.sqlstate if run.code and failed else "",
        total_seconds=run.ended - run.began,
        statements=steps(run, aligned, there, meanwhile.sampler),
        lock_spans=spans,
        tables=chosen,
        longest_read_block_s=longest(spans, "reads"),
        longest_write_block_s=longest(spans, "writes"),
        most_rows_locked=most_rows(trace, there),
        traffic=met and _with_exact_steps(met, tuple(aligned.renumbered(error) for error in seen.broken)),
    )


def _effective(run: Run) -> StepAt:
    """Which statement had last taken effect for others at a time: the last of the transactions committed by then."""

    def step_at(moment: float) -> int | None:
        done = [s.number for s in run.statements if s.committed and run.borders[s.transaction] <= moment and not own(s)]
        return max(done, default=None)

    return step_at


def _with_exact_steps(seen: TrafficResult, exact: tuple[TrafficError, ...]) -> TrafficResult:
    """The errors that traffic met, each with the step that the check between the statements found, and those it missed."""
    found = {(error.sqlstate, error.operation, error.table): error for error in exact}
    met = []
    for error in seen.errors:
        check = found.pop((error.sqlstate, error.operation, error.table), None)
        met.append(replace(error, step=check.step) if check else error)
    return replace(seen, errors=(*met, *found.values()))
