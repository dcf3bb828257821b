"""`--check-db` on real databases: every driver and env.py that Alembic's templates write, and nothing is written."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from migfix.applied.databases import address, ask
from migfix.errors import DatabaseError
from migfix.model.applied import Database
from migfix.read.project import find_project
from migfix.verify import Runner
from migfix.verify.server import Server

VERSIONS = "CREATE TABLE {table} (version_num varchar(32)); INSERT INTO {table} VALUES ('b2'), ('a1')"
BARE = "[alembic]\nscript_location = migrations\n"
COMPUTED = """
import os
from alembic import context
from sqlalchemy import create_engine, pool

print("loading settings")
engine = create_engine(os.environ["SHOP_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, version_table="_".join(["shop", "versions"]), version_table_schema="ops")
    with context.begin_transaction():
        context.run_migrations()
"""
FLASK = """
import os
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["SHOP_URL"]
db = SQLAlchemy(app)
Migrate(app, db)
"""


@pytest.fixture
def server(runner: Runner) -> Iterator[Server]:
    runner.server.create_database("asked")
    yield runner.server
    runner.server.drop_database("asked")


def bare(root: Path, env: str = "") -> None:
    (root / "migrations" / "versions").mkdir(parents=True)
    (root / "alembic.ini").write_text(BARE)
    (root / "migrations" / "env.py").write_text(env)


def answers(root: Path, *given: str) -> list[Database | DatabaseError]:
    layout = find_project(root, config=None)
    return list(ask([address(g) for g in given], layout, python=sys.executable))


def tables(server: Server) -> list[str]:
    with server.connect("asked") as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'ops')").fetchall()
    return sorted(row[0] for row in rows)


def run(server: Server, sql: str) -> None:
    with server.connect("asked") as connection:
        connection.execute(sql)


@pytest.mark.parametrize(
    "scheme", ["postgresql+psycopg", "postgresql+asyncpg", "postgresql+psycopg2", "postgresql", "postgres"]
)
def test_a_url_of_any_driver_is_read(server: Server, tmp_path: Path, scheme: str) -> None:
    bare(tmp_path)
    run(server, VERSIONS.format(table="alembic_version"))
    url = server.url("asked", driver="asyncpg" if "async" in scheme else "psycopg")
    assert answers(tmp_path, f"staging={scheme}{url[url.index('://') :]}") == [
        Database(name="staging", versions=("a1", "b2"))
    ]


def test_the_table_is_called_as_env_py_says(server: Server, tmp_path: Path) -> None:
    bare(tmp_path, 'TABLE = "shop_versions"\ncontext.configure(version_table=TABLE, version_table_schema="ops")\n')
    run(server, "CREATE SCHEMA ops")
    run(server, VERSIONS.format(table="ops.shop_versions"))
    assert answers(tmp_path, server.url("asked")) == [Database(name="asked", versions=("a1", "b2"))]


def test_no_table_is_nothing_applied_and_none_is_made(server: Server, tmp_path: Path) -> None:
    bare(tmp_path)
    assert answers(tmp_path, server.url("asked")) == [Database(name="asked", stamped=False)]
    assert tables(server) == []


def test_env_py_may_compute_url_table_and_schema(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare(tmp_path, COMPUTED)
    (tmp_path / "migrations" / "versions" / "broken.py").write_text("import nothing_of_that_name")
    monkeypatch.setenv("SHOP_URL", server.url("asked"))
    run(server, "CREATE SCHEMA ops")
    assert answers(tmp_path, "") == [Database(name="database", stamped=False)]
    assert tables(server) == []
    run(server, VERSIONS.format(table="ops.shop_versions"))
    assert answers(tmp_path, "production=") == [Database(name="production", versions=("a1", "b2"))]


@pytest.mark.parametrize("template", ["generic", "async", "pyproject", "pyproject_async"])
def test_the_projects_own_through_alembics_templates(server: Server, tmp_path: Path, template: str) -> None:
    driver = "asyncpg" if "async" in template else "psycopg"
    _initialised(
        tmp_path, template, {"sqlalchemy.url = driver://user:pass@localhost/dbname": server.url("asked", driver=driver)}
    )
    run(server, VERSIONS.format(table="alembic_version"))
    assert answers(tmp_path, "") == [Database(name="database", versions=("a1", "b2"))]


def test_each_of_several_databases_answers(server: Server, tmp_path: Path) -> None:
    server.create_database("second")
    try:
        urls = {
            "sqlalchemy.url = driver://user:pass@localhost/dbname\n": server.url("asked"),
            "sqlalchemy.url = driver://user:pass@localhost/dbname2": server.url("second"),
        }
        _initialised(tmp_path, "multidb", urls)
        run(server, VERSIONS.format(table="alembic_version"))
        assert answers(tmp_path, "") == [
            Database(name="engine1", versions=("a1", "b2")),
            Database(name="engine2", stamped=False),
        ]
    finally:
        server.drop_database("second")


def _initialised(root: Path, template: str, urls: dict[str, str]) -> None:
    config = Config(str(root / "alembic.ini"), toml_file=str(root / "pyproject.toml"))
    config.stdout = (root / "said").open("w")
    command.init(config, str(root / "migrations"), template=template)
    config.stdout.close()
    ini = root / "alembic.ini"
    text = ini.read_text()
    for old, url in urls.items():
        assert old in text
        text = text.replace(old, f"sqlalchemy.url = {url.replace('%', '%%')}\n", 1)
    ini.write_text(text)


def test_a_flask_project_is_asked_with_its_application(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flask_migrate = pytest.importorskip("flask_migrate")
    folder = Path(flask_migrate.__file__).parent / "templates" / "flask"
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "migrations" / "alembic.ini").write_text((folder / "alembic.ini.mako").read_text())
    (tmp_path / "migrations" / "env.py").write_text((folder / "env.py").read_text())
    (tmp_path / "app.py").write_text(FLASK)
    monkeypatch.setenv("SHOP_URL", server.url("asked"))
    run(server, VERSIONS.format(table="alembic_version"))
    assert answers(tmp_path, "") == [Database(name="database", versions=("a1", "b2"))]


def test_a_table_that_is_locked_is_not_waited_for_long(server: Server, tmp_path: Path) -> None:
    bare(tmp_path)
    run(server, VERSIONS.format(table="alembic_version"))
    with server.connect("asked") as connection, connection.transaction():
        connection.execute("LOCK TABLE alembic_version")
        started = time.monotonic()
        [error] = answers(tmp_path, f"staging={server.url('asked')}")
        assert time.monotonic() - started < 15
    assert str(error) == (
        "the database staging cannot be asked what has run there: canceling statement due to statement timeout"
    )


def test_an_env_py_that_fails_is_one_line(tmp_path: Path) -> None:
    bare(tmp_path, "import nothing_of_that_name\n")
    assert [str(e) for e in answers(tmp_path, "")] == [
        "the project's database cannot be asked what has run there: ModuleNotFoundError: No module named "
        "'nothing_of_that_name'"
    ]
