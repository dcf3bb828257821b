"""Measures one migration twice on copies of a database: with pauses for what it does, under traffic for what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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


def measure(
    runner: Runner,
    server: Server,
    project: Path,
    order: Order,
    *,
    database: str,
    tables: Sequence[str] | None = None,
    traffic: bool = True,
    long_reader: float | None = None,
) -> Measured:
    """Run `order` on two copies of `database`, which nobody may be connected to and which stays as it is.

    The first run is traced: locks, rows and bytes by statement, and, between the statements, what the old application
    can no longer do. The second runs without a pause, with traffic on `tables` (else on those that the first touched,
    and their neighbours), and gives all times. Give two forms of a migration the same tables to compare them.
    Raises ServerError when a run exceeds the runner's time limit.
    """
    trace, broken = _traced(runner, project, order, database=database, tables=tables, check=traffic)
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
    seen = meanwhile.result(step_at=_effective(run), zero=run.began) if traffic else None
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
        traffic=seen and _with_exact_steps(seen, tuple(aligned.renumbered(error) for error in broken)),
    )


def _traced(
    runner: Runner,
    project: Path,
    order: Order,
    *,
    database: str,
    tables: Sequence[str] | None,
    check: bool,
) -> tuple[Trace, tuple[TrafficError, ...]]:
    """The run with pauses, and what it breaks for the old application (nothing, unless `check`)."""
    server = runner.server
    with server.scratch(template=database) as copy:
        if not check:
            return traced(runner, project, order, database=copy), ()
        with OldApplication(server, copy, tables) as old:
            trace = traced(runner, project, order, database=copy, at_stop=old.at_stop, ours=(old.pid,))
            return trace, old.errors(trace)


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
