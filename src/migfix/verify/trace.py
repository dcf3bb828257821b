"""Which statement holds which lock while it scans or rewrites: facts that do not depend on the machine's speed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migfix.verify.catalog import relation_names
from migfix.verify.migrate import AtStop, Order, Run, Runner, Statement
from migfix.verify.results import BLOCKS
from migfix.verify.sampler import Sampler

if TYPE_CHECKING:
    import psycopg

VERSIONS = re.compile(r"\balembic_version")
"""Alembic's own table and its key: one row, which only migrations touch."""
LOCKS = """
SELECT relation::bigint, mode FROM pg_locks
WHERE pid = %s AND locktype = 'relation' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingScan:
    """A statement that works through rows while others wait, with the table they wait for."""

    statement: Statement
    table: str
    mode: str
    work: str

    def __str__(self) -> str:
        sql = " ".join(self.statement.sql.split())
        return f"{self.mode} on {self.table} blocks {BLOCKS.get(self.mode, 'writes')} while it {self.work}: {sql[:160]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A run with the locks that each statement left held, on relations that were there before the run."""

    run: Run
    locks: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """(table, mode) by statement number."""
    names: Mapping[int, str] = field(default_factory=dict)
    """Relations that were there before the run, by oid."""
    seen: frozenset[tuple[int, str]] = frozenset()
    """Locks (oid, mode) that a sampler saw meanwhile: also those of statements that commit by themselves."""
    indexed: frozenset[int] = frozenset()
    """Relations (oid) that have an index more after the run than before."""

    def blocking_scans(self, *, rows: int = 0, batch: int = 5000) -> tuple[BlockingScan, ...]:
        """Statements that scan more than `rows` rows or rewrite a relation under a blocking lock.

        Also statements whose transaction has changed more than `batch` rows: those stay locked until it ends.
        """
        found: list[BlockingScan] = []
        changed: dict[int, int] = {}
        for statement in self.run.statements:
            here = sum(count for oid, count in statement.changed.items() if oid in self.names)
            changed[statement.transaction] = changed.get(statement.transaction, 0) + here
            work = self._work(statement, rows=rows)
            lock = self._strongest(statement)
            if work and lock is not None:
                found.append(BlockingScan(statement=statement, table=lock[0], mode=lock[1], work=work))
            elif here and changed[statement.transaction] > batch:
                work = f"changes {changed[statement.transaction]} rows in one transaction"
                found.append(
                    BlockingScan(statement=statement, table=self._changed(statement), mode="row locks", work=work)
                )
        return tuple(found)

    def _strongest(self, statement: Statement) -> tuple[str, str] | None:
        """The worst of the blocking locks that are held after the statement."""
        held = [(table, mode) for table, mode in self.locks.get(statement.number, ()) if mode in BLOCKS]
        return min(held, key=lambda lock: (list(BLOCKS).index(lock[1]), lock[0]), default=None)

    def _work(self, statement: Statement, *, rows: int) -> str:
        """What the statement does to rows that were there before; empty when next to nothing."""
        for oid in statement.rewritten:
            if oid in self.names:
                return f"rewrites {self.names[oid]}"
        for does, counts in (
            ("reads {} row versions of", statement.scanned),
            ("changes {} rows of", statement.changed),
        ):
            for oid, count in counts.items():
                if oid in self.names and count > rows:
                    return f"{does.format(count)} {self.names[oid]}"
        return ""

    def _changed(self, statement: Statement) -> str:
        return next(self.names[oid] for oid in statement.changed if oid in self.names)


def traced(
    runner: Runner,
    project: Path,
    order: Order,
    *,
    database: str,
    at_stop: AtStop | None = None,
    ours: Collection[int] = (),
) -> Trace:
    """Run with every statement measured, and its locks read by a second connection while the run waits.

    An observer cannot see relations made in the open transaction: exactly those that nobody else can be waiting for.
    `at_stop` is called before and after every statement, once its locks are known; `ours` names its own backends.
    """
    locks: dict[int, tuple[tuple[str, str], ...]] = {}
    with runner.server.connect(database) as observer:
        names = {oid: name for oid, name in relation_names(observer).items() if not VERSIONS.search(name)}
        indexes = _indexes(observer)

        def read_locks(pid: int, statement: Statement, moment: str) -> None:
            if moment == "after":
                held = observer.execute(LOCKS, (pid,)).fetchall()
                locks[statement.number] = tuple((names[oid], mode) for oid, mode in held if oid in names)
            if at_stop is not None:
                at_stop(pid, statement, moment)

        watched = replace(order, trace=True, stops=True)
        with Sampler(runner.server, database, ours=(observer.info.backend_pid, *ours)) as sampler:
            run = runner.run(project, watched, database=database, at_stop=read_locks)
        more = frozenset(table for index, table in _indexes(observer).items() if index not in indexes)
    seen = frozenset((held.relation, held.mode) for held in sampler.held)
    return Trace(run=run, locks=locks, names=names, seen=seen, indexed=more)


def _indexes(connection: psycopg.Connection[Any]) -> dict[int, int]:
    """The table (oid) of every index (oid)."""
    return dict(connection.execute("SELECT indexrelid::bigint, indrelid::bigint FROM pg_index").fetchall())
