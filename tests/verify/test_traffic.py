"""Stalls count with evidence only; the old application's errors are told apart by kind, operation and table."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from migfix.verify import Server
from migfix.verify.results import MEASURABLE_MS, TrafficResult
from migfix.verify.traffic import Traffic

TABLES = ("public.users", "public.orders")
SCHEMA = """
CREATE TYPE mood AS ENUM ('calm', 'busy');
CREATE TABLE users (id serial PRIMARY KEY, email varchar(40) NOT NULL UNIQUE, mood mood NOT NULL, note text,
                    half integer GENERATED ALWAYS AS (1) STORED, CHECK (email LIKE '%@%'));
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL REFERENCES users, tags text[]);
INSERT INTO users (email, mood) SELECT 'u' || g || '@example.org', 'busy' FROM generate_series(1, 500) g;
INSERT INTO orders SELECT g, g, '{a,b}' FROM generate_series(1, 500) g;
CREATE TABLE empty (id integer PRIMARY KEY);
CREATE TABLE picky (flag boolean PRIMARY KEY);
INSERT INTO picky VALUES (true), (false);
"""
WAITING = """
SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.relation = 'users'::regclass AND NOT l.granted AND a.query LIKE 'INSERT INTO public.orders%'
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as started:
        yield started


@pytest.fixture(scope="module")
def template(server: Server) -> Iterator[str]:
    with server.scratch() as database:
        with server.connect(database) as connection:
            connection.execute(SCHEMA)
        yield database


@pytest.fixture
def database(server: Server, template: str) -> Iterator[str]:
    with server.scratch(template=template) as copy:
        yield copy


