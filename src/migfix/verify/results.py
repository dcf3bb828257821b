"""What a measured run says: steps, locks with their times, stalls by evidence, errors of the application before it.

Times are seconds since the migration's first connection (negative: before it), lengths are seconds unless named `_ms`.
"""

from __future__ import annotations

from dataclasses import dataclass

MEASURABLE_MS = 50.0
"""Milliseconds below which a stall cannot be told from the machine's own noise."""

BLOCKS = {
    "AccessExclusiveLock": "reads and writes",
    "ExclusiveLock": "writes",
    "ShareRowExclusiveLock": "writes",
    "ShareLock": "writes",
}
"""Lock modes, the worst first, that stop a SELECT or an INSERT/UPDATE/DELETE (PostgreSQL 18 documentation, 13.3.1, table 13.2)."""

Lock = tuple[str, str]
"""Table and mode in PostgreSQL's words: ("public.users", "AccessExclusiveLock")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One statement of the migration, Alembic's own left out.

    number       counted from 1 as the run counted it, Alembic's own included; TrafficError.step refers to it.
    started, seconds   in the run with traffic and without pauses; `seconds` includes `waited`, the wait for its lock.
    transaction  steps with the same number committed together.
    locks        on tables that were there before, held after the statement (while it ran, when it commits by itself).
    scanned      rows read by sequential scans of tables that were there before the run.
    rewritten    tables and indexes that got a new file.
    updated      rows updated or deleted in tables that were there before the run.
    wal_bytes    bytes of write-ahead log.
    """

    number: int
    sql: str
    started: float
    seconds: float
    transaction: int
    waited: float = 0.0
    locks: tuple[Lock, ...] = ()
    scanned: int = 0
    rewritten: tuple[str, ...] = ()
    updated: int = 0
    wal_bytes: int = 0
    autocommit: bool = False
    error: str | None = None

    @property
    def blocks(self) -> str:
        """What its worst lock stops: "reads and writes", "writes", or nothing ("")."""
        held = {mode for _table, mode in self.locks}
        return next((harm for mode, harm in BLOCKS.items() if mode in held), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LockSpan:
    """A table's lock from when it was granted until its transaction ended."""

    table: str
    mode: str
    start: float
    end: float
    step: int

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def blocks(self) -> str:
        return BLOCKS.get(self.mode, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One request: when it was due, how long until its answer; `stalled` with evidence that the migration blocked it."""

    at: float
    latency_ms: float
    stalled: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """All requests of one operation ("SELECT", "INSERT", "UPDATE") on one table, in order."""

    table: str
    operation: str
    ticks: tuple[Tick, ...]

    @property
    def writes(self) -> bool:
        return self.operation != "SELECT"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficError:
    """How the application as it was before fails: the first message of its kind, and how often traffic met it.

    step    number of the statement after which it fails (with its transaction committed); None when it is not known.
    count   failed requests under traffic; 0 when only the exact check between the steps found it.
    """

    sqlstate: str
    operation: str
    table: str
    message: str
    step: int | None = None
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficResult:
    """What the application saw while the migration ran.

    requests   sent or due while it ran.
    longest_read_stall_ms, longest_write_stall_ms   0.0 without evidence; below MEASURABLE_MS: not measurable.
    idle_read_ms, idle_write_ms   the longest answer in the idle half second before.
    delayed    requests that a lock of the migration delayed by MEASURABLE_MS or more.
    left_out   operations and tables without traffic, each with its reason.
    """

    requests: int = 0
    longest_read_stall_ms: float = 0.0
    longest_write_stall_ms: float = 0.0
    idle_read_ms: float = 0.0
    idle_write_ms: float = 0.0
    delayed: int = 0
    errors: tuple[TrafficError, ...] = ()
    lanes: tuple[Lane, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def longest_stall_ms(self) -> float:
        return max(self.longest_read_stall_ms, self.longest_write_stall_ms)

    @property
    def failed(self) -> int:
        """Requests of the old application that failed."""
        return sum(error.count for error in self.errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One migration: what it did by statement (from a run with pauses), and how long it took others (from one without).

    code, complaint, sqlstate   how the run with traffic ended; 0 and "" when it arrived.
    total_seconds     from the first connection to the end of the process, without any pause.
    tables            those that traffic ran on: locked by the migration, and their neighbours by foreign key.
    longest_read_block_s, longest_write_block_s   a lock that blocks was held this long, whether anybody waited or not.
    most_rows_locked  rows updated or deleted in one transaction.
    traffic           None when none was asked for.
    """

    code: int
    complaint: str
    sqlstate: str
    total_seconds: float
    statements: tuple[Step, ...]
    lock_spans: tuple[LockSpan, ...] = ()
    tables: tuple[str, ...] = ()
    longest_read_block_s: float = 0.0
    longest_write_block_s: float = 0.0
    most_rows_locked: int = 0
    traffic: TrafficResult | None = None
