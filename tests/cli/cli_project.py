"""A small Alembic project to run commands on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from migfix.cli.group import program

HEAD = '''"""{message}"""
from alembic import op
import sqlalchemy as sa

revision = "{revision}"
down_revision = {parent}
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}


def downgrade() -> None:
    pass
'''
TABLES = """    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=True),
    )"""
EMAIL = '    op.create_index("ix_users_email", "users", ["email"])'
NAME = '    op.create_index("ix_users_name", "users", ["name"])'
UNIQUE = '    op.create_index("uq_users_email", "users", ["email"], unique=True)'


def revision(revision: str, parent: str | None, body: str, *, message: str = "a change") -> str:
    """The text of a revision file."""
    return HEAD.format(message=message, revision=revision, parent=repr(parent).replace("'", '"'), body=body)


class Project:
    """A project in the working directory: a table, then two revisions with three risky indexes.

    It is a git checkout whose default branch has none of the revisions, so that all of them are new.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.versions = root / "migrations" / "versions"
        self.versions.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        (root / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
        (root / "migrations" / "env.py").write_text("")
        self.add("a1_users.py", revision("a1", None, TABLES))
        self.add("b2_two.py", revision("b2", "a1", f"{EMAIL}\n{NAME}"))
        self.add("c3_one.py", revision("c3", "b2", '    op.create_index("ix_users_both", "users", ["email", "name"])'))

    def git(self, *arguments: str) -> None:
        who = ["-c", "user.name=x", "-c", "user.email=x@x", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, "-C", str(self.root), *arguments], check=True, capture_output=True)

    def publish(self) -> None:
        """The default branch gets all that is there."""
        self.git("add", ".")
        self.git("commit", "-q", "-m", "x")

    def forget(self) -> None:
        """No checkout any more."""
        shutil.rmtree(self.root / ".git")

    def add(self, name: str, text: str | bytes) -> Path:
        path = self.versions / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def text(self, name: str) -> str:
        return (self.versions / name).read_bytes().decode()

    def texts(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in sorted(self.versions.glob("*.py"))}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("NO_COLOR", "FORCE_COLOR", "MIGFIX_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    root = tmp_path / "shop"
    root.mkdir()
    monkeypatch.chdir(root)
    return Project(root)


Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Run a command in this process; `result.stdout` and `result.stderr` are apart."""

    def call(*args: str, input: str | bytes | None = None, **env: str) -> Result:
        return CliRunner().invoke(program, args, input=input, env=env, prog_name="migfix", catch_exceptions=False)

    return call
