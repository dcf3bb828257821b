"""env.py files that build their engine in every way that projects do; each is verified as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from shop import COLUMN, Shop, verified

from migfix.errors import ProjectRunError
from migfix.verify.case import Case, Options
from migfix.verify.server import Server
from migfix.verify.verdict import Verdict

RUN = """
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
HEAD = "import os\nimport sqlalchemy as sa\nfrom alembic import context\n"
OTHER_NAME = HEAD + 'with sa.create_engine(os.environ["APP_DATABASE"]).connect() as connection:' + RUN
PARTS = (
    HEAD
    + 'url = sa.URL.create("postgresql+psycopg", os.environ["DB_USER"], host=os.environ["DB_HOST"], database="app")\n'
    + "with sa.create_engine(url, connect_args={'sslmode': 'require', 'options': '-c lock_timeout=5s'}).connect() as"
    + " connection:"
    + RUN
)
CREATOR = (
    HEAD
    + "import psycopg\n"
    + "engine = sa.create_engine('postgresql+psycopg://', creator=lambda: psycopg.connect(os.environ['APP_DSN']))\n"
    + "with engine.connect() as connection:"
    + RUN
)
ASYNC = (
    HEAD
    + "import asyncio\nfrom sqlalchemy.ext.asyncio import create_async_engine\n"
    + "def run(connection):"
    + RUN
    + "async def main():\n"
    + "    engine = create_async_engine(os.environ['APP_DATABASE'], connect_args={'server_settings': {'jit': 'off'}})\n"
    + "    async with engine.begin() as connection:\n        await connection.run_sync(run)\n"
    + "    await engine.dispose()\n"
    + "asyncio.run(main())\n"
)
ASYNC_CREATOR = ASYNC.replace(
    "connect_args={'server_settings': {'jit': 'off'}}",
    "async_creator=lambda **given: __import__('asyncpg').connect(os.environ['APP_DATABASE'])",
).replace("create_async_engine(os.environ['APP_DATABASE']", "create_async_engine('postgresql+asyncpg://'")
OF_THE_APPLICATION = HEAD + "from app.db import engine\nwith engine.connect() as connection:" + RUN
APPLICATION = (
    "import os\nimport sqlalchemy as sa\n"
    "engine = sa.create_engine(os.environ['APP_DATABASE'], pool_size=3, pool_pre_ping=True)\n"
    "@sa.event.listens_for(engine, 'connect')\n"
    "def configured(connection, record):\n"
    "    with connection.cursor() as cursor:\n        cursor.execute(\"SET statement_timeout = '60s'\")\n"
    "    connection.commit()\n"
)
FLASK = (
    "from flask import Flask\nfrom flask_migrate import Migrate\nfrom flask_sqlalchemy import SQLAlchemy\n"
    "app = Flask(__name__)\n"
    "app.config['SQLALCHEMY_DATABASE_URI'] = 'postgresql://app:secret@db.example.org/app?sslmode=verify-full'\n"
    "Migrate(app, SQLAlchemy(app))\n"
)
ANY = "postgresql+psycopg://app:secret@db.example.org/app"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as started:
        yield started


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def verify(case: Case, environment: Mapping[str, str] | None = None) -> Verdict:
    return verified(case, Options(rows=100, traffic=False, environment=environment or {}))


@pytest.mark.parametrize(
    ("env", "environment"),
    [
        (OTHER_NAME, {"APP_DATABASE": ANY}),
        (PARTS, {"DB_USER": "app", "DB_HOST": "db.example.org"}),
        (CREATOR, {"APP_DSN": "{url}"}),
        (ASYNC, {"APP_DATABASE": "postgresql+asyncpg://app:secret@db.example.org/app?ssl=require"}),
        (ASYNC_CREATOR, {"APP_DATABASE": "{url}"}),
        (OF_THE_APPLICATION, {"APP_DATABASE": ANY}),
    ],
    ids=["other name", "parts", "creator", "async", "async creator", "engine of the application"],
)
def test_the_engine_may_be_built_in_any_way(shop: Shop, env: str, environment: Mapping[str, str]) -> None:
    (shop.root / "migrations" / "env.py").write_text(env)
    (shop.root / "app").mkdir()
    (shop.root / "app" / "db.py").write_text(APPLICATION)
    ini = shop.root / "alembic.ini"
    ini.write_text(ini.read_text() + "prepend_sys_path = .\n")
    verdict = verify(shop.case(COLUMN), environment)
    assert (verdict.failures, verdict.rows) == ((), {"public.orders": 100, "public.users": 100})


@pytest.mark.parametrize("env", [CREATOR, ASYNC_CREATOR], ids=["creator", "async creator"])
def test_an_engine_that_escapes_is_stopped_before_anything_is_touched(shop: Shop, server: Server, env: str) -> None:
    (shop.root / "migrations" / "env.py").write_text(env)
    with server.scratch() as other:
        address = server.url(other).replace("+psycopg", "")
        with pytest.raises(ProjectRunError, match=r"env\.py opened a connection to another server") as caught:
            verify(shop.case(COLUMN), {"APP_DSN": address, "APP_DATABASE": address})
        with server.connect(other) as connection:
            assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    assert "--env NAME={url}" in caught.value.hint


def test_a_missing_variable_is_named_with_the_option_that_gives_it(shop: Shop) -> None:
    (shop.root / "migrations" / "env.py").write_text(OTHER_NAME)
    with pytest.raises(ProjectRunError, match=r"env\.py wants the environment variable APP_DATABASE") as caught:
        verify(shop.case(COLUMN))
    assert "--env APP_DATABASE=postgresql://" in caught.value.hint


def test_the_command_that_shows_an_error_again_has_the_variables(shop: Shop) -> None:
    (shop.root / "migrations" / "env.py").write_text(OTHER_NAME)
    shop.write("a1", None, 'raise RuntimeError("runs no more")', name="a1.py")
    with pytest.raises(ProjectRunError, match="runs no more") as caught:
        verify(shop.case(COLUMN), {"APP_DATABASE": "postgresql://"})
    assert f"cd {shop.root} && APP_DATABASE=postgresql:// " in caught.value.command


def test_a_flask_migrate_project(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    import flask_migrate

    template = Path(flask_migrate.__file__).parent / "templates" / "flask"
    (shop.root / "migrations" / "env.py").write_text((template / "env.py").read_text())
    (shop.root / "migrations" / "alembic.ini").write_text((template / "alembic.ini.mako").read_text())
    (shop.root / "alembic.ini").unlink()
    (shop.root / "app.py").write_text(FLASK)
    case = shop.case(COLUMN)
    verdict = verify(Case(project=case.project, revision=case.revision, parent="a1", path=case.path))
    assert (verdict.failures, verdict.rows) == ((), {"public.orders": 100, "public.users": 100})
