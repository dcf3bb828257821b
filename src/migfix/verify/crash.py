"""Kills a migration wherever that can leave another state behind, runs it again, and looks where it arrives."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migfix.verify.migrate import Order, Run, Runner, Statement

if TYPE_CHECKING:
    import psycopg

READS = re.compile(r"\s*(select|show|set|reset)\b", re.IGNORECASE)
CONCURRENT = re.compile(r".*\bconcurrently\b", re.IGNORECASE | re.DOTALL)
HOLD = """
DO $$ DECLARE names text; BEGIN
  SELECT string_agg(c.oid::regclass::text, ', ') INTO names FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema';
  EXECUTE 'LOCK TABLE ' || names || ' IN ROW EXCLUSIVE MODE';
END $$
"""
WAITS = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """Where a run dies: `moment` is "before", "after", or "during" (the server process of a concurrent build).

    `state` is what had been committed by then, which is all that a killed run leaves behind.
    """

    number: int
    moment: str
    sql: str
    state: tuple[str, ...]

    def __str__(self) -> str:
        return f"killed {self.moment} statement {self.number}: {' '.join(self.sql.split())[:120]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """A kill that the second run did not survive, and why."""

    kill: Kill
    why: str

    def __str__(self) -> str:
        return f"{self.kill}\n  then: {self.why}"


Judge = Callable[[str], str | None]
"""Compares a database with the expected end; None when equal, else the difference in words."""


def kill_points(run: Run) -> Iterator[Kill]:
    """Before and after each statement; concurrent statements half-way too.

    A statement that only reads adds nothing to the state (a SELECT of a function that writes is taken for a reader).
    """
    committed: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    transaction = 0
    for statement in run.statements:
        if statement.transaction != transaction:
            committed, pending, transaction = committed + pending, (), statement.transaction
        sql, mark = statement.sql, f"{statement.sql}{statement.parameters}"
        yield Kill(number=statement.number, moment="before", sql=sql, state=committed)
        if statement.autocommit and CONCURRENT.match(sql):
            yield Kill(number=statement.number, moment="during", sql=sql, state=(*committed, "during", mark))
        pending += () if READS.match(sql) else (mark,)
        after = committed + pending if statement.autocommit else committed
        yield Kill(number=statement.number, moment="after", sql=sql, state=after)


def without_repetition(kills: Iterable[Kill]) -> Iterator[Kill]:
    """Of a statement that comes over and over, as in a loop over batches, the first two and the last."""
    found = [*kills]
    numbers: dict[str, list[int]] = {}
    for kill in found:
        if kill.number not in (seen := numbers.setdefault(kill.sql, [])):
            seen.append(kill.number)
    kept = {number for seen in numbers.values() for number in (*seen[:2], seen[-1])}
    return (kill for kill in found if kill.number in kept)


def crash_everywhere(
    runner: Runner,
    project: Path,
    order: Order,
    *,
    template: str,
    run: Run,
    judge: Judge,
    seen: set[tuple[str, ...]] | None,
) -> Iterator[Crash]:
    """At each point of `run`: copy `template`, run until killed there, run again, judge the database.

    `run` is an undisturbed run of the same order, for its statements; of repetitions some are left out. A point whose
    state is in `seen` is left out; what is tried is added. Put `()` in it to leave out the untouched database; None
    tries every point.
    """
    for kill in without_repetition(kill_points(run)):
        if seen is not None:
            if kill.state in seen:
                continue
            seen.add(kill.state)
        why = crashed(runner, project, order, template=template, kill=kill, judge=judge)
        if why is not None:
            yield Crash(kill=kill, why=why)


def crashed(runner: Runner, project: Path, order: Order, *, template: str, kill: Kill, judge: Judge) -> str | None:
    """Why a run killed there does not arrive when it is run again; None when it does."""
    with runner.server.scratch(template=template) as database:
        return _survived(runner, project, order, database=database, kill=kill) or judge(database)


def _survived(runner: Runner, project: Path, order: Order, *, database: str, kill: Kill) -> str | None:
    """Run until killed, then again; None when the second run says it succeeded."""
    if kill.moment == "during":
        first = _interrupted(runner, project, order, database=database, number=kill.number)
    else:
        before, after = (kill.number, None) if kill.moment == "before" else (None, kill.number)
        first = runner.run(project, replace(order, kill_before=before, kill_after=after), database=database)
        if not first.killed:
            return f"the run was not killed there, it ended with {first.code}: {first.complaint}"
    second = runner.run(project, order, database=database)
    return f"the second run failed: {second.complaint}" if second.code else None


def _interrupted(runner: Runner, project: Path, order: Order, *, database: str, number: int) -> Run:
    """End the server process of a concurrent statement while it waits for a writer: this leaves an invalid index."""
    over = threading.Event()
    with runner.server.connect(database) as writer, runner.server.connect("postgres") as killer:
        threads: list[threading.Thread] = []

        def hold(pid: int, _statement: Statement, moment: str) -> None:
            if moment == "before":
                writer.execute("BEGIN")
                writer.execute(HOLD)
                threads.append(threading.Thread(target=_terminate, args=(killer, writer, pid, over)))
                threads[-1].start()

        try:
            return runner.run(project, replace(order, stops=(number,)), database=database, at_stop=hold)
        finally:
            over.set()
            for thread in threads:
                thread.join()


def _terminate(
    killer: psycopg.Connection[Any], writer: psycopg.Connection[Any], pid: int, over: threading.Event
) -> None:
    """Once the server process waits for a lock, end it, and let the writer go."""
    while not over.wait(0.005):
        if killer.execute(WAITS, (pid,)).fetchone():
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            break
    writer.execute("ROLLBACK")
