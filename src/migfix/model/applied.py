"""What is known of where revisions have run: databases asked, a revision named by the user, or git."""

from __future__ import annotations

from typing import Literal, TypeAlias

from migfix.model.graph import Graph
from migfix.model.record import record

State: TypeAlias = Literal["applied", "published", "new"]
"""applied: a known database has run it. published: others have the file, so one may have. new: neither."""


@record
class Database:
    """One database asked: the name the user knows it by, and the versions that its `alembic_version` holds."""

    name: str
    versions: tuple[str, ...] = ()

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
    since      what a new revision is new since, in words ("origin/main").
    """

    source: Literal["databases", "through", "git", "nothing"]
    databases: tuple[Database, ...] = ()
    applied: frozenset[str] = frozenset()
    published: frozenset[str] = frozenset()
    since: str = ""

    def state(self, revision: str) -> State:
        if revision in self.applied:
            return "applied"
        return "published" if revision in self.published else "new"
