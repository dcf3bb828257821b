"""What is known of where revisions have run: databases asked, a revision named by the user, or git."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from migfix.model.graph import Graph
from migfix.model.record import record

State: TypeAlias = Literal["applied", "published", "new"]
"""applied: a known database has run it. published: others have the file, so one may have. new: neither."""


@record
class Database:
    """One database asked: the name the user knows it by, and the versions that its `alembic_version` holds.

    `stamped` is False where there is no such table: nothing has run there.
    """

    name: str
    versions: tuple[str, ...] = ()
    stamped: bool = True

    def unknown(self, graph: Graph) -> tuple[str, ...]:
        """Versions that no file has: the database is ahead of the code, or of another branch."""
        return tuple(v for v in self.versions if v not in graph)

    def applied(self, graph: Graph) -> frozenset[str]:
        """What has run there: its versions and all that must have come before them."""
        known = [v for v in self.versions if v in graph]
        return frozenset(known).union(*(graph.ancestors(v) for v in known))


@record
class Knowledge:
    """The strongest source that was given decides: databases, then `--applied-through`, then git, then nothing.

    applied    revisions that have run somewhere; empty without databases and `--applied-through`.
    published  revisions whose files others have; with source "nothing" all but the heads.
    where      where a published revision is: "origin/main", "a tag".
    since      what a new revision is new since, in words ("origin/main"); empty without git.
    through    the revision of `--applied-through`.
    unapplied  the user says that no database has run anything of what is asked about.
    """

    source: Literal["databases", "through", "git", "nothing"]
    databases: tuple[Database, ...] = ()
    applied: frozenset[str] = frozenset()
    published: frozenset[str] = frozenset()
    where: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    through: str = ""
    unapplied: bool = False

    def state(self, revision: str) -> State:
        if self.unapplied:
            return "new"
        if revision in self.applied:
            return "applied"
        return "published" if revision in self.published else "new"

    def may_edit(self, revision: str) -> bool:
        """No known database has run it, and where no database was asked nobody else has the file."""
        if self.unapplied or self.source in ("databases", "through"):
            return self.state(revision) != "applied"
        return self.state(revision) == "new"

    def at_unknown(self, graph: Graph) -> tuple[tuple[Database, str], ...]:
        """Databases at a version that no file has, so that nothing is certain of what they have run."""
        return tuple((d, v) for d in self.databases for v in d.unknown(graph))
