"""A small project with a risky revision, and a copy of it for the command line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

MIGFIX = str(Path(sys.executable).with_name("migfix"))
FIRST = '''"""the tables"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("users")
'''
SECOND = '''"""ein Index für Straßen 🛣"""
from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"


def upgrade() -> None:
    """größer 🛣"""; op.create_index("ix_users_email", "users", ["email"])
    op.create_index("ix_users_name", "users", ["name"])  # für die Suche
    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False))


def downgrade() -> None:
    op.drop_column("users", "tier")
    op.drop_index("ix_users_name")
    op.drop_index("ix_users_email")
'''


class Project:
    """A git checkout whose default branch has none of its revisions, so that all of them are new."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.versions = root / "migrations" / "versions"
        self.versions.mkdir(parents=True)
        for command in (["init", "-q", "-b", "main"], ["commit", "-q", "--allow-empty", "-m", "nothing"]):
            self.git(*command)
        (root / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
        (root / "migrations" / "env.py").write_text("")
        self.first = self.write("a1_tables.py", FIRST)
        self.second = self.write("b2_indexes.py", SECOND)

    def write(self, name: str, text: str) -> Path:
        path = self.versions / name
        path.write_bytes(text.encode())
        return path

    def git(self, *arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", self.root, *who, *arguments], check=True)

    def migfix(self, *arguments: str) -> str:
        """What the command line prints, run in the project; fails with what it says."""
        done = subprocess.run([MIGFIX, *arguments], cwd=self.root, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    def applied(self, *arguments: str) -> bytes:
        """The second revision's bytes after `migfix apply` in a copy of the project."""
        copy = self.root.with_name("copy")
        shutil.copytree(self.root, copy)
        there = Project.__new__(Project)
        there.root = copy
        there.migfix("apply", "--yes", *arguments, str(copy / "migrations" / "versions" / "b2_indexes.py"))
        return (copy / "migrations" / "versions" / "b2_indexes.py").read_bytes()
