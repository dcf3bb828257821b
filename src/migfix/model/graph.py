"""The revision graph as Alembic sees it, except that a broken one is described instead of refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from migfix.model.record import record
from migfix.model.revision import Identifiers


@record
class MissingParent:
    """A revision names another that no file defines."""

    revision: str
    target: str
    kind: Literal["down_revision", "depends_on"]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Revisions by id, and how they follow one another. Build it with `Graph.build`.

    parents        `down_revision`, without those that are missing.
    requires       parents and resolved `depends_on`: all that must run before.
    children       the inverse of parents; `required_by` the inverse of requires.
    heads, bases   as `alembic heads` counts them: `depends_on` does not make a revision a parent.
    order          every id, ancestors first; stable for the same input.
    cycles         groups of revisions that come before themselves, each group sorted.
    duplicates     ids that several files define (the last one counts, as in Alembic).
    labels         branch labels to the revision that declares them; `label_clashes` those declared twice.
    """

    nodes: Mapping[str, Identifiers]
    parents: Mapping[str, tuple[str, ...]]
    requires: Mapping[str, tuple[str, ...]]
    children: Mapping[str, tuple[str, ...]]
    required_by: Mapping[str, tuple[str, ...]]
    heads: tuple[str, ...]
    bases: tuple[str, ...]
    order: tuple[str, ...]
    cycles: tuple[tuple[str, ...], ...]
    missing: tuple[MissingParent, ...]
    duplicates: tuple[str, ...]
    labels: Mapping[str, str]
    label_clashes: tuple[str, ...]
    _position: Mapping[str, int] = field(repr=False)
    _above: Mapping[str, int] = field(repr=False)
    """Ancestors of an id as a bit set of positions in `order`."""
    _broken: frozenset[str] = field(repr=False)

    @classmethod
    def build(cls, revisions: Iterable[Identifiers]) -> Graph:
        """The graph of the revisions, in the order Alembic would load them."""
        given = list(revisions)
        nodes = {r.revision: r for r in given}
        counts = Counter(r.revision for r in given)
        labels, clashes = _labels(nodes)
        missing: list[MissingParent] = []
        parents: dict[str, tuple[str, ...]] = {}
        requires: dict[str, tuple[str, ...]] = {}
        for name, node in nodes.items():
            parents[name] = tuple(p for p in dict.fromkeys(node.down_revisions) if p in nodes)
            needed = [d if d in nodes else labels.get(d, d) for d in node.depends_on]
            requires[name] = tuple(dict.fromkeys([*parents[name], *(d for d in needed if d in nodes)]))
            missing += [
                MissingParent(revision=name, target=p, kind="down_revision")
                for p in node.down_revisions
                if p not in nodes
            ]
            missing += [MissingParent(revision=name, target=d, kind="depends_on") for d in needed if d not in nodes]
        groups = list(_strong_components(requires))
        order = tuple(n for group in groups for n in group)
        children, above = _inverse(parents), _ancestor_sets(groups, requires)
        cycles = tuple(tuple(sorted(g)) for g in groups if len(g) > 1 or g[0] in requires[g[0]])
        duplicates = tuple(n for n, count in counts.items() if count > 1)
        return cls(
            nodes=nodes,
            parents=parents,
            requires=requires,
            children=children,
            required_by=_inverse(requires),
            heads=tuple(n for n in nodes if not children[n]),
            bases=tuple(n for n, node in nodes.items() if not node.down_revisions),
            order=order,
            cycles=cycles,
            missing=tuple(missing),
            duplicates=duplicates,
            labels=labels,
            label_clashes=clashes,
            _position={n: i for i, n in enumerate(order)},
            _above=above,
            _broken=frozenset({m.revision for m in missing}.union(duplicates, *cycles)),
        )

    def __contains__(self, revision: object) -> bool:
        return revision in self.nodes

    @property
    def merge_points(self) -> tuple[str, ...]:
        """Revisions with more than one parent."""
        return tuple(n for n in self.order if len(self.nodes[n].down_revisions) > 1)

    @property
    def branch_points(self) -> tuple[str, ...]:
        """Revisions with more than one child."""
        return tuple(n for n in self.order if len(self.children[n]) > 1)

    def ancestors(self, revision: str) -> tuple[str, ...]:
        """All that must have run before the revision, `depends_on` included, ancestors first, without itself."""
        return self._listed(self._above[revision])

    def descendants(self, revision: str) -> tuple[str, ...]:
        """All that can only run after the revision, ancestors first, without itself."""
        return tuple(n for n in self.order if self.is_ancestor(revision, n))

    def is_ancestor(self, older: str, newer: str) -> bool:
        """`older` must have run before `newer` (and is not the same)."""
        return older != newer and bool(self._above[newer] >> self._position[older] & 1)

    def lineage(self, revision: str) -> tuple[str, ...]:
        """Ancestors through `down_revision` alone, ancestors first, without itself."""
        seen: set[str] = set()
        todo = list(self.parents[revision])
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += self.parents[name]
        return tuple(n for n in self.order if n in seen and n != revision)

    def revisions_between(self, older: Iterable[str], newer: Iterable[str]) -> tuple[str, ...]:
        """What an upgrade from a database at `older` to `newer` runs, ancestors first, `newer` included."""
        return self._listed(self._closed(newer) & ~self._closed(older))

    def common_ancestors(self, one: str, other: str) -> tuple[str, ...]:
        """The newest revisions that precede (or are) both, ancestors first."""
        shared = self._listed(self._closed([one]) & self._closed([other]))
        return tuple(n for n in shared if not any(self.is_ancestor(n, m) for m in shared))

    def is_sound(self, revision: str) -> bool:
        """The revision and all its ancestors are known, defined once, and in no cycle."""
        return revision not in self._broken and not any(self.is_ancestor(b, revision) for b in self._broken)

    def in_cycle(self, revision: str) -> bool:
        """The revision comes before itself."""
        return any(revision in group for group in self.cycles)

    def find(self, text: str) -> tuple[str, ...]:
        """The ids that a user's text may mean: "head", "heads", an id, a branch label, or the start of an id."""
        if text in ("head", "heads"):
            return self.heads
        if text in self.nodes:
            return (text,)
        if text in self.labels:
            return (self.labels[text],)
        return tuple(n for n in self.nodes if text and n.startswith(text))

    def _closed(self, revisions: Iterable[str]) -> int:
        bits = 0
        for name in revisions:
            bits |= self._above[name] | 1 << self._position[name]
        return bits

    def _listed(self, bits: int) -> tuple[str, ...]:
        found = []
        while bits:
            low = bits & -bits
            found.append(self.order[low.bit_length() - 1])
            bits ^= low
        return tuple(found)


