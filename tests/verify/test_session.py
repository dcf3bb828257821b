"""The proof as a whole: what it says of right and wrong rewrites, of rows that stop a revision, and when it must stop."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from shop import COLUMN, Shop, verified

from migfix.errors import ProjectRunError, ServerError
from migfix.verify.case import Options
from migfix.verify.comparing import FEW
from migfix.verify.remote import RemoteServer
from migfix.verify.server import Server
from migfix.verify.session import Session

QUIET = Options(rows=2000, traffic=False)
MANY = Options(rows=FEW + 2000, batch=100, traffic=False)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_right_rewrite_is_proven_under_traffic(shop: Shop) -> None:
    case = shop.case('op.create_index("ix_name", "users", ["name"])', rewritten=shop.concurrently("ix_name", "name"))
    verdict = verified(case, Options(rows=10_000, crash=True))
    assert (verdict.failures, verdict.schema, verdict.data, verdict.crashes) == ((), "identical", "identical", True)
    assert verdict.rows == {"public.orders": 10_000, "public.users": 10_000}
    assert verdict.rewritten is not None
    assert verdict.original.longest_write_block_s > verdict.rewritten.longest_write_block_s == 0
    assert verdict.original.traffic is not None
    assert {lane.table for lane in verdict.original.traffic.lanes} == {"public.orders", "public.users"}


def test_a_wrong_rewrite_is_not_equal(shop: Shop) -> None:
    case = shop.case('op.create_index("ix_name", "users", ["name"])', rewritten=shop.concurrently("ix_name", "email"))
    verdict = verified(case, QUIET)
    assert (verdict.proven, verdict.schema) == (False, "different")
    assert "-CREATE INDEX ix_name ON public.users USING btree (name);" in verdict.failures[0]


def test_rows_show_a_forgotten_lower(shop: Shop) -> None:
    fill = 'op.execute("UPDATE users SET name = {}")'
    verdict = verified(shop.case(fill.format("lower(email)"), rewritten=[fill.format("email")]), QUIET)
    assert (verdict.schema, verdict.data) == ("identical", "different")


def test_many_rows_are_all_compared(shop: Shop) -> None:
    fill = "op.execute(\"UPDATE users SET name = 'x'{}\")"
    verdict = verified(shop.case(fill.format(""), rewritten=[fill.format(f" WHERE id <= {FEW}")]), MANY)
    assert verdict.data == "different"
    assert [failure.split(": ")[0] for failure in verdict.failures] == ["Same destination", "No long stall"]


def test_the_way_back_and_crashes_are_tried_with_few_of_many_rows(shop: Shop) -> None:
    drop = 'op.drop_column("users", "tier")'
    right = shop.case(COLUMN, rewritten=[COLUMN], back=drop, rewritten_back=drop)
    wrong = shop.case(COLUMN, rewritten=[COLUMN], back=drop)
    commits = [f"with op.get_context().autocommit_block():\n        {COLUMN}"]
    fragile = shop.case(COLUMN, rewritten=commits, back=drop, rewritten_back=drop)
    verdicts = [verified(case, replace(MANY, crash=True)) for case in (right, wrong, fragile)]
    assert [verdict.data for verdict in verdicts] == ["identical", "identical", "identical"]
    assert verdicts[0].failures == ()
    assert f"crashes and the way back were tried with {FEW:,} rows" in verdicts[0].notes
    assert "after downgrade:" in verdicts[1].failures[0]
    assert "Safe to re-run" in verdicts[2].failures[0]


def test_duplicates_that_stop_both_are_shown_and_then_left_out(shop: Shop) -> None:
    unique = 'op.create_index("uq", "users", ["name"], unique=True)'
    verdict = verified(shop.case(unique, rewritten=shop.concurrently("uq", "name", unique=True)), QUIET)
    assert verdict.offence is not None
    assert (verdict.offence.sqlstate, verdict.offence.headings) == ("23505", ("name", "rows"))
    assert len(verdict.offence.rows) == 5
    assert int(verdict.offence.rows[0][1]) > 1
    assert (verdict.clean, verdict.original.code, verdict.failures) == (("public.users.name",), 0, ())


def test_nulls_that_stop_a_revision_are_shown(shop: Shop) -> None:
    seed = "INSERT INTO users (email, name) SELECT 'e' || n, nullif('n' || n, 'n7') FROM generate_series(1, 50) AS n"
    case = shop.case('op.alter_column("users", "name", nullable=False)')
    verdict = verified(case, Options(rows=0, seed_sql=seed, traffic=False))
    assert verdict.offence is not None
    assert (verdict.offence.sqlstate, verdict.offence.total) == ("23502", 1)
    assert verdict.offence.rows == (("7", "e7", "NULL"),)
    assert (verdict.proven, verdict.original.sqlstate) == (False, "23502")
    assert verdict.failures[0].startswith("the original fails on these rows: NotNullViolation")


def test_orphans_and_broken_checks_are_shown(shop: Shop) -> None:
    seed = "INSERT INTO users (email) VALUES ('a'), ('b'), ('c');"
    seed += "INSERT INTO orders (user_id, amount) VALUES (1, 5), (9, -2), (9, 3);"
    key = shop.case('op.create_foreign_key("fk", "orders", "users", ["user_id"], ["id"])')
    check = shop.case('op.create_check_constraint("ck", "orders", "amount > 0")')
    orphans, broken = (verified(c, Options(rows=0, seed_sql=seed, traffic=False)).offence for c in (key, check))
    assert orphans is not None
    assert (orphans.sqlstate, orphans.headings, orphans.rows) == ("23503", ("user_id", "rows"), (("9", "2"),))
    assert broken is not None
    assert (broken.sqlstate, broken.rows) == ("23514", (("2", "9", "-2"),))


def test_without_a_rewrite_a_stall_is_judged(shop: Shop) -> None:
    sleep = 'op.execute("LOCK TABLE users; SELECT pg_sleep(0.6)")'
    verdict = verified(shop.case(sleep), Options(rows=100, max_stall=0.3))
    assert verdict.rewritten is None
    assert "stalls a request for" in verdict.failures[0]


def test_the_way_there_may_be_a_dump(shop: Shop, tmp_path: Path) -> None:
    dump = tmp_path / "schema.sql"
    dump.write_text("CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL, name text);")
    shop.write("a1", None, 'raise RuntimeError("runs no more")', name="a1.py")
    verdict = verified(shop.case(COLUMN), Options(rows=100, traffic=False, schema=dump))
    assert (verdict.failures, verdict.rows) == ((), {"public.users": 100})


def test_a_way_there_that_fails_is_told_in_the_projects_words(shop: Shop) -> None:
    shop.write("a1", None, 'raise RuntimeError("runs no more")', name="a1.py")
    with pytest.raises(ProjectRunError, match="runs no more"):
        verified(shop.case(COLUMN), QUIET)


def test_the_time_limit_ends_everything(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    case = shop.case('op.execute("SELECT pg_sleep(60)")')
    began = time.monotonic()
    with Session(Server(), Options(timeout=4)) as session:
        folder = session.server.folder
        with pytest.raises(ServerError, match=r"not done within 4 s \(--timeout\)"):
            session.verify(case)
    assert time.monotonic() - began < 40
    assert not folder.exists()
    assert [p.name for p in tmp_path.glob("migfix-*")] == []


def test_a_server_that_dies_is_named(shop: Shop) -> None:
    case = shop.case('op.execute("SELECT pg_sleep(60)")')
    with Session(Server(), QUIET) as session:
        session.progress = lambda text: session.server.abort() if "tables" in text else None
        with pytest.raises(ServerError, match=r"PostgreSQL \S+ ended while it was needed"):
            session.verify(case)


def test_somebody_elses_server_gets_new_databases_only(shop: Shop) -> None:
    with Server() as theirs:
        with theirs.connect("postgres") as connection:
            connection.execute("CREATE DATABASE shop")
            connection.execute("CREATE ROLE guest LOGIN CREATEDB")
        url = f"postgresql://guest@/shop?host={theirs.folder}&port=5432"
        with Session(RemoteServer(url), QUIET) as session:
            verdict = session.verify(shop.case(COLUMN))
        assert verdict.failures == ()
        with theirs.connect("postgres") as connection:
            names = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        assert names == {"postgres", "shop", "template0", "template1"}


def test_a_long_reader_shows_the_queue_for_a_lock(shop: Shop) -> None:
    verdict = verified(shop.case(COLUMN), Options(rows=100, long_reader=1.2, max_stall=0.5))
    assert verdict.failures[0].endswith("it waits in a queue for the lock, which a lock_timeout would bound")
    assert verdict.original.longest_read_block_s < 0.5


def test_an_end_that_the_user_chose_otherwise_is_no_failure(shop: Shop) -> None:
    body = 'op.create_index("uq", "users", ["email"], unique=True)'
    living = """op.create_index("uq", "users", ["email"], unique=True, postgresql_where=sa.text("name IS NULL"))"""
    more = living + '; op.add_column("users", sa.Column("uqx", sa.Text()))'
    chosen = replace(shop.case(body, rewritten=[living]), differs=("uq",))
    right = verified(chosen, QUIET)
    wrong = verified(replace(shop.case(body, rewritten=[more]), differs=("uq",)), QUIET)
    assert (right.schema, right.data) == ("as chosen", "identical")
    assert [failure for failure in right.failures if "Same destination" in failure] == []
    assert any(note.startswith("the schema ends differently, as chosen: -CREATE UNIQUE") for note in right.notes)
    assert (wrong.schema, wrong.proven) == ("different", False)
