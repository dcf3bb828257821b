"""The templates that Alembic ships, each initialised by Alembic and driven from `check` to a split chain on a server."""

from __future__ import annotations

import io
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from chain_projects import MODELS, RISKY, ROWS, TABLES, Project, table
from click.testing import CliRunner, Result

from migfix.cli.group import program
from migfix.verify import Server
from migfix.verify.catalog import dump_schema

BODIES = {
    "a1": TABLES,
    "b2": RISKY,
    "c3": (table("tags")[0] + "\n" + table("notes")[0], 'op.drop_table("notes")\nop.drop_table("tags")'),
}


def migfix(*arguments: str) -> Result:
    result = CliRunner().invoke(program, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def indented(body: str) -> str:
    return "\n    ".join(body.strip().splitlines())


def initialised(template: str, root: Path, url: str) -> Project:
    """As `alembic init -t` and three times `alembic revision` leave it, with bodies, models and a database."""
    output, ini = io.StringIO(), root / "alembic.ini"
    config = Config(str(ini), toml_file=str(root / "pyproject.toml"), stdout=output, cmd_opts=Namespace(x=None))
    command.init(config, str(root / "migrations"), template=template)
    driver = url.replace("+psycopg:", "+asyncpg:") if "async" in template else url
    text = ini.read_text().replace("driver://user:pass@localhost/dbname2", driver.replace("%", "%%"))
    ini.write_text(text.replace("driver://user:pass@localhost/dbname", driver.replace("%", "%%")))
    env = root / "migrations/env.py"
    env.write_text(env.read_text().replace("target_metadata = None", f"{MODELS}\ntarget_metadata = metadata"))
    for revision, (up, down) in BODIES.items():
        made = command.revision(config, message=f"the step {revision}", rev_id=revision)
        assert made is not None
        assert not isinstance(made, list)
        path = Path(made.path)
        before, upgrade, downgrade = path.read_text().split('"""\n    pass')[0:3]
        path.write_text(f'{before}"""\n    {indented(up)}{upgrade}"""\n    {indented(down)}{downgrade}')
    return Project(root)


@pytest.mark.parametrize("template", ["generic", "async", "pyproject", "pyproject_async"])
def test_from_init_to_a_split_chain(
    template: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with server.scratch() as database:
        project = initialised(template, tmp_path, server.url(database))
        files = project.files()
        project.alembic("upgrade", "head")
        expected = dump_schema(server, database)
        project.alembic("downgrade", "base")

        assert {f for f in ("MF201", "MF103", "MF303") if f in migfix("check", "--all").stdout} == {
            "MF201",
            "MF103",
            "MF303",
        }
        diff = migfix("suggest", "--all", "--diff")
        applied = subprocess.run(["git", "apply", "--check"], input=diff.stdout_bytes, capture_output=True, check=False)
        assert (diff.exit_code, applied.stderr) == (1, b"")
        assert "the step b2" in migfix("status").stdout

        if template in ("async", "pyproject"):
            (tmp_path / "rows.sql").write_text(ROWS)
            proven = migfix("verify", "b2", "--seed-sql", "rows.sql", "--no-traffic")
            assert "1 of 1 revision proven" in proven.output

        for layout in ("single", "split"):
            written = migfix("apply", "b2", "--yes", "--unapplied", "--review", "--layout", layout)
            assert written.exit_code == 0, written.output
            assert migfix("check", "--all").exit_code == 0
            project.alembic("upgrade", "head")
            project.alembic("check")
            assert dump_schema(server, database) == expected
            project.alembic("downgrade", "base")
            assert len(project.revisions()) == (3 if layout == "single" else 9)
            assert migfix("apply", "--undo", "--yes").exit_code == 0
            assert project.files() == files


def test_with_two_databases_nothing_is_rewritten_that_would_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stock env.py begins a transaction of its own, in which no autocommit_block() can be entered."""
    monkeypatch.chdir(tmp_path)
    config = Config(str(tmp_path / "alembic.ini"), stdout=io.StringIO(), cmd_opts=Namespace(x=None))
    command.init(config, str(tmp_path / "migrations"), template="multidb")
    for revision, parent in (("a1", "base"), ("b2", "a1"), ("c3", "a1")):
        command.revision(config, message=f"the step {revision}", rev_id=revision, head=parent, splice=True)
    (path,) = (tmp_path / "migrations/versions").glob("b2*.py")
    text = path.read_text()
    start = text.index("def upgrade_engine1")
    path.write_text(text[:start] + text[start:].replace("    pass", '    op.create_index("ix", "users", ["email"])', 1))

    found = migfix("check", "--all", "--select", "MF2").stdout
    assert "MF201 create-index" in found
    assert "conn is put into a transaction before context.configure()" in " ".join(found.split())
    for layout in ("single", "split"):
        stays = migfix("apply", "b2", "--yes", "--unapplied", "--layout", layout)
        assert (stays.exit_code, "MF201 create-index stays" in stays.stderr) == (1, True)
    assert path.read_text() != text
    run = CliRunner().invoke(
        program, ["suggest", "--all", "--unapplied", "--interactive", "--select", "MF801"], input="3y"
    )
    assert run.exit_code == 0, run.output
    (merge,) = (tmp_path / "migrations/versions").glob("*merge*.py")
    assert "def upgrade_engine2() -> None:" in merge.read_text()
    assert ScriptDirectory.from_config(config).get_heads() == [merge.name[:12]]


FLASK = """
import os
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["CHAIN_URL"]
db = SQLAlchemy(app)
migrate = Migrate(app, db)


class Teams(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class Users(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(200), index=True)
    name = db.Column(db.String(200), nullable=False)
    team_id = db.Column(db.Integer, db.ForeignKey("teams.id", name="fk_users_team_id"))
"""


def test_flask_migrate(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(FLASK)

    def flask(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "db", *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    with server.scratch() as database:
        monkeypatch.setenv("CHAIN_URL", server.url(database))
        flask("init")
        for revision in ("a1", "b2"):
            flask("revision", "-m", f"the step {revision}", "--rev-id", revision)
            (path,) = Path("migrations/versions").glob(f"{revision}*.py")
            up, down = BODIES[revision]
            before, upgrade, downgrade = path.read_text().split("    pass")
            path.write_text(f"{before}    {indented(up)}{upgrade}    {indented(down)}{downgrade}")
        flask("upgrade")
        expected = dump_schema(server, database)
        flask("downgrade", "base")
        written = migfix("apply", "b2", "--yes", "--unapplied", "--review", "--layout", "split")
        assert written.exit_code == 0, written.output
        assert len(list(Path("migrations/versions").glob("*.py"))) == 8
        flask("upgrade")
        flask("check")
        assert dump_schema(server, database) == expected
        flask("downgrade", "a1")
        assert flask("current").split() == ["a1"]
        flask("upgrade")
        assert flask("heads").split() == ["b2", "(head)"]
