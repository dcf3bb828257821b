"""What reading SQL claims about PostgreSQL, asked of a server."""

from __future__ import annotations

import psycopg
import pytest

from migfix.model import ops
from migfix.model.sql_text import volatile_functions
from migfix.read.sql import read_sql
from migfix.verify import Runner

SETUP = """
    CREATE TABLE t (x int, a text); CREATE INDEX i ON t (x); CREATE TABLE p (id int PRIMARY KEY);
    CREATE SEQUENCE q; CREATE VIEW w AS SELECT 1 AS one; CREATE MATERIALIZED VIEW m AS SELECT x FROM t;
    CREATE UNIQUE INDEX mi ON m (x); CREATE TYPE e AS ENUM ('a'); CREATE ROLE r;
    CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER trg AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()
"""
RERUNNABLE = [
    "ALTER TABLE t ALTER COLUMN a SET STORAGE EXTERNAL",
    "ALTER TABLE t ALTER COLUMN a SET STATISTICS 100",
    "ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)",
    "ALTER TABLE t SET (fillfactor = 70)",
    "ALTER TABLE t RESET (fillfactor)",
    "ALTER TABLE t ENABLE TRIGGER ALL",
    "ALTER TABLE t DISABLE TRIGGER trg",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE t FORCE ROW LEVEL SECURITY",
    "ALTER TABLE t REPLICA IDENTITY FULL",
    "ALTER TABLE t CLUSTER ON i",
    "ALTER TABLE t SET WITHOUT CLUSTER",
    "ALTER TABLE t SET UNLOGGED",
    "ALTER TABLE t SET LOGGED",
    "ALTER TABLE t SET TABLESPACE pg_default",
    "ALTER SEQUENCE q OWNED BY t.x",
    "ALTER SEQUENCE q INCREMENT 5 RESTART",
    "ALTER FUNCTION g() COST 7",
    "ALTER ROLE r SET lock_timeout = '1s'",
    "CLUSTER t USING i",
    "COMMENT ON COLUMN t.a IS 'x'",
    "CREATE EXTENSION IF NOT EXISTS plpgsql",
    "CREATE SCHEMA IF NOT EXISTS s",
    "CREATE SEQUENCE IF NOT EXISTS q2",
    "CREATE MATERIALIZED VIEW IF NOT EXISTS m2 AS SELECT 1",
    "CREATE OR REPLACE VIEW w2 AS SELECT 1",
    "CREATE OR REPLACE FUNCTION h() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2'",
    "CREATE OR REPLACE TRIGGER trg AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()",
    "DROP TYPE IF EXISTS e",
    "DROP VIEW IF EXISTS w",
    "DROP TRIGGER IF EXISTS trg ON t",
    "DROP FUNCTION IF EXISTS h(int)",
    "GRANT SELECT ON t TO r",
    "REVOKE SELECT ON t FROM r",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "SET CONSTRAINTS ALL DEFERRED",
    "VACUUM FULL t",
    "ANALYZE t",
    "ALTER MATERIALIZED VIEW m OWNER TO r",
    "ALTER TABLE t OWNER TO r",
]
ONCE = [
    "ALTER TABLE t RENAME CONSTRAINT c TO d",
    "ALTER TABLE IF EXISTS t RENAME TO z",
    "ALTER TABLE IF EXISTS t SET SCHEMA s",
    "ALTER TYPE e RENAME VALUE 'a' TO 'b'",
    "ALTER INDEX IF EXISTS i RENAME TO j",
    "CREATE TYPE e2 AS ENUM ('a')",
    "CREATE VIEW w3 AS SELECT 1",
    "DROP VIEW w",
]


def only_op(text: str) -> ops.RunSql:
    ((op,),) = [statement.ops for statement in read_sql(text)]
    assert isinstance(op, ops.RunSql)
    return op


def test_what_is_rerunnable_passes_twice(runner: Runner) -> None:
    """Every form of statement that is called rerunnable, on every PostgreSQL at hand."""
    assert [t for t in RERUNNABLE if not only_op(t).rerunnable] == []
    with runner.server.scratch() as database, runner.server.connect(database) as connection:
        connection.autocommit = True
        connection.execute("DROP ROLE IF EXISTS r")
        connection.execute(SETUP)
        for text in RERUNNABLE:
            connection.execute(text.encode())
            connection.execute(text.encode())
        connection.execute("DROP OWNED BY r CASCADE")
        connection.execute("DROP ROLE r")


@pytest.mark.parametrize("text", ONCE)
def test_what_may_fail_the_second_time_is_not_rerunnable(text: str) -> None:
    assert only_op(text).rerunnable is False


def test_volatile_functions_are_volatile(runner: Runner) -> None:
    """pg_proc agrees with the list wherever it knows the function, and calls the well-known others stable."""
    with runner.server.scratch() as database, runner.server.connect(database) as connection:
        found = dict(connection.execute("SELECT proname, max(provolatile) FROM pg_proc GROUP BY 1").fetchall())
    named = [name for name in found if volatile_functions(f"{name}()")]
    assert {"gen_random_uuid", "random", "clock_timestamp", "nextval"} <= set(named)
    assert [name for name in named if found[name] != "v"] == []
    assert [found[name] for name in ("now", "statement_timestamp", "current_setting", "lower")] == ["s", "s", "s", "i"]
    assert volatile_functions("now() statement_timestamp() lower('x')") == frozenset()


def test_what_the_parser_refuses_the_server_refuses(runner: Runner) -> None:
    refused = ["ALTER TABEL t", "UPDATE t SET `a` = 1", "SELECT 'open", "SELECT 1 /* open", "UPDATE t JOIN u SET a = 1"]
    with runner.server.scratch() as database, runner.server.connect(database) as connection:
        connection.autocommit = True
        for text in refused:
            with pytest.raises(psycopg.errors.SyntaxError):
                connection.execute(text.encode())
            assert isinstance(read_sql(text)[0].ops[0], ops.Opaque)
