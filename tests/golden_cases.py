"""A golden case as a project on disk: what all harnesses that run over `tests/golden` share."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migfix.config import read_configuration
from migfix.engine import Fixed, Report, examine, fix
from migfix.read.project import find_project
from migfix.read.workspace import Workspace, load_workspace

GOLDEN = Path(__file__).parent / "golden"

ALEMBIC_INI = "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = postgresql://\n"
ENV = """\
import os

from alembic import context
from sqlalchemy import create_engine, pool

url = os.environ.get("DATABASE_URL", "postgresql://")
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True, transaction_per_migration=bool(os.environ.get("PER_MIGRATION")))
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, transaction_per_migration=bool(os.environ.get("PER_MIGRATION")))
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One directory below tests/golden; `options` is its case.toml."""

    folder: Path
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def rule(self) -> str:
        return self.folder.parent.name

    @property
    def before(self) -> str:
        return (self.folder / "before.py").read_bytes().decode()

    @property
    def after(self) -> str | None:
        path = self.folder / "after.py"
        return path.read_bytes().decode() if path.exists() else None

    @property
    def dialects(self) -> list[str]:
        return list(self.options.get("config", {}).get("dialects", ["postgresql"]))

    def project(self, place: Path, *, text: str | None = None) -> Path:
        """The case as an Alembic project below `place`, its revision with `text`; returns the revision's path."""
        versions = place / "versions"
        versions.mkdir(parents=True)
        (place / "alembic.ini").write_text(ALEMBIC_INI)
        own_env = self.folder / "env.py"
        (place / "env.py").write_text(own_env.read_text() if own_env.exists() else ENV)
        if (self.folder / "setup.py").exists():
            (versions / "setup_base.py").write_bytes((self.folder / "setup.py").read_bytes())
        revision = versions / "revision.py"
        revision.write_bytes((self.before if text is None else text).encode())
        return revision

    def workspace(self, place: Path) -> Workspace:
        """The project read with the case's configuration and answers."""
        layout = find_project(place, config=place / "alembic.ini")
        configuration = read_configuration(
            place,
            overrides=self.options.get("config", {}),
            environ={},
            values=self.options.get("values"),
            wheres=self.options.get("wheres"),
        )
        return load_workspace(layout, configuration)

    def fixed(self, place: Path, revision: Path) -> tuple[Report, Fixed]:
        """The report on the case's revision, and the fix that its options ask for."""
        workspace = self.workspace(place)
        reading = workspace.at(revision)
        report = examine(workspace, paths=frozenset({str(revision)}))
        identifier = getattr(getattr(reading, "revision", None), "id", None)
        if identifier is None:
            return report, Fixed(change=None)
        done = fix(
            workspace,
            identifier,
            review=bool(self.options.get("review")),
            choose=self.options.get("plan", {}),
        )
        return report, done


def cases() -> list[Case]:
    """Every case with a before.py, in order of its name."""
    found = sorted(p.parent for p in GOLDEN.glob("*/*/before.py"))
    return [Case(folder=f, options=_options(f)) for f in found]


def graph_cases() -> list[Case]:
    """Every case that is a directory of revisions."""
    return [Case(folder=p.parent, options=_options(p.parent)) for p in sorted(GOLDEN.glob("*/*/versions"))]


def _options(folder: Path) -> dict[str, Any]:
    path = folder / "case.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def make_runnable(place: Path) -> None:
    """Alembic takes the id "base" for the beginning of everything and fails on it."""
    for path in (place / "versions").glob("*.py"):
        text = path.read_bytes().replace(b'"base"', b'"root"').replace(b"'base'", b"'root'")
        path.write_bytes(text)
