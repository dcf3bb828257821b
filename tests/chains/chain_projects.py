"""Alembic projects of every shape around one risky revision, driven by Alembic's own commands."""

from __future__ import annotations

import io
import os
import textwrap
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

MODELS = """
import os

import sqlalchemy as sa

metadata = sa.MetaData()
users = sa.Table(
    "users", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(200)),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id", name="fk_users_team_id")),
    sa.Index("ix_users_email", "email"),
)
teams = sa.Table("teams", metadata, sa.Column("id", sa.Integer, primary_key=True))
tags = sa.Table("tags", metadata, sa.Column("id", sa.Integer, primary_key=True))
notes = sa.Table("notes", metadata, sa.Column("id", sa.Integer, primary_key=True))
"""
SYNC = (
    MODELS
    + """
from alembic import context

if context.is_offline_mode():
    context.configure(url="postgresql://", target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = sa.create_engine(os.environ["CHAIN_URL"], poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            context.run_migrations()
"""
)
ASYNC = (
    MODELS
    + """
import asyncio

from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine


def do(connection):
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


async def run():
    url = os.environ["CHAIN_URL"].replace("+psycopg:", "+asyncpg:")
    engine = create_async_engine(url, poolclass=sa.pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(do)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(url="postgresql://", target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(run())
"""
)
MAKO = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''
TABLES = (
    """
op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True))
op.create_table(
    "users",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(200)),
    sa.Column("name", sa.String(200)),
    sa.Column("team_id", sa.Integer),
)
""",
    """
op.drop_table("users")
op.drop_table("teams")
""",
)
RISKY = (
    """
op.create_index("ix_users_email", "users", ["email"])
op.alter_column("users", "name", existing_type=sa.String(200), nullable=False)
op.create_foreign_key("fk_users_team_id", "users", "teams", ["team_id"], ["id"])
""",
    """
op.drop_constraint("fk_users_team_id", "users", type_="foreignkey")
op.alter_column("users", "name", existing_type=sa.String(200), nullable=True)
op.drop_index("ix_users_email", table_name="users")
""",
)
ROWS = """
INSERT INTO teams SELECT g FROM generate_series(1, 5) g;
INSERT INTO users SELECT g, g || '@x', 'n' || g, 1 + g % 5 FROM generate_series(1, 500) g;
"""


def table(name: str) -> tuple[str, str]:
    return f'op.create_table("{name}", sa.Column("id", sa.Integer, primary_key=True))', f'op.drop_table("{name}")'


def text(
    revision: str,
    parents: tuple[str, ...],
    body: tuple[str, str] = ("pass", "pass"),
    *,
    labels: tuple[str, ...] = (),
    needs: str | None = None,
) -> str:
    """A revision file."""
    down = parents[0] if len(parents) == 1 else parents or None
    up, undo = (textwrap.indent(b.strip(), "    ") for b in body)
    return (
        f'"""{revision}"""\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = {revision!r}\n'
        f"down_revision = {down!r}\nbranch_labels = {labels or None!r}\ndepends_on = {needs!r}\n\n\n"
        f"def upgrade():\n{up}\n\n\ndef downgrade():\n{undo}\n"
    )


@dataclass(frozen=True)
class Shape:
    """A project to write: `files` below the version directories, `b2` being the risky revision.

    ini: lines for `[alembic]`. behind: revisions to which a database can be brought before b2 runs; after: those that
    have b2 behind them.
    """

    name: str
    files: Mapping[str, str]
    ini: str = ""
    toml: bool = False
    env: str = SYNC
    head: str = "heads"
    before: tuple[str, ...] = ("a1",)
    extra: Mapping[str, str] = field(default_factory=dict)


A1 = text("a1", (), TABLES)
B2 = text("b2", ("a1",), RISKY)
C3 = text("c3", ("b2",), table("tags"))
D4 = text("d4", ("c3",), table("notes"))
LINE = {"versions/a1.py": A1, "versions/b2.py": B2, "versions/c3.py": C3, "versions/d4.py": D4}

