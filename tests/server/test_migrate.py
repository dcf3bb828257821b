"""Running a project's own Alembic: whatever its env.py does, only the throw-away database is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import Case

from migfix.errors import ServerError
from migfix.verify import Order, Runner, Server

PAIR = Case(folder=Path(__file__).parent / "pairs" / "create-index")
RUN = """
def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

"""
ENVS = {
    "own engine, production URL": """
from alembic import context
from sqlalchemy import create_engine
{run}
with create_engine("postgresql+psycopg://admin:secret@db.example.org/production?sslmode=verify-full").connect() as found:
    run(found)
""",
    "asyncpg": """
import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
{run}
async def main():
    engine = create_async_engine("postgresql+asyncpg://user@db.example.org/production?ssl=require")
    async with engine.connect() as found:
        await found.run_sync(run)
    await engine.dispose()

asyncio.run(main())
""",
    "async psycopg": """
import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
{run}
async def main():
    engine = create_async_engine("postgresql+psycopg://user@db.example.org/production")
    async with engine.connect() as found:
        await found.run_sync(run)
    await engine.dispose()

asyncio.run(main())
""",
    "URL from the environment": """
import os
from alembic import context
from sqlalchemy import create_engine
{run}
with create_engine(os.environ["SETTINGS_DB"]).connect() as found:
    run(found)
""",
}
OTHER_SERVER = """
from alembic import context
import psycopg
from sqlalchemy import create_engine
{run}
def creator():
    return psycopg.connect("{dsn}")
with create_engine("postgresql+psycopg://", creator=creator).connect() as found:
    run(found)
"""
SQLITE = """
from alembic import context
from sqlalchemy import create_engine
{run}
with create_engine("sqlite:///app.db").connect() as found:
    run(found)
"""


def project(tmp_path: Path, env: str | None = None) -> Path:
    """The original of the pair, with another env.py."""
    made = PAIR.question(tmp_path).original
    if env is not None:
        (made / "migrations" / "env.py").write_text(env)
    return made


@pytest.mark.parametrize("env", ENVS.values(), ids=ENVS.keys())
def test_every_connection_goes_to_the_throw_away_server(env: str, runner: Runner, tmp_path: Path) -> None:
    order = Order(
        argv=("upgrade", "head"), environment={"SETTINGS_DB": "postgresql+psycopg://db.example.org/production"}
    )
    with runner.server.scratch() as database:
        run = runner.run(project(tmp_path, env.format(run=RUN)), order, database=database)
        assert (run.code, run.refused) == (0, None), run.complaint
        with runner.server.connect(database) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("orders_by_user",)]


def test_a_connection_that_escapes_is_refused(runner: Runner, tmp_path: Path) -> None:
    with Server(runner.server.binaries) as other, runner.server.scratch() as database:
        env = OTHER_SERVER.format(run=RUN, dsn=f"host={other.folder} user=postgres dbname=postgres")
        run = runner.run(project(tmp_path, env), Order(argv=("upgrade", "head")), database=database)
        assert run.refused == "env.py opened a connection to another server than the throw-away one"
        with other.connect("postgres") as connection:
            assert connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,)


def test_another_database_system_is_refused(runner: Runner, tmp_path: Path) -> None:
    with runner.server.scratch() as database:
        made = project(tmp_path, SQLITE.format(run=RUN))
        run = runner.run(made, Order(argv=("upgrade", "head")), database=database)
        assert run.refused == "env.py connects to sqlite; only PostgreSQL can be verified"
        assert not (made / "app.db").exists()


def test_statements_come_with_their_transactions(runner: Runner, tmp_path: Path) -> None:
    rewritten = PAIR.question(tmp_path).rewritten
    with runner.server.scratch() as database:
        runner.run(rewritten, Order(argv=("upgrade", "parent")), database=database)
        run = runner.run(rewritten, Order(argv=("upgrade", "head")), database=database)
    last = [(s.sql.split()[0], s.autocommit, s.committed, s.finished) for s in run.statements[-3:]]
    assert last == [("DROP", True, True, True), ("CREATE", True, True, True), ("UPDATE", False, True, True)]
    assert len({s.transaction for s in run.statements[-3:]}) == 3
    assert [s.number for s in run.statements] == list(range(1, len(run.statements) + 1))


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_run_leaves_what_was_committed(moment: str, runner: Runner, tmp_path: Path) -> None:
    rewritten = PAIR.question(tmp_path).rewritten
    with runner.server.scratch() as database:
        runner.run(rewritten, Order(argv=("upgrade", "parent")), database=database)
        number = 5
        kill = Order(argv=("upgrade", "head"), **{f"kill_{moment}": number})
        run = runner.run(rewritten, kill, database=database)
        assert run.killed
        assert [s.sql.split()[0] for s in run.statements][-1] == {"before": "UPDATE", "after": "UPDATE"}[moment]
        assert not run.statements[-1].committed
        with runner.server.connect(database) as connection:
            assert connection.execute("SELECT to_regclass('ix_orders_user_id') IS NOT NULL").fetchone() == (True,)
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("parent",)]


def test_a_failing_revision_is_told_in_the_servers_words(runner: Runner, tmp_path: Path) -> None:
    made = project(tmp_path)
    revision = made / "migrations" / "versions" / "case_before.py"
    revision.write_text(revision.read_text().replace('["user_id"]', '["nobody"]'))
    with runner.server.scratch() as database:
        run = runner.run(made, Order(argv=("upgrade", "head")), database=database)
    assert run.code == 1
    assert run.complaint.startswith('UndefinedColumn: column "nobody" does not exist')
    assert run.complaint.endswith("in: CREATE INDEX ix_orders_user_id ON orders (nobody)")


def test_a_migration_that_hangs_is_stopped(runner: Runner, tmp_path: Path) -> None:
    made = project(tmp_path)
    revision = made / "migrations" / "versions" / "case_before.py"
    revision.write_text(
        revision.read_text().replace(
            "def upgrade() -> None:", "def upgrade() -> None:\n    op.execute('SELECT pg_sleep(60)')"
        )
    )
    with Runner(runner.server, seconds=1.0) as hasty, runner.server.scratch() as database:
        with pytest.raises(ServerError, match="did not end within 1 s and was stopped"):
            hasty.run(made, Order(argv=("upgrade", "head")), database=database)
        runner.run(project(tmp_path / "again"), Order(argv=("upgrade", "parent")), database=database)
