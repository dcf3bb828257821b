"""Verdicts made by hand, for everything that shows one."""

from __future__ import annotations

from migfix.verify.results import Lane, LockSpan, Measured, Step, Tick, TrafficError, TrafficResult
from migfix.verify.verdict import Offence, Verdict

EXCLUSIVE, SHARE_UPDATE = "AccessExclusiveLock", "ShareUpdateExclusiveLock"
USERS, ORDERS = "public.users", "public.orders"


def step(number: int, sql: str, started: float, seconds: float, *, mode: str = "", scanned: int = 0) -> Step:
    locks = ((USERS, mode),) if mode else ()
    return Step(
        number=number, sql=sql, started=started, seconds=seconds, transaction=number, locks=locks, scanned=scanned
    )


def lanes(*, stall: tuple[float, float] | None = None, until: float, fails_after: float = 99.0) -> tuple[Lane, ...]:
    """Requests every 50 ms; during `stall` on users they wait for its end, INSERTs fail late."""

    def tick(at: float, table: str, operation: str) -> Tick:
        waits = stall is not None and table == USERS and stall[0] <= at < stall[1]
        latency = (stall[1] - at) * 1000 if waits and stall else 1.2
        failed = operation == "INSERT" and table == USERS and at > fails_after
        return Tick(at=round(at, 3), latency_ms=round(latency, 3), stalled=waits, failed=failed)

    return tuple(
        Lane(table=t, operation=o, ticks=tuple(tick(n / 20 - 0.2, t, o) for n in range(int(until * 20) + 4)))
        for t in (USERS, ORDERS)
        for o in ("SELECT", "INSERT", "UPDATE")
    )


def original() -> Measured:
    return Measured(
        code=0,
        complaint="",
        sqlstate="",
        total_seconds=2.2,
        statements=(
            step(2, "ALTER TABLE users ADD COLUMN email_norm VARCHAR", 0.02, 0.004, mode=EXCLUSIVE),
            step(3, "UPDATE users SET email_norm = lower(email)", 0.03, 1.3, mode=EXCLUSIVE, scanned=200_000),
            step(4, "ALTER TABLE users ALTER email_norm SET NOT NULL", 1.35, 0.2, mode=EXCLUSIVE, scanned=200_000),
            step(5, "CREATE UNIQUE INDEX uq ON users (email_norm)", 1.56, 0.5, mode=EXCLUSIVE, scanned=200_000),
        ),
        lock_spans=(LockSpan(table=USERS, mode=EXCLUSIVE, start=0.02, end=2.1, step=2),),
        tables=(USERS, ORDERS),
        longest_read_block_s=2.08,
        longest_write_block_s=2.08,
        most_rows_locked=200_000,
        traffic=TrafficResult(
            requests=264,
            longest_read_stall_ms=2071.0,
            longest_write_stall_ms=2080.0,
            delayed=126,
            lanes=lanes(stall=(0.03, 2.1), until=2.2),
        ),
    )


def rewritten() -> Measured:
    spans = [
        LockSpan(table=USERS, mode="RowExclusiveLock", start=0.1 + n / 5, end=0.25 + n / 5, step=3) for n in range(10)
    ]
    return Measured(
        code=0,
        complaint="",
        sqlstate="",
        total_seconds=3.1,
        statements=(
            step(2, "ALTER TABLE users ADD COLUMN email_norm VARCHAR", 0.02, 0.004, mode=EXCLUSIVE),
            step(3, "UPDATE users SET email_norm = lower(email) WHERE id BETWEEN 1 AND 5000", 0.1, 2.0),
            step(4, "CREATE UNIQUE INDEX CONCURRENTLY uq ON users (email_norm)", 2.2, 0.6, mode=SHARE_UPDATE),
            step(5, "ALTER TABLE users ADD CHECK (email_norm <> '') NOT VALID", 2.85, 0.003, mode=EXCLUSIVE),
        ),
        lock_spans=(
            LockSpan(table=USERS, mode=EXCLUSIVE, start=0.02, end=0.026, step=2),
            *spans,
            LockSpan(table=USERS, mode=SHARE_UPDATE, start=2.2, end=2.8, step=4),
            LockSpan(table=USERS, mode=EXCLUSIVE, start=2.85, end=2.855, step=5),
        ),
        tables=(USERS, ORDERS),
        longest_read_block_s=0.006,
        longest_write_block_s=0.006,
        most_rows_locked=5_000,
        traffic=TrafficResult(
            requests=372,
            errors=(
                TrafficError(
                    sqlstate="23514",
                    operation="INSERT",
                    table=USERS,
                    message='new row violates check constraint "users_check"',
                    step=5,
                    count=5,
                ),
            ),
            lanes=lanes(until=3.1, fails_after=2.85),
        ),
    )


def proven() -> Verdict:
    """A rewrite that holds."""
    return Verdict(
        revision="c3",
        path="migrations/versions/c3_norm.py",
        server="PostgreSQL 18.6",
        original=original(),
        rewritten=rewritten(),
        rows={USERS: 200_000, ORDERS: 200_000},
        tables=(USERS,),
        schema="identical",
        data="identical",
        seconds=14.2,
    )


def refuted() -> Verdict:
    """A revision that fails on rows, and a rewrite that ends elsewhere; names that must be escaped."""
    failed = Measured(
        code=1,
        complaint="UniqueViolation: could not create <index>",
        sqlstate="23505",
        total_seconds=0.4,
        statements=(),
    )
    return Verdict(
        revision="d4",
        path="migrations/versions/d4_a&b.py",
        server="PostgreSQL 18.6",
        original=failed,
        rewritten=failed,
        rows={USERS: 10_000},
        tables=(USERS,),
        schema="different",
        data="not compared",
        offence=Offence(
            statement='CREATE UNIQUE INDEX "<uq>" ON users (email)',
            sqlstate="23505",
            error='could not create unique index "<uq>" Key (email)=(a|b) is duplicated.',
            table=USERS,
            headings=("email", "rows"),
            rows=(("a|b", "2"), ("<b>", "3")),
            total=2,
            advice="Merge the duplicates in a revision before it",
        ),
        cures=("MF202 build the unique index CONCURRENTLY",),
        failures=("Same destination: schemas differ:\n-    tier text\n+    tier text DEFAULT 'free'",),
        notes=("the original fails on these rows, data were not compared",),
        seconds=4.0,
    )
