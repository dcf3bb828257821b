"""What env.py lets a revision do: every fault, and every form that is right."""

from __future__ import annotations

from pathlib import Path

import alembic
import pytest

from migfix.model.maybe import UNKNOWN
from migfix.read.env import read_env

TEMPLATES = Path(alembic.__file__).parent / "templates"

HEAD = "from alembic import context\nfrom sqlalchemy import text, engine_from_config\nconfig = context.config\nengine = engine_from_config({})\n"
RUN = "        with context.begin_transaction():\n            context.run_migrations()\n"


def online(inside: str, opening: str = "with engine.connect() as connection:") -> str:
    return f"{HEAD}\ndef run():\n    {opening}\n{inside}{RUN}\nrun()\n"


CONFIGURE = "        context.configure(connection=connection, target_metadata=None)\n"

FLASK = """
import logging
from logging.config import fileConfig
from flask import current_app
from alembic import context

config = context.config
fileConfig(config.config_file_name)


def get_engine():
    try:
        return current_app.extensions["migrate"].db.get_engine()
    except (TypeError, AttributeError):
        return current_app.extensions["migrate"].db.engine


config.set_main_option("sqlalchemy.url", str(get_engine().url).replace("%", "%%"))
target_db = current_app.extensions["migrate"].db


def get_metadata():
    if hasattr(target_db, "metadatas"):
        return target_db.metadatas[None]
    return target_db.metadata


def run_offline():
    context.configure(url=config.get_main_option("sqlalchemy.url"), target_metadata=get_metadata(), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online():
    conf_args = current_app.extensions["migrate"].configure_args
    if conf_args.get("process_revision_directives") is None:
        conf_args["process_revision_directives"] = lambda *a: None
    connectable = get_engine()
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=get_metadata(), **conf_args)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
"""


@pytest.mark.parametrize(
    ("template", "autocommit"),
    [("generic", True), ("async", True), ("pyproject", True), ("pyproject_async", True), ("multidb", False)],
)
def test_the_templates_alembic_ships(template: str, autocommit: bool) -> None:
    facts = read_env((TEMPLATES / template / "env.py").read_text(), "env.py")
    assert facts.autocommit is autocommit
    assert facts.per_migration is False
    assert facts.timeouts == frozenset()
    assert facts.naming == (UNKNOWN if template == "multidb" else {})
    codes = {p.code for p in facts.problems}
    assert codes == {"MF901", "MF906"} | ({"MF903"} if template == "multidb" else set())


def test_the_flask_migrate_template() -> None:
    facts = read_env(FLASK, "env.py")
    assert (facts.autocommit, facts.per_migration, facts.naming) == (True, UNKNOWN, UNKNOWN)
    assert [p.code for p in facts.problems] == ["MF906"]


CLEAN = {
    "stock": online(CONFIGURE),
    "commit-after-set": online(
        "        connection.execute(text('SET search_path = x'))\n        connection.commit()\n" + CONFIGURE
    ),
    "rollback-after-read": online(
        "        connection.scalar(text('SELECT 1'))\n        connection.rollback()\n" + CONFIGURE
    ),
    "own-transaction-closed": online(
        "        with connection.begin():\n            connection.execute(text('SET x = 1'))\n" + CONFIGURE
    ),
    "transaction-object-committed": online(
        "        trans = connection.begin()\n        connection.execute(text('x'))\n        trans.commit()\n"
        + CONFIGURE
    ),
    "execute-after-configure": online(CONFIGURE + "        connection.execute(text('SET x = 1'))\n"),
    "other-connection": online(
        "        with engine.connect() as other:\n            other.execute(text('SELECT 1'))\n" + CONFIGURE
    ),
    "other-engine-begin": online(
        "        with engine.begin() as other:\n            other.execute(text('CREATE SCHEMA x'))\n" + CONFIGURE
    ),
    "execution-options": online(
        CONFIGURE, "with engine.connect().execution_options(schema_translate_map={}) as connection:"
    ),
    "assigned": f"{HEAD}\nconnection = engine.connect()\ntry:\n{CONFIGURE}{RUN}finally:\n    connection.close()\n",
    "commit-in-each-branch": online(
        "        if x:\n            connection.execute(text('a'))\n        else:\n            connection.execute(text('b'))\n"
        "        connection.commit()\n" + CONFIGURE
    ),
    "given-and-committed": f"{HEAD}\ndef run():\n    connection = config.attributes['connection']\n    if 1:\n"
    f"        connection.commit()\n{CONFIGURE}{RUN}\nrun()\n",
    "exit-stack": f"{HEAD}\nwith ExitStack() as stack:\n    connection = stack.enter_context(engine.connect())\n    if 1:\n{CONFIGURE}{RUN}",
    "without-guard-but-per-migration": f"{HEAD}\nwith engine.connect() as connection:\n"
    "    context.configure(connection=connection, transaction_per_migration=True)\n    context.run_migrations()\n",
    "renamed-context": online(CONFIGURE).replace("import context", "import context as ctx").replace("context.", "ctx."),
}

