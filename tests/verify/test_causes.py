"""Why a revision fails: the statement, the server's error, the rows that cause it, and what helps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import Shop

from migfix.verify import chosen_server, installed_servers
from migfix.verify.case import Options
from migfix.verify.server import Server
from migfix.verify.session import Session
from migfix.verify.verdict import Offence

SEED = """
INSERT INTO users (email, name)
SELECT 'email' || n, CASE WHEN n % 3 > 0 THEN 'n' || n / 3 END FROM generate_series(1, 30) AS n;
INSERT INTO orders (user_id, amount) SELECT n * 2, (n - 3) * 10000 FROM generate_series(1, 20) AS n;
"""
MAJORS = sorted({found.major for found in installed_servers()}, reverse=True)
CASES = {
    "duplicates": (
        'op.create_unique_constraint("uq", "users", ["name"])',
        ("23505", 10, ("name", "rows"), "Merge or remove the duplicates"),
    ),
    "duplicates of an expression": (
        'op.execute("CREATE UNIQUE INDEX uq ON users (lower(name), (id > 0)) WHERE id < 16")',
        ("23505", 5, ("lower", "?column?", "rows"), "Merge or remove the duplicates"),
    ),
    "nulls": (
        'op.alter_column("users", "name", nullable=False)',
        ("23502", 10, ("id", "email", "name"), "Give these rows a value"),
    ),
    "check": (
        'op.create_check_constraint("ck", "orders", "amount > 0")',
        ("23514", 3, ("id", "user_id", "amount"), "Correct these rows"),
    ),
    "orphans": (
        'op.create_foreign_key("fk", "orders", "users", ["user_id"], ["id"])',
        ("23503", 5, ("user_id", "rows"), "Correct or delete these rows"),
    ),
    "too long for its new type": (
        'op.alter_column("users", "email", type_=sa.String(6))',
        ("22001", 21, ("id", "email", "name"), "Shorten these values"),
    ),
    "too long to be written": (
        """op.execute("UPDATE users SET name = repeat(name, 60) WHERE id > 15")""",
        ("22001", 10, ("id", "email", "name"), "Shorten these values"),
    ),
    "not of the new type": (
        'op.alter_column("users", "name", type_=sa.Integer(), postgresql_using="name::integer")',
        ("22P02", 20, ("id", "email", "name"), "Correct these values"),
    ),
    "out of range": (
        'op.alter_column("orders", "amount", type_=sa.SmallInteger())',
        ("22003", 14, ("id", "user_id", "amount"), "Correct these values"),
    ),
    "missing type": (
        'op.execute("ALTER TABLE users ADD v vector(3)")',
        ("42704", None, (), "No earlier migration makes the type vector"),
    ),
    "missing extension": (
        'op.execute("CREATE EXTENSION postgis")',
        (None, None, (), "The extension postgis is not installed with PostgreSQL"),
    ),
    "missing column": (
        'op.execute("UPDATE users SET nowhere = 1")',
        ("42703", None, (), "Nothing before it makes the column nowhere"),
    ),
}


@pytest.fixture(scope="module", params=MAJORS or [None], ids=lambda major: f"pg{major}")
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with Session(Server(chosen_server(request.param)), Options(rows=0, seed_sql=SEED, traffic=False)) as started:
        yield started


@pytest.mark.parametrize("kind", CASES)
def test_why_it_fails_is_shown(session: Session, tmp_path: Path, kind: str) -> None:
    body, (sqlstate, total, headings, advice) = CASES[kind]
    verdict = session.verify(Shop(tmp_path).case(body))
    found = verdict.offence
    assert found is not None
    assert (found.total, found.headings, len(found.rows)) == (total, headings, min(total or 0, 5))
    assert found.sqlstate == (sqlstate or found.sqlstate)
    assert found.advice.startswith(advice)
    assert ("fails on these rows" in verdict.failures[0]) == (total is not None)
    assert found.statement in " ".join(verdict.failures[0].split())


def test_null_is_no_duplicate_unless_the_index_says_so(session: Session, tmp_path: Path) -> None:
    def keys(found: Offence | None) -> set[str]:
        return {row[0] for row in found.rows} if found is not None else set()

    shop = Shop(tmp_path)
    plain = session.verify(shop.case('op.execute("CREATE UNIQUE INDEX uq ON users (name)")'))
    strict = session.verify(shop.case('op.execute("CREATE UNIQUE INDEX uq ON users (name) NULLS NOT DISTINCT")'))
    assert "NULL" not in keys(plain.offence)
    assert strict.offence is not None
    assert strict.offence.total == 11
