"""The schema before each revision: one fold along the graph, refolded where branches meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from migfix.model.graph import Graph
from migfix.model.revision import Revision
from migfix.model.schema import Schema


class History:
    """Answers `before(id)` and folds no revision until it is asked for.

    Along a chain each revision is folded once. Where branches meet (or `depends_on` adds one), the schema of the
    branch with the most ancestors is continued with the rest in topological order. A revision with a missing parent,
    a duplicate or a cycle above it gets a schema with `complete=False`.
    """

    def __init__(self, graph: Graph, revisions: Mapping[str, Revision]) -> None:
        self._graph = graph
        self._revisions = revisions
        self._before: dict[str, Schema] = {}
        self._after: dict[str, Schema] = {}

    def before(self, revision: str) -> Schema:
        """The schema that all ancestors leave. Raises KeyError for an id that the graph does not know."""
        if revision not in self._before:
            for name in self._unvisited(revision):
                self._before[name] = self._meet(name)
        return self._before[revision]

    def continued(self, graph: Graph, revisions: Mapping[str, Revision]) -> History:
        """The history of the project after an edit: folds that the edit cannot have changed are kept."""
        new, old = History(graph, revisions), self._graph
        if (graph.requires, graph.missing, graph.duplicates) == (old.requires, old.missing, old.duplicates):
            names = self._revisions.keys() | revisions.keys()
            edited = {n for n in names if self._revisions.get(n) is not revisions.get(n)}
            below = {d for n in edited if n in graph for d in graph.descendants(n)}
            new._before = {n: s for n, s in self._before.items() if n not in below}
            new._after = {n: s for n, s in self._after.items() if n not in below | edited}
        return new

    def _unvisited(self, revision: str) -> tuple[str, ...]:
        """The revision and those of its ancestors that were not folded yet, ancestors first."""
        requires = self._graph.requires[revision]
        if all(r in self._before for r in requires):
            return (revision,)
        return tuple(r for r in (*self._graph.ancestors(revision), revision) if r not in self._before)

    def _meet(self, revision: str) -> Schema:
        graph = self._graph
        schema = (
            self._folded(graph.ancestors(revision), Schema()) if graph.in_cycle(revision) else self._joined(revision)
        )
        return schema if graph.is_sound(revision) else replace(schema, complete=False)

    def _joined(self, revision: str) -> Schema:
        graph = self._graph
        needed = graph.requires[revision]
        if len(needed) < 2:
            return self._leaves(needed[0]) if needed else Schema()
        trunk = max(needed, key=lambda r: len(graph.ancestors(r)))
        return self._folded(graph.revisions_between([trunk], needed), self._leaves(trunk))

    def _folded(self, revisions: tuple[str, ...], schema: Schema) -> Schema:
        for name in revisions:
            schema = self._fold(name, schema)
        return schema

    def _leaves(self, revision: str) -> Schema:
        if revision not in self._after:
            self._after[revision] = self._fold(revision, self._before[revision])
        return self._after[revision]

    def _fold(self, revision: str, schema: Schema) -> Schema:
        found = self._revisions.get(revision)
        if found is None:
            return replace(schema, complete=False)
        return schema.after_all((placed.op for placed in found.upgrade.ops), revision)