BROKEN = {
    "execute": ("MF902", online("        connection.execute(text('SET search_path = x'))\n" + CONFIGURE)),
    "exec-driver-sql": ("MF902", online("        connection.exec_driver_sql('SET x = 1')\n" + CONFIGURE)),
    "scalar": ("MF902", online("        found = connection.scalar(text('SELECT 1'))\n" + CONFIGURE)),
    "in-one-branch": (
        "MF902",
        online(
            "        if connection.dialect.name == 'postgresql':\n            connection.execute(text('x'))\n"
            + CONFIGURE
        ),
    ),
    "in-a-helper": (
        "MF902",
        online("        prepare(connection)\n" + CONFIGURE).replace(
            "def run", "def prepare(c):\n    c.execute(text('SELECT 1'))\n\ndef run"
        ),
    ),
    "inspector": ("MF902", online("        inspect(connection).has_table('t')\n" + CONFIGURE)),
    "commit-on-another": (
        "MF902",
        online("        connection.execute(text('x'))\n        session.commit()\n" + CONFIGURE),
    ),
    "engine-begin": ("MF903", online(CONFIGURE, "with engine.begin() as connection:")),
    "connection-begin": ("MF903", online("        connection.begin()\n" + CONFIGURE)),
    "connection-begin-block": (
        "MF903",
        online("        with connection.begin():\n    " + CONFIGURE + "            context.run_migrations()\n"),
    ),
    "async-begin": (
        "MF903",
        f"{HEAD}\ndef do_run(connection):\n    if 1:\n{CONFIGURE}{RUN}\nasync def go():\n    async with engine.begin() as c:\n"
        "        await c.run_sync(do_run)\n\nasyncio.run(go())\n",
    ),
    "async-execute": (
        "MF902",
        f"{HEAD}\ndef do_run(connection):\n    if 1:\n{CONFIGURE}{RUN}\nasync def go():\n    async with engine.connect() as c:\n"
        "        await c.execute(text('SET x = 1'))\n        await c.run_sync(do_run)\n\nasyncio.run(go())\n",
    ),
    "no-guard": (
        "MF903",
        f"{HEAD}\nwith engine.connect() as connection:\n{CONFIGURE}        context.run_migrations()\n".replace(
            "        ", "    "
        ),
    ),
}

DOUBTFUL = {
    "given": f"{HEAD}\ndef run():\n    connection = config.attributes.get('connection', None)\n    if 1:\n{CONFIGURE}{RUN}\nrun()\n",
    "given-with-fallback": f"{HEAD}\ndef run():\n    connection = config.attributes.get('connection')\n    if connection is None:\n"
    f"        connection = engine.connect()\n    if 1:\n{CONFIGURE}{RUN}\nrun()\n",
    "subscript": f"{HEAD}\nconnection = config.attributes['connection']\nif 1:\n{CONFIGURE}{RUN}",
    "handed-on": online("        create_extensions(connection)\n" + CONFIGURE),
    "parameter-nobody-gives": f"{HEAD}\ndef run(connection):\n    if 1:\n{CONFIGURE}{RUN}",
    "not-python": "def (:\n",
    "no-configure": "from app.migrations import run\nrun()\n",
}


@pytest.mark.parametrize("case", CLEAN)
def test_autocommit_blocks_work(case: str) -> None:
    facts = read_env(CLEAN[case], "env.py")
    assert (facts.autocommit, facts.why) == (True, None)


@pytest.mark.parametrize("case", BROKEN)
def test_autocommit_blocks_fail(case: str, snapshot) -> None:
    code, text = BROKEN[case]
    facts = read_env(text, "env.py")
    assert facts.autocommit is False
    assert code in {p.code for p in facts.problems}
    snapshot.snapshot_dir = Path(__file__).parent / "messages" / "env"
    snapshot.assert_match(f"{facts.why}\n{facts.patch}\n", f"{case}.txt")


@pytest.mark.parametrize("case", DOUBTFUL)
def test_doubt_is_said(case: str, snapshot) -> None:
    facts = read_env(DOUBTFUL[case], "env.py")
    assert facts.autocommit is UNKNOWN
    snapshot.snapshot_dir = Path(__file__).parent / "messages" / "env"
    snapshot.assert_match(f"{facts.why}\n", f"{case}.txt")


