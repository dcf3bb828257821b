"""`--server URL`: databases of its own on somebody else's server; `--database` starts from a copy, and only reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import COLUMN, Shop

from migfix.errors import ServerError, UsageError
from migfix.verify import chosen_server, installed_servers
from migfix.verify.baseline import run_sql
from migfix.verify.case import Case, Options
from migfix.verify.catalog import data_digest, dump_schema
from migfix.verify.migrate import Order, Runner
from migfix.verify.remote import RemoteServer
from migfix.verify.server import Server
from migfix.verify.session import Session
from migfix.verify.verdict import Verdict

ROWS = """
INSERT INTO users (email, name) SELECT 'e' || n, 'n' || n / 2 FROM generate_series(1, 99) AS n;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest, reader;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO guest, reader;
"""


MAJORS = sorted({found.major for found in installed_servers()}, reverse=True)


@pytest.fixture(scope="module", params=MAJORS or [None], ids=lambda major: f"pg{major}")
def theirs(request: pytest.FixtureRequest) -> Iterator[Server]:
    with Server(chosen_server(request.param)) as server:
        run_sql(server, "postgres", "CREATE ROLE guest LOGIN CREATEDB; CREATE ROLE reader LOGIN;")
        yield server


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def live(theirs: Server, shop: Shop) -> Iterator[str]:
    """Their database, at a1, with rows."""
    theirs.create_database("live")
    with Runner(theirs) as runner:
        assert runner.run(shop.root, Order(argv=("upgrade", "a1")), database="live").code == 0
    run_sql(theirs, "live", ROWS)
    yield "live"
    theirs.drop_database("live")


def verify(
    theirs: Server, case: Case, *, role: str = "guest", database: str = "live", traffic: bool = False
) -> Verdict:
    url = f"postgresql://{role}@/postgres?host={theirs.folder}&port=5432"
    options = Options(rows=500, traffic=traffic, database=database)
    with Session(RemoteServer(url), options) as session:
        return session.verify(case)


def names(theirs: Server) -> set[str]:
    with theirs.connect("postgres") as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def held(theirs: Server) -> object:
    with theirs.connect("live") as connection:
        return dump_schema(theirs, "live"), data_digest(connection)


def test_a_copy_with_its_rows_is_what_the_revision_meets(theirs: Server, shop: Shop, live: str) -> None:
    unique = 'op.create_index("uq", "users", ["name"], unique=True)'
    case = shop.case(unique, rewritten=shop.concurrently("uq", "name", unique=True))
    before = held(theirs)
    verdict = verify(theirs, case)
    assert verdict.rows == {"public.users": 99}
    assert verdict.offence is not None
    assert (verdict.offence.sqlstate, verdict.offence.total) == ("23505", 49)
    assert "measured on the rows of live, copied" in verdict.notes
    assert (held(theirs), names(theirs)) == (before, {"postgres", "live", "template0", "template1"})


def test_a_good_rewrite_is_proven_on_the_copy_under_traffic(theirs: Server, shop: Shop, live: str) -> None:
    case = shop.case('op.create_index("ix", "users", ["name"])', rewritten=shop.concurrently("ix", "name"))
    before = held(theirs)
    verdict = verify(theirs, case, traffic=True)
    assert (verdict.failures, verdict.schema, verdict.data) == ((), "identical", "identical")
    assert held(theirs) == before


def test_the_migrations_that_it_lacks_are_run_first(theirs: Server, shop: Shop, live: str) -> None:
    case = shop.case(COLUMN)
    shop.write("z1", case.revision, 'op.create_index("ix", "users", ["tier"])', name="z1.py")
    verdict = verify(theirs, Case(project=shop.root, revision="z1", parent=case.revision, path="z1.py"))
    assert (verdict.failures, verdict.original.code, verdict.rows) == ((), 0, {"public.users": 99})


def test_a_database_beyond_the_revision_is_refused(theirs: Server, shop: Shop, live: str) -> None:
    case = shop.case(COLUMN)
    run_sql(theirs, "live", f"UPDATE alembic_version SET version_num = '{case.revision}'")
    with pytest.raises(UsageError, match=r"--database live stands at b1, which is beyond a1 already"):
        verify(theirs, case)


def test_one_without_tables_or_without_a_revision_is_refused(theirs: Server, shop: Shop, live: str) -> None:
    run_sql(theirs, "live", "DELETE FROM alembic_version")
    with pytest.raises(UsageError, match="has tables, and no alembic_version says at which revision it stands"):
        verify(theirs, shop.case(COLUMN))
    with pytest.raises(UsageError, match="--database postgres has no tables, so there is nothing to start from"):
        verify(theirs, shop.case(COLUMN), database="postgres")
    with pytest.raises(ServerError, match=r'--database nowhere cannot be copied: .*database "nowhere" does not exist'):
        verify(theirs, shop.case(COLUMN), database="nowhere")
    assert names(theirs) == {"postgres", "live", "template0", "template1"}


def test_a_role_that_may_not_create_databases_is_told_what_to_ask_for(theirs: Server, shop: Shop, live: str) -> None:
    before = held(theirs)
    with pytest.raises(ServerError, match=r'the role reader may not create databases.* ALTER ROLE "reader" CREATEDB'):
        verify(theirs, shop.case(COLUMN), role="reader")
    assert held(theirs) == before


def test_the_time_limit_leaves_nothing_on_their_server(theirs: Server, shop: Shop) -> None:
    url = f"postgresql://guest@/postgres?host={theirs.folder}&port=5432"
    said = r"not done within 5 s \(--timeout\)"
    with Session(RemoteServer(url), Options(rows=100, timeout=5)) as session, pytest.raises(ServerError, match=said):
        session.verify(shop.case('op.execute("SELECT pg_sleep(60)")'))
    assert names(theirs) == {"postgres", "template0", "template1"}
