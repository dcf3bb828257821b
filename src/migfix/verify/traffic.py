"""Traffic of the application before the migration, at a fixed rate, while the migration runs; stalls by evidence only."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from migfix.verify.application import Request, Values, in_turn, old_requests
from migfix.verify.results import MEASURABLE_MS, Lane, Tick, TrafficError, TrafficResult
from migfix.verify.sampler import Sampler
from migfix.verify.server import Server

if TYPE_CHECKING:
    import psycopg

IDLE = 0.5
"""Seconds of traffic before the migration: how slow the machine is by itself."""
AFTER = 0.12
"""Seconds of traffic after it: what fails now that all is done."""
PATIENCE = 2.0
"""Seconds after which a request that still waits when all is over is cancelled."""

CANCELLED = "57014"

StepAt = Callable[[float], int | None]
"""The number of the statement that had taken effect at a time of the monotonic clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A request on the monotonic clock: when it was due, sent, answered. `sent` is None for one that found no turn."""

    due: float
    sent: float | None
    answered: float
    error: tuple[str, str] | None = None


@dataclass(slots=True, kw_only=True)
class _Line:
    """One connection that sends one kind of request, each when it is due; those due while it waits have waited too."""

    request: Request
    connection: psycopg.Connection[Any]
    pid: int
    log: list[_Sent] = field(default_factory=list)

    def run(self, *, first: float, period: float, stop: threading.Event) -> None:
        due, turns = first, in_turn(self.request)
        while not stop.wait(max(0.0, due - time.monotonic())):
            sent = time.monotonic()
            error = self._send(next(turns))
            answered = time.monotonic()
            if stop.is_set() and error is not None and error[0] == CANCELLED:
                error = None
            self.log.append(_Sent(due=sent, sent=sent, answered=answered, error=error))
            due += period
            while due < answered:
                self.log.append(_Sent(due=due, sent=None, answered=answered))
                due += period
            if self.connection.closed:
                return

    def _send(self, values: Values) -> tuple[str, str] | None:
        import psycopg

        try:
            self.request.send(self.connection, values)
        except psycopg.Error as problem:
            return problem.sqlstate or "08006", str(problem).partition("\n")[0]
        return None


class Traffic:
    """Used with `with` around the migration, which runs elsewhere: in another process, or another thread's connection.

    Every operation on every table has a connection and a thread of its own and sends `rate` requests per second.
    The first of `tables`, as many as `lanes` allows, are taken; the rest is named in `TrafficResult.left_out`.
    `long_reader`: a transaction that has read all tables stays open for so many seconds from the start.
    Entering takes IDLE seconds, and raises ServerError when the server cannot be reached.
    """

    def __init__(
        self,
        server: Server,
        database: str,
        tables: Iterable[str],
        *,
        lanes: int = 24,
        rate: float = 20.0,
        long_reader: float | None = None,
    ) -> None:
        self.server = server
        self.database = database
        self.tables = tuple(tables)
        self.began = self.ended = 0.0
        self._most, self._rate, self._long_reader = lanes, rate, long_reader
        self._lines: list[_Line] = []
        self._left_out: list[str] = []
        self._connections: list[psycopg.Connection[Any]] = []
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()
        self._undo = contextlib.ExitStack()
        self.sampler: Sampler

    def __enter__(self) -> Self:
        try:
            self._enter()
        except BaseException:
            self._undo.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended = time.monotonic()
        if self._lines and kind is None:
            time.sleep(AFTER)
        self._undo.close()

    def result(self, *, step_at: StepAt = lambda _moment: None, zero: float | None = None) -> TrafficResult:
        """What was seen; times count from `zero` on the monotonic clock (else from when the `with` was entered)."""
        zero = self.began if zero is None else zero
        lanes = tuple(
            Lane(table=line.request.table, operation=line.request.operation, ticks=self._ticks(line, zero))
            for line in self._lines
        )
        start, end = self.began - zero, self.ended - zero
        during = [tick for lane in lanes for tick in lane.ticks if start <= tick.at <= end]
        return TrafficResult(
            requests=len(during),
            longest_read_stall_ms=_longest(lanes, lambda lane, tick: tick.stalled and not lane.writes),
            longest_write_stall_ms=_longest(lanes, lambda lane, tick: tick.stalled and lane.writes),
            idle_read_ms=_longest(lanes, lambda lane, tick: tick.at < start and not lane.writes),
            idle_write_ms=_longest(lanes, lambda lane, tick: tick.at < start and lane.writes),
            delayed=sum(tick.stalled and tick.latency_ms >= MEASURABLE_MS for tick in during),
            errors=self._errors(step_at),
            lanes=lanes,
            left_out=tuple(self._left_out),
        )

    def _enter(self) -> None:
        for request in self._requests():
            connection = self._connect()
            self._lines.append(_Line(request=request, connection=connection, pid=connection.info.backend_pid))
        reader = self._connect() if self._long_reader else None
        ours = [connection.info.backend_pid for connection in self._connections]
        self.sampler = self._undo.enter_context(Sampler(self.server, self.database, ours=ours))
        self._undo.callback(self._join)
        period, start = 1.0 / self._rate, time.monotonic() + 0.02
        for number, line in enumerate(self._lines):
            first = start + period * number / len(self._lines)
            self._start(partial(line.run, first=first, period=period, stop=self._stop))
        if self._lines:
            time.sleep(IDLE)
        if reader is not None:
            self._read(reader)
        self.began = time.monotonic()

    def _requests(self) -> list[Request]:
        requests: list[Request] = []
        connection = self._connect() if self.tables else None
        for table in self.tables:
            assert connection is not None
            if len(requests) >= self._most:
                self._left_out.append(f"{table}: there is traffic on {len(requests)} lanes already")
                continue
            made, missing = old_requests(connection, table)
            requests += made
            self._left_out += missing
        return requests

    def _connect(self) -> psycopg.Connection[Any]:
        connection = self.server.connect(self.database)
        self._undo.callback(connection.close)
        self._connections.append(connection)
        connection.prepare_threshold = None
        return connection

    def _start(self, act: Callable[[], None]) -> None:
        thread = threading.Thread(target=act, name="migfix traffic", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _read(self, reader: psycopg.Connection[Any]) -> None:
        """Hold ACCESS SHARE on every table, and a snapshot, in an open transaction; end it in time."""
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        for table in self.tables:
            query: Any = f"SELECT 1 FROM {table} LIMIT 1"
            reader.execute(query)

        def end() -> None:
            self._stop.wait(self._long_reader)
            reader.close()

        self._start(end)

    def _join(self) -> None:
        """End all threads; what still waits for a lock of a migration that is no more is cancelled."""
        self._stop.set()
        deadline = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            for connection in self._connections:
                if not connection.closed:
                    connection.cancel()
            for thread in self._threads:
                thread.join()

    def _ticks(self, line: _Line, zero: float) -> tuple[Tick, ...]:
        ticks: list[Tick] = []
        stalled = False
        for sent in line.log:
            if sent.sent is not None:
                stalled = self.sampler.evidence(line.pid, sent.sent, sent.answered)
            latency = (sent.answered - sent.due) * 1000
            ticks.append(Tick(at=sent.due - zero, latency_ms=latency, stalled=stalled, failed=sent.error is not None))
        return tuple(ticks)

    def _errors(self, step_at: StepAt) -> tuple[TrafficError, ...]:
        found: dict[tuple[str, str, str], tuple[_Sent, int]] = {}
        for line in self._lines:
            for sent in line.log:
                if sent.error is not None:
                    key = sent.error[0], line.request.operation, line.request.table
                    first, count = found.get(key, (sent, 0))
                    found[key] = first, count + 1
        return tuple(
            TrafficError(
                sqlstate=state,
                operation=operation,
                table=table,
                message=first.error[1] if first.error else "",
                step=step_at(first.answered),
                count=count,
            )
            for (state, operation, table), (first, count) in sorted(found.items(), key=lambda item: item[1][0].due)
        )


def _longest(lanes: Iterable[Lane], chosen: Callable[[Lane, Tick], bool]) -> float:
    """Milliseconds of the longest answer among those; 0.0 when there is none."""
    return max((tick.latency_ms for lane in lanes for tick in lane.ticks if chosen(lane, tick)), default=0.0)