def test_a_statement_begins_nothing_before_sqlalchemy_2() -> None:
    _, text = BROKEN["execute"]
    assert read_env(text, "env.py", autobegins=False).autocommit is True


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ("transaction_per_migration=True", True),
        ("transaction_per_migration=False", False),
        ("compare_type=True", False),
        ("transaction_per_migration=flag", UNKNOWN),
        ("**options", UNKNOWN),
        ("**dict(transaction_per_migration=True)", True),
        ("**{'transaction_per_migration': True}", True),
        ("**known", True),
    ],
)
def test_transaction_per_migration(keywords: str, expected: object) -> None:
    text = online(CONFIGURE.replace("target_metadata=None", keywords))
    facts = read_env("known = dict(transaction_per_migration=True)\n" + text, "env.py")
    assert facts.per_migration is expected


def test_transaction_per_migration_must_be_in_every_online_configure() -> None:
    with_it = CONFIGURE.replace("target_metadata=None", "transaction_per_migration=True")
    assert read_env(online(with_it + with_it), "env.py").per_migration is True
    assert read_env(online(with_it + CONFIGURE), "env.py").per_migration is False
    offline = "context.configure(url='x')\n"
    assert read_env(online(with_it) + offline, "env.py").per_migration is True


@pytest.mark.parametrize(
    ("code", "urls", "timeouts", "session"),
    [
        ("", (), set(), {}),
        (
            "e = create_engine(u, connect_args={'options': '-c lock_timeout=2000 -c statement_timeout=0'})",
            (),
            {"lock_timeout"},
            {},
        ),
        (
            "e = create_async_engine(u, connect_args={'server_settings': {'lock_timeout': '2s'}})",
            (),
            {"lock_timeout"},
            {},
        ),
        ("args = dict(statement_timeout=x)", (), {"statement_timeout"}, {}),
        ("c.execute(text(\"SET lock_timeout = '2s'\"))", (), {"lock_timeout"}, {"lock_timeout": "2s"}),
        (
            "c.execute(text('set session statement_timeout to 5000'))",
            (),
            {"statement_timeout"},
            {"statement_timeout": "5000"},
        ),
        ("c.execute(text('SET statement_timeout = 0'))", (), set(), {}),
        ("c.execute(text(f'SET lock_timeout = {x}'))", (), {"lock_timeout"}, {"lock_timeout": ""}),
        (
            "c.execute(text(\"select set_config('lock_timeout', '1s', false)\"))",
            (),
            {"lock_timeout"},
            {"lock_timeout": "1s"},
        ),
        ("", ("postgresql://h/d?options=-c%20lock_timeout%3D2000",), {"lock_timeout"}, {}),
        ("", ("postgresql://h/d?options=-c%%20lock_timeout%%3D2000",), {"lock_timeout"}, {}),
        ("def f():\n    '''SET lock_timeout = '2s' is what we lack'''", (), set(), {}),
    ],
)
def test_timeouts(code: str, urls: tuple[str, ...], timeouts: set[str], session: dict[str, str]) -> None:
    facts = read_env(f"{code}\n{online(CONFIGURE)}", "env.py", urls=urls)
    assert (set(facts.timeouts), dict(facts.session)) == (timeouts, session)


