"""A history that left something behind, as a project on disk: what the tests of follow-ups share."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from migfix.config import read_configuration
from migfix.followups.api import Leftover, leftovers
from migfix.followups.past import Seen
from migfix.model.applied import Knowledge
from migfix.moves.follow_up import past_of
from migfix.moves.new_revision import Choice, FollowUp, new_revisions
from migfix.plan import Applicability, Unfixable
from migfix.read.project import find_project
from migfix.read.workspace import Workspace, load_workspace

FOLLOW_UPS = Path(__file__).parent / "golden_followups"
INI = """\
[alembic]
script_location = %(here)s/migrations
prepend_sys_path = .
sqlalchemy.url = postgresql+psycopg://
"""
ENV = """\
import os

from alembic import context
from sqlalchemy import create_engine, pool
{imports}
url = os.environ.get("DATABASE_URL") or context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection{metadata})
        with context.begin_transaction():
            context.run_migrations()
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A directory below tests/golden_followups.

    versions/    the history. models.py: what env.py gives autogenerate. follow_up.py: what must be written.
    case.toml    `review`, `each`, `new` (ids that have not run), `head`, and the tables config, values, wheres, seen.
    wrong.sql    what makes of a good database one on which the risky form went wrong. rows.sql: rows from before.
    """

    folder: Path
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def kind(self) -> str:
        return self.folder.parent.name

    @property
    def writes(self) -> bool:
        return (self.folder / "follow_up.py").exists()

    def sql(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    def project(self, place: Path) -> Path:
        """Write the project below `place`; returns its version directory."""
        versions = place / "migrations" / "versions"
        versions.mkdir(parents=True)
        (place / "alembic.ini").write_text(INI)
        models = self.folder / "models.py"
        parts = {"imports": "", "metadata": ""}
        if models.exists():
            (place / "models.py").write_text(models.read_text())
            parts = {"imports": "import models\n", "metadata": ", target_metadata=models.Base.metadata"}
        (place / "migrations" / "env.py").write_text(ENV.format(**parts))
        for path in sorted((self.folder / "versions").glob("*.py")):
            (versions / path.name).write_bytes(path.read_bytes())
        return versions

    def workspace(self, place: Path) -> Workspace:
        configuration = read_configuration(
            place,
            overrides=self.options.get("config", {}),
            environ={},
            values=self.options.get("values"),
            wheres=self.options.get("wheres"),
        )
        return load_workspace(find_project(place, config=place / "alembic.ini"), configuration)

    def knowledge(self, workspace: Workspace) -> Knowledge:
        """All has run but what the case calls new."""
        ran = frozenset(workspace.graph.nodes) - frozenset(self.options.get("new", ()))
        return Knowledge(source="through", applied=ran)

    def found(self, workspace: Workspace) -> tuple[Leftover, ...]:
        past = past_of(workspace, self.knowledge(workspace), head=self.options.get("head"))
        return leftovers(replace(past, seen=tuple(self._seen(s) for s in self.options.get("seen", ()))))

    def _seen(self, given: dict[str, Any]) -> Seen:
        """A database as case.toml describes it: it has run the history, `indexes` are valid, `invalid` are not."""
        key = (None, given["table"])
        return Seen(
            name=given["name"],
            ran=frozenset(p.stem for p in (self.folder / "versions").glob("*.py")),
            indexes={key: frozenset(given.get("indexes", ()))},
            invalid=frozenset((key, name) for name in given.get("invalid", ())),
        )

    def written(self, workspace: Workspace) -> FollowUp | Unfixable:
        """What `apply --new-revision` would write, with `--review` where the case says so."""
        most = Applicability.REVIEW if self.options.get("review") else Applicability.SAFE
        wanted = [f for f in self.found(workspace) if f.is_ready and f.applicability <= most]
        head = self.options.get("head", workspace.graph.heads[0])
        choice = Choice(head=head, each=bool(self.options.get("each")))
        return new_revisions(workspace, self.knowledge(workspace), wanted, choice)


def cases() -> list[Case]:
    """Every case, in order of its name."""
    folders = sorted(p.parent for p in FOLLOW_UPS.glob("*/*/versions"))
    return [Case(folder=f, options=_options(f)) for f in folders]


def _options(folder: Path) -> dict[str, Any]:
    path = folder / "case.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}
