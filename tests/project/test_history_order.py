"""`alembic history` on the same graphs is the judge of our order."""

from __future__ import annotations

import random

import pytest
from alembic.script.revision import Revision, RevisionMap

from migfix.model.graph import Graph
from migfix.model.revision import Identifiers
from migfix.model.walk import history


def random_graph(choice: random.Random) -> Graph:
    made = [Identifiers(revision="a")]
    for name in "bcdefghijklmno"[: choice.randint(1, 14)]:
        graph = Graph.build(made)
        parents = [choice.choice(graph.order)] if choice.random() < 0.95 else []
        other, needed = choice.choice(graph.order), choice.choice(graph.order)
        if parents and choice.random() < 0.3 and not _related(graph, other, parents[0]):
            parents.append(other)
        depends = (needed,) if choice.random() < 0.2 and not any(_related(graph, needed, p) for p in parents) else ()
        made.append(Identifiers(revision=name, down_revisions=tuple(parents), depends_on=depends))
    return Graph.build(made)


def _related(graph: Graph, one: str, other: str) -> bool:
    return one == other or graph.is_ancestor(one, other) or graph.is_ancestor(other, one)


@pytest.mark.parametrize("seed", range(300))
def test_the_order_is_alembics(seed: int) -> None:
    graph = random_graph(random.Random(seed))
    revisions = [Revision(n, i.down_revisions, dependencies=i.depends_on) for n, i in graph.nodes.items()]
    walked = RevisionMap(lambda: revisions).iterate_revisions("heads", "base")
    assert [r.revision for r in walked] == list(history(graph))


def test_a_cycle_is_listed_all_the_same() -> None:
    graph = Graph.build(
        [Identifiers(revision="a", down_revisions=("b",)), Identifiers(revision="b", down_revisions=("a",))]
    )
    assert set(history(graph)) == {"a", "b"}