SHAPES = (
    Shape("a line", LINE),
    Shape("async env.py", LINE, env=ASYNC),
    Shape("tool.alembic", LINE, toml=True),
    Shape(
        "two heads",
        {
            **LINE,
            "versions/c3.py": text("c3", ("a1",), table("tags")),
            "versions/d4.py": text("d4", ("b2",), table("notes")),
        },
        before=("a1", "c3"),
    ),
    Shape(
        "a merge after it",
        {
            **LINE,
            "versions/c3.py": text("c3", ("a1",), table("tags")),
            "versions/d4.py": text("d4", ("b2", "c3"), table("notes")),
        },
        before=("a1", "c3"),
    ),
    Shape(
        "it is a merge",
        {
            "versions/a1.py": A1,
            "versions/c3.py": text("c3", ("a1",), table("tags")),
            "versions/d4.py": text("d4", ("a1",), table("notes")),
            "versions/b2.py": text("b2", ("c3", "d4"), RISKY),
        },
        before=("a1", "c3", "d4"),
    ),
    Shape(
        "labels",
        {
            "versions/a1.py": A1,
            "versions/b2.py": text("b2", ("a1",), RISKY, labels=("expand",)),
            "versions/d4.py": text("d4", ("b2",), table("notes")),
            "versions/c3.py": text("c3", ("a1",), table("tags"), labels=("contract",)),
        },
        before=("a1", "contract@head"),
    ),
    Shape(
        "depends_on",
        {
            "versions/a1.py": A1,
            "versions/b2.py": text("b2", ("a1",), RISKY, needs="c3"),
            "versions/c3.py": text("c3", (), table("tags"), labels=("side",)),
            "versions/d4.py": text("d4", ("c3",), table("notes"), needs="b2"),
        },
        before=("a1", "c3"),
    ),
    Shape(
        "depends_on a label",
        {
            "versions/a1.py": A1,
            "versions/b2.py": text("b2", ("a1",), RISKY, labels=("main",)),
            "versions/c3.py": text("c3", (), table("tags"), labels=("side",), needs="main"),
            "versions/d4.py": text("d4", ("b2",), table("notes")),
        },
    ),
    Shape(
        "several version directories",
        {
            "versions/a1.py": A1,
            "other/b2.py": B2,
            "versions/c3.py": C3,
            "other/d4.py": D4,
        },
        ini="version_locations = %(here)s/migrations/versions %(here)s/migrations/other\npath_separator = space\n",
    ),
    Shape(
        "recursive, dated",
        {"versions/2024/a1.py": A1, "versions/2025/b2.py": B2, "versions/2025/c3.py": C3, "versions/d4.py": D4},
        ini="recursive_version_locations = true\nfile_template = %%(year)d/%%(month).2d_%%(rev)s_%%(slug)s\n",
    ),
)


@dataclass(frozen=True)
class Project:
    """A written project, and Alembic on it."""

    root: Path
    make_config: Callable[..., Config] | None = None

    def config(self, output: io.StringIO) -> Config:
        given = Namespace(x=None)
        if self.make_config is not None:
            return self.make_config(output)
        options: dict[str, Any] = {"stdout": output, "output_buffer": output, "cmd_opts": given}
        return Config(str(self.root / "alembic.ini"), toml_file=str(self.root / "pyproject.toml"), **options)

    def alembic(self, name: str, *arguments: Any, url: str | None = None, **options: Any) -> str:
        """Run one of Alembic's commands against a database; what it prints."""
        output = io.StringIO()
        os.environ["CHAIN_URL"] = url or "postgresql+psycopg://nowhere"
        getattr(command, name)(self.config(output), *arguments, **options)
        return output.getvalue()

    def scripts(self) -> ScriptDirectory:
        """The graph by Alembic's own loader."""
        return ScriptDirectory.from_config(self.config(io.StringIO()))

    def revisions(self) -> list[str]:
        """All revisions, ancestors first."""
        return [s.revision for s in self.scripts().walk_revisions()][::-1]

    def files(self) -> dict[str, bytes]:
        found = sorted(p for p in (self.root / "migrations").rglob("*.py") if p.name != "env.py")
        return {p.relative_to(self.root).as_posix(): p.read_bytes() for p in found}


def write(shape: Shape, root: Path) -> Project:
    migrations = root / "migrations"
    for name, content in shape.files.items():
        path = migrations / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (migrations / "env.py").write_text(shape.env)
    (migrations / "script.py.mako").write_text(MAKO)
    for name, content in shape.extra.items():
        (root / name).write_text(content)
    if shape.toml:
        (root / "pyproject.toml").write_text('[tool.alembic]\nscript_location = "%(here)s/migrations"\n')
    else:
        (root / "alembic.ini").write_text(f"[alembic]\nscript_location = %(here)s/migrations\n{shape.ini}")
    return Project(root)
