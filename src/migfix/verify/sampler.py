"""Looks at a database every few milliseconds: who waits for whom, and which locks strangers hold."""

from __future__ import annotations

import itertools
import threading
import time
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from migfix.verify.server import Server

PAUSE = 0.006
"""Seconds between two looks; a look takes about one millisecond."""
LOOK = """
SELECT a.pid, a.wait_event, pg_blocking_pids(a.pid), NULL::bigint, NULL::text FROM pg_stat_activity a
WHERE a.wait_event_type = 'Lock' AND a.datname = current_database()
UNION ALL
SELECT l.pid, NULL, NULL, l.relation::bigint, l.mode FROM pg_locks l
WHERE l.locktype = 'relation' AND l.granted AND l.relation >= 16384 AND NOT l.pid = ANY (%s::int[])
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""A waiter's blockers include those ahead of it in the queue (PostgreSQL 18 documentation, table 9.75)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """When one look at the server was asked for and answered, on the monotonic clock in seconds, and whom it saw.

    blocked   our backends that waited for a lock with a stranger among its blockers, direct or through other waiters.
    waiting   strangers that waited for a lock on a relation.
    """

    asked: float
    answered: float
    blocked: frozenset[int]
    waiting: frozenset[int]


@dataclass(slots=True, kw_only=True)
class Held:
    """A lock on a relation (oid) that a stranger's backend was seen to hold from `first` to `last`."""

    pid: int
    relation: int
    mode: str
    first: float
    last: float


class Sampler:
    """A thread with a connection of its own, used with `with`. Strangers are all backends but `ours`: the migration.

    Only looks that saw somebody wait are kept.
    """

    def __init__(self, server: Server, database: str, *, ours: Collection[int] = ()) -> None:
        self._connection = server.connect(database)
        self.ours = {*ours, self._connection.info.backend_pid}
        self.looks: list[Look] = []
        self.held: list[Held] = []
        self._open: dict[tuple[int, int, str], Held] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="migfix sampler", daemon=True)

    def __enter__(self) -> Self:
        self._connection.execute("SET search_path = pg_catalog")
        self._connection.prepare_threshold = 0
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._connection.close()

    def evidence(self, pid: int, start: float, end: float) -> bool:
        """Whether one of our backends was seen blocked by a stranger in a look asked for within these times."""
        return any(pid in look.blocked for look in self._within(start, end))

    def waited_until(self, start: float, end: float) -> float:
        """When a stranger was last seen to wait for a relation in that time; `start` if never."""
        seen = [look.answered for look in self._within(start, end) if look.waiting and look.answered <= end]
        return max(seen, default=start)

    def held_since(self, start: float, end: float) -> Iterator[Held]:
        """Locks of strangers first seen in that time."""
        place = bisect_left(self.held, start, key=lambda held: held.first)
        return itertools.takewhile(lambda held: held.first <= end, itertools.islice(self.held, place, None))

    def _within(self, start: float, end: float) -> Iterator[Look]:
        place = bisect_left(self.looks, start, key=lambda look: look.asked)
        return itertools.takewhile(lambda look: look.asked <= end, itertools.islice(self.looks, place, None))

    def _run(self) -> None:
        import psycopg

        while not self._stop.is_set():
            asked = time.monotonic()
            try:
                rows = self._connection.execute(LOOK, ([*self.ours],)).fetchall()
            except psycopg.Error:
                return
            self._take(rows, asked=asked, answered=time.monotonic())
            self._stop.wait(PAUSE)

    def _take(self, rows: list[Any], *, asked: float, answered: float) -> None:
        waits = {row[0]: (row[1], row[2]) for row in rows if row[1] is not None}
        locks = {(row[0], row[3], row[4]) for row in rows if row[1] is None}
        if waits:
            blockers = {pid: frozenset(by) for pid, (_event, by) in waits.items()}
            blocked = frozenset(pid for pid in waits if pid in self.ours and self._by_stranger(pid, blockers))
            waiting = frozenset(pid for pid, (event, _by) in waits.items() if event == "relation")
            self.looks.append(Look(asked=asked, answered=answered, blocked=blocked, waiting=waiting - self.ours))
        for key in self._open.keys() - locks:
            self._open.pop(key)
        for key in locks:
            if key not in self._open:
                pid, relation, mode = key
                self._open[key] = Held(pid=pid, relation=relation, mode=mode, first=answered, last=answered)
                self.held.append(self._open[key])
            self._open[key].last = answered

    def _by_stranger(self, pid: int, blockers: dict[int, frozenset[int]]) -> bool:
        """Whether following the queue from `pid` leads to a backend that is not ours."""
        todo, seen = [pid], {pid}
        while todo:
            for other in blockers.get(todo.pop(), frozenset()) - seen:
                if other not in self.ours:
                    return True
                seen.add(other)
                todo.append(other)
        return False