def wait_for(sign: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 4
    while not sign() and time.monotonic() < deadline:
        time.sleep(0.01)


def stall(result: TrafficResult) -> tuple[float, float]:
    return result.longest_read_stall_ms / 1000, result.longest_write_stall_ms / 1000


def test_a_lock_that_blocks_all_is_seen_as_long_as_it_is_held(server: Server, database: str) -> None:
    with server.connect(database) as migration, Traffic(server, database, TABLES) as traffic, migration.transaction():
        migration.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        time.sleep(1.0)
    result = traffic.result()
    assert [0.9 < seconds < 3.0 for seconds in stall(result)] == [True, True]
    assert result.delayed >= 2 * 15
    stalled = {(lane.table, lane.operation) for lane in result.lanes if any(tick.stalled for tick in lane.ticks)}
    users = {("public.users", operation) for operation in ("SELECT", "INSERT", "UPDATE")}
    assert stalled == users | {("public.orders", "INSERT")}
    assert (result.errors, result.left_out) == ((), ())


def test_a_lock_that_blocks_writes_leaves_readers_alone(server: Server, database: str) -> None:
    with (
        server.connect(database) as migration,
        Traffic(server, database, TABLES[:1]) as traffic,
        migration.transaction(),
    ):
        migration.execute("LOCK TABLE users IN SHARE MODE")
        time.sleep(0.4)
    reads, writes = stall(traffic.result())
    assert (reads, 0.3 < writes < 3.0) == (0.0, True)


def test_a_busy_machine_stalls_nobody(server: Server, database: str) -> None:
    end = threading.Event()

    def burn() -> None:
        while not end.is_set():
            sum(range(20000))

    burners = [threading.Thread(target=burn) for _ in range(4)]
    with Traffic(server, database, TABLES) as traffic:
        for burner in burners:
            burner.start()
        time.sleep(1.0)
        end.set()
        for burner in burners:
            burner.join()
    result = traffic.result()
    slowest = max(tick.latency_ms for lane in result.lanes for tick in lane.ticks)
    assert (stall(result), result.delayed, slowest > 0) == ((0.0, 0.0), 0, True)


def test_an_instant_change_behind_a_long_reader_holds_all_up(server: Server, database: str) -> None:
    with server.connect(database) as migration, Traffic(server, database, TABLES, long_reader=0.8) as traffic:
        asked = time.monotonic()
        migration.execute("ALTER TABLE users ADD COLUMN age integer")
        waited = time.monotonic() - asked
    reads, writes = stall(traffic.result())
    assert waited > 0.4
    assert (reads > 0.3, writes > 0.3) == (True, True)


def test_a_reader_alone_stalls_nobody(server: Server, database: str) -> None:
    with Traffic(server, database, TABLES, long_reader=0.3) as traffic:
        time.sleep(0.4)
    assert stall(traffic.result()) == (0.0, 0.0)


def test_an_insert_that_knows_nothing_of_a_new_column_fails(server: Server, database: str) -> None:
    changed: list[float] = []
    with server.connect(database) as migration, Traffic(server, database, TABLES) as traffic:
        migration.execute("ALTER TABLE users ADD COLUMN age integer")
        migration.execute("UPDATE users SET age = 1")
        changed.append(time.monotonic())
        migration.execute("ALTER TABLE users ALTER age SET NOT NULL")
        time.sleep(0.3)
    result = traffic.result(step_at=lambda moment: 3 if moment >= changed[0] else None)
    assert [(e.sqlstate, e.operation, e.table, e.step) for e in result.errors] == [
        ("23502", "INSERT", "public.users", 3)
    ]
    assert result.errors[0].message.startswith('null value in column "age"')
    assert result.failed == result.errors[0].count >= 1


def test_a_column_that_is_gone_fails_every_request_that_names_it(server: Server, database: str) -> None:
    with server.connect(database) as migration, Traffic(server, database, TABLES[:1]) as traffic:
        migration.execute("ALTER TABLE users RENAME note TO remark")
        time.sleep(0.3)
    errors = traffic.result().errors
    assert {(error.sqlstate, error.operation) for error in errors} == {
        ("42703", "SELECT"),
        ("42703", "INSERT"),
        ("42703", "UPDATE"),
    }


def test_a_deadlock_is_an_error_of_the_request_that_dies_of_it(server: Server, database: str) -> None:
    """An INSERT into orders looks at users, too; the migration takes them the other way round and is more patient."""
    with server.connect(database) as migration:
        migration.execute(f"ALTER DATABASE \"{database}\" SET deadlock_timeout = '1s'")
        migration.execute("SET deadlock_timeout = '20s'")
        with Traffic(server, database, TABLES) as traffic, migration.transaction():
            migration.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
            with server.connect(database) as observer:
                wait_for(lambda: observer.execute(WAITING).fetchone() != (0,))
            migration.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
    errors = [(error.sqlstate, error.operation, error.table) for error in traffic.result().errors]
    assert errors == [("40P01", "INSERT", "public.orders")]


def test_a_lock_that_outlives_the_migration_does_not_outlive_the_traffic(server: Server, database: str) -> None:
    with server.connect(database) as migration, migration.transaction():
        with Traffic(server, database, TABLES[:1]) as traffic:
            migration.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        result = traffic.result()
    assert (result.errors, result.longest_read_stall_ms > 500) == ((), True)


def test_rows_are_as_before(server: Server, database: str) -> None:
    counts = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM orders)"
    with server.connect(database) as connection:
        with Traffic(server, database, TABLES) as traffic:
            time.sleep(0.2)
        assert connection.execute(counts).fetchone() == (500, 500)
    result = traffic.result()
    assert (len(result.lanes), result.requests >= 12) == (6, True)
    assert result.idle_read_ms > 0


def test_what_cannot_be_sent_is_named_with_its_reason(server: Server, database: str) -> None:
    with Traffic(server, database, ("public.picky", "public.empty", "public.users"), lanes=4) as traffic:
        time.sleep(0.1)
    result = traffic.result()
    sent = {(lane.table, lane.operation) for lane in result.lanes}
    assert sent == {
        ("public.picky", "SELECT"),
        ("public.picky", "UPDATE"),
        ("public.empty", "SELECT"),
        ("public.empty", "UPDATE"),
        ("public.empty", "INSERT"),
    }
    assert [text.partition(":")[0] for text in result.left_out] == ["INSERT public.picky", "public.users"]
    assert "picky_pkey" in result.left_out[0]


def test_below_fifty_milliseconds_nothing_counts_as_delayed(server: Server, database: str) -> None:
    with server.connect(database) as migration, Traffic(server, database, TABLES) as traffic:
        for number in range(3):
            migration.execute(f"ALTER TABLE users ADD COLUMN c{number} integer")
            time.sleep(0.05)
    result = traffic.result()
    assert all(t.latency_ms >= MEASURABLE_MS for lane in result.lanes for t in lane.ticks if t.stalled) or (
        result.delayed == 0
    )
