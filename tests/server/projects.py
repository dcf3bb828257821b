"""Makes runnable Alembic projects of golden cases: setup.py, then before.py or after.py, with or without neighbours."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migfix.verify import Question

PARENT = "parent"
INI = """\
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = postgresql+psycopg://
"""
ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config

if context.is_offline_mode():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = engine_from_config(config.get_section(config.config_ini_section, {}), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
NEIGHBOUR = '''\
"""Takes the strongest lock on every table for an instant, as any ADD COLUMN does."""

from alembic import op

revision = "{revision}"
down_revision = "{parent}"


def upgrade() -> None:
    op.execute("""{add}""")


def downgrade() -> None:
    op.execute("""{drop}""")
'''
EACH_TABLE = """\
DO $$ DECLARE found regclass; BEGIN
  FOR found IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND c.relname <> 'alembic_version' ORDER BY c.oid
  LOOP EXECUTE 'ALTER TABLE ' || CAST(found AS text) || ' {change}'; END LOOP;
END $$"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A golden directory that a server can prove: setup.py, before.py, after.py; rows.sql and later.sql if need be.

    end.diff    the lines of the schema that differ at the end (- original, + rewritten), where that is the point.
    case.toml   `[server] stalls`: how statements begin that the rewritten form leaves as they were, blocking.
    """

    folder: Path

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def setup(self) -> str:
        return source(self.folder / "setup.py")

    def sql(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    @property
    def options(self) -> dict[str, Any]:
        path = self.folder / "case.toml"
        return tomllib.loads(path.read_text()) if path.exists() else {}

    @property
    def stalls(self) -> tuple[str, ...]:
        return tuple(self.options.get("server", {}).get("stalls", ()))

    @property
    def since(self) -> int:
        """The oldest PostgreSQL major that the case is about; its SQL may be a syntax error on older ones."""
        return int(self.options.get("config", {}).get("pg-version", 0))

    def question(self, into: Path, *, neighbours: bool = False) -> Question:
        """Write both projects below `into`."""
        for version in ("before", "after"):
            self._project(into / version, version, neighbours=neighbours)
        return Question(
            original=into / "before",
            rewritten=into / "after",
            parent="setup" if neighbours else PARENT,
            rows=self.sql("rows.sql"),
            later=self.sql("later.sql"),
            accepted=self.sql("end.diff"),
        )

    def _project(self, into: Path, version: str, *, neighbours: bool) -> None:
        versions = into / "migrations" / "versions"
        versions.mkdir(parents=True)
        (into / "alembic.ini").write_text(INI)
        env = self.folder / "env.py"
        (into / "migrations" / "env.py").write_text(env.read_text() if env.exists() else ENV)
        write(versions / "setup.py", renamed(self.setup, "setup" if neighbours else PARENT))
        last = self._write(version, versions)
        if neighbours:
            (versions / "neighbour_before.py").write_text(neighbour(PARENT, "setup", "neighbour_before"))
            (versions / "neighbour_after.py").write_text(neighbour("neighbour_after", last, "neighbour_after"))

    def _write(self, version: str, versions: Path) -> str:
        """Copy before.py or after.py, or all files of a folder of that name; answers the id of the case itself."""
        folder = self.folder / version
        for file in sorted(folder.glob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]:
            write(versions / f"case_{file.name}", renamed(source(file), PARENT))
        before = self.folder / "before.py"
        found = re.search(r"^revision\s*(?::[^=]*)?=\s*[\"'](.+?)[\"']", source(before), re.MULTILINE)
        assert found, f"{before} has no revision id"
        return found.group(1)


def source(path: Path) -> str:
    """The file, byte for byte, whatever its encoding and newlines."""
    return path.read_bytes().decode("latin-1")


def write(path: Path, text: str) -> None:
    """What `source` read, as it was."""
    path.write_bytes(text.encode("latin-1"))


def renamed(text: str, revision: str) -> str:
    """A revision under or with an id that Alembic does not take for the beginning of everything, as it does "base"."""
    return re.sub(r"""^((?:down_)?revision\b.*=.*)(["'])base\2""", rf"\1\g<2>{revision}\2", text, flags=re.MULTILINE)


def neighbour(revision: str, parent: str, column: str) -> str:
    """A harmless revision that all the same takes locks."""
    return NEIGHBOUR.format(
        revision=revision,
        parent=parent,
        add=EACH_TABLE.format(change=f"ADD COLUMN {column} integer"),
        drop=EACH_TABLE.format(change=f"DROP COLUMN IF EXISTS {column}"),
    )


def cases(root: Path) -> list[Case]:
    """Every directory below `root` that has a setup.py and two versions that differ."""
    return [Case(folder=path.parent) for path in sorted(root.rglob("setup.py")) if _is_rewritten(path.parent)]


def _is_rewritten(folder: Path) -> bool:
    before, after = folder / "before.py", folder / "after.py"
    if (folder / "after").is_dir():
        return before.exists()
    return before.exists() and after.exists() and before.read_bytes() != after.read_bytes()