def _labels(nodes: Mapping[str, Identifiers]) -> tuple[dict[str, str], tuple[str, ...]]:
    labels: dict[str, str] = {}
    clashes: list[str] = []
    for name, node in nodes.items():
        for label in node.branch_labels:
            if label in labels or label in nodes:
                clashes.append(label)
            labels.setdefault(label, name)
    return labels, tuple(dict.fromkeys(clashes))


def _inverse(edges: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {n: [] for n in edges}
    for name, targets in edges.items():
        for target in targets:
            found[target].append(name)
    return {n: tuple(names) for n, names in found.items()}


def _strong_components(edges: Mapping[str, tuple[str, ...]]) -> Iterator[list[str]]:
    """Tarjan's algorithm with a stack of its own; a component comes after all those it leads to."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        while work:
            name, targets = work[-1]
            if name not in index:
                index[name] = low[name] = len(index)
                stack.append(name)
                on_stack.add(name)
            for target in targets:
                if target not in index:
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    start = stack.index(name) if stack[-1] != name else len(stack) - 1
                    group = stack[start:]
                    del stack[start:]
                    on_stack.difference_update(group)
                    yield group


def _ancestor_sets(groups: list[list[str]], edges: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    position = {n: i for i, n in enumerate(n for g in groups for n in g)}
    closed: dict[str, int] = {}
    for group in groups:
        bits = sum(1 << position[n] for n in group)
        for name in group:
            for target in edges[name]:
                bits |= closed.get(target, 0)
        closed |= dict.fromkeys(group, bits)
    return {n: bits & ~(1 << position[n]) for n, bits in closed.items()}