def test_timeouts_of_an_imported_engine(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/db.py").write_text("engine = create_engine(u, connect_args={'options': '-c lock_timeout=1s'})\n")
    text = "from app.db import engine\n" + online(CONFIGURE)
    assert read_env(text, "env.py", roots=(tmp_path,)).timeouts == {"lock_timeout"}


PROBLEMS = {
    "MF901-one-line": online(CONFIGURE),
    "MF901-many-lines": online("        context.configure(\n            connection=connection,\n        )\n"),
    "MF904": online(CONFIGURE + "        connection.execute(text('SELECT pg_advisory_xact_lock(42)'))\n"),
    "MF905": online(
        "        connection.execute(text('SELECT pg_advisory_lock(1, 2)'))\n        connection.commit()\n" + CONFIGURE
    ),
    "MF907": online(CONFIGURE + "        connection.execute(text(\"SET lock_timeout = '4s'\"))\n"),
    "MF908": online(CONFIGURE).replace("({})", "({}, isolation_level='AUTOCOMMIT')"),
    "MF906-async": online(CONFIGURE).replace("engine_from_config", "create_async_engine"),
    "MF906-elsewhere": online(CONFIGURE).replace("engine = engine_from_config({})", "from app import engine"),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_the_words_of_every_problem(case: str, snapshot) -> None:
    facts = read_env(PROBLEMS[case], "env.py")
    assert facts.autocommit is True
    wanted = [p for p in facts.problems if p.code == case[:5]]
    assert wanted
    snapshot.snapshot_dir = Path(__file__).parent / "messages" / "env"
    snapshot.assert_match("".join(f"{p.line}: {p.message}\n{p.patch}\n" for p in wanted), f"{case}.txt")


@pytest.mark.parametrize("sql", ["SELECT pg_try_advisory_lock(1)", "SELECT pg_advisory_unlock(1)"])
def test_polling_locks_are_right(sql: str) -> None:
    facts = read_env(online(CONFIGURE + f"        connection.execute(text('{sql}'))\n"), "env.py")
    assert {"MF904", "MF905"} & {p.code for p in facts.problems} == set()


def test_render_as_batch() -> None:
    assert read_env(online(CONFIGURE), "env.py").batch is False
    assert (
        read_env(online(CONFIGURE.replace("target_metadata", "render_as_batch=True, target_metadata")), "env.py").batch
        is True
    )


CONVENTION = "{'ck': 'ck_%(table_name)s_%(constraint_name)s'}"
KNOWN = {"ck": "ck_%(table_name)s_%(constraint_name)s"}


@pytest.mark.parametrize(
    ("env", "files", "expected"),
    [
        pytest.param("target_metadata = None", {}, {}, id="none"),
        pytest.param("target_metadata = MetaData()", {}, {}, id="plain"),
        pytest.param(f"target_metadata = MetaData(naming_convention={CONVENTION})", {}, KNOWN, id="literal"),
        pytest.param(
            f"NAMES = {CONVENTION}\ntarget_metadata = sa.MetaData(naming_convention=NAMES)", {}, KNOWN, id="constant"
        ),
        pytest.param("target_metadata = MetaData(naming_convention=make())", {}, UNKNOWN, id="computed"),
        pytest.param("target_metadata = MetaData(naming_convention={'ix': f})", {}, UNKNOWN, id="callable"),
        pytest.param("target_metadata = MetaData(**options)", {}, UNKNOWN, id="spread"),
        pytest.param(
            "from app.models import Base\ntarget_metadata = Base.metadata",
            {
                "app/models.py": f"class Base(DeclarativeBase):\n    metadata = MetaData(naming_convention={CONVENTION})\n"
            },
            KNOWN,
            id="declarative-base",
        ),
        pytest.param(
            "from app.models import Base\ntarget_metadata = Base.metadata",
            {"app/models.py": "class Base(DeclarativeBase):\n    pass\n"},
            {},
            id="plain-base",
        ),
        pytest.param(
            "from app import models\ntarget_metadata = models.Base.metadata",
            {
                "app/__init__.py": "",
                "app/models/__init__.py": "from .base import Base\n",
                "app/models/base.py": "from app.names import NAMES\nBase = declarative_base(metadata=MetaData(naming_convention=NAMES))\n",
                "app/names.py": f"NAMES: dict[str, str] = {CONVENTION}\n",
            },
            KNOWN,
            id="re-exported",
        ),
        pytest.param(
            "import app.models\ntarget_metadata = app.models.metadata",
            {
                "app/models.py": "metadata = MetaData(naming_convention=dict(ck='ck_%(table_name)s_%(constraint_name)s'))\n"
            },
            KNOWN,
            id="dotted-module",
        ),
        pytest.param(
            "from app import db\ntarget_metadata = db.metadata",
            {"app/__init__.py": f"meta = MetaData(naming_convention={CONVENTION})\ndb = SQLAlchemy(metadata=meta)\n"},
            KNOWN,
            id="flask-sqlalchemy",
        ),
        pytest.param(
            f"target_metadata = SQLModel.metadata\ntarget_metadata.naming_convention = {CONVENTION}",
            {},
            KNOWN,
            id="assigned-later",
        ),
        pytest.param("from sqlmodel import SQLModel\ntarget_metadata = SQLModel.metadata", {}, UNKNOWN, id="library"),
        pytest.param("from gone import Base\ntarget_metadata = Base.metadata", {}, UNKNOWN, id="module-not-found"),
        pytest.param(
            "from app.a import Base\ntarget_metadata = Base.metadata",
            {"app/a.py": "from app.b import Base\n", "app/b.py": "from app.a import Base\n"},
            UNKNOWN,
            id="circular",
        ),
        pytest.param(
            "from app.a import Base\ntarget_metadata = Base.metadata",
            {"app/a.py": "def (\n"},
            UNKNOWN,
            id="broken-module",
        ),
    ],
)
def test_naming_convention(tmp_path: Path, env: str, files: dict[str, str], expected: object) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    text = env + "\n" + online(CONFIGURE.replace("target_metadata=None", "target_metadata=target_metadata"))
    facts = read_env(text, "env.py", roots=(tmp_path,), location=tmp_path / "alembic/env.py")
    assert facts.naming == expected
