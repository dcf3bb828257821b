"""The strongest source decides, and moves of the graph follow from it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from test_following import moves, random_graph

from migfix.applied import cannot_follow, gather, narrowed
from migfix.applied.words import broken, overridden, refusal, standing
from migfix.model.applied import Database, Knowledge
from migfix.model.graph import Graph
from migfix.model.revision import Identifiers, Span
from migfix.plan import Finding
from migfix.recipes.graph import carried_out
from migfix.scope import Published

CHAIN = Graph.build([Identifiers(revision=n, down_revisions=p) for n, p in (("a", ()), ("b", ("a",)), ("c", ("b",)))])
PATHS = {n: f"/shop/{n}.py" for n in "abc"}
GIT = Published(files={Path("/shop/a.py"): "main", Path("/shop/b.py"): "a tag"}, since="main")
STAGING = Database(name="staging", versions=("a",))


def states(known: Knowledge) -> str:
    """A letter for each of a, b, c: what it is, in capitals where it may be edited."""
    letters = (known.state(n)[0] for n in "abc")
    return "".join(x.upper() if known.may_edit(n) else x for x, n in zip(letters, "abc", strict=True))


@pytest.mark.parametrize(
    ("given", "source", "expected"),
    [
        ({}, "nothing", "ppN"),
        ({"published": GIT}, "git", "ppN"),
        ({"published": GIT, "through": ("b",)}, "through", "aaN"),
        ({"through": ("a",), "published": GIT}, "through", "aPN"),
        ({"databases": (STAGING,), "through": ("c",), "published": GIT}, "databases", "aPN"),
        ({"databases": (STAGING, Database(name="p", versions=("c",)))}, "databases", "aaa"),
        ({"databases": (Database(name="empty"),), "published": GIT}, "databases", "PPN"),
        ({"published": GIT, "unapplied": True}, "git", "NNN"),
        ({"databases": (STAGING,), "unapplied": True}, "databases", "NNN"),
    ],
)
def test_the_strongest_source_decides(given: dict[str, object], source: str, expected: str) -> None:
    known = gather(CHAIN, paths=PATHS, **given)  # type: ignore[arg-type]
    assert (known.source, states(known)) == (source, expected)


def test_in_words() -> None:
    git = gather(CHAIN, paths=PATHS, published=GIT)
    assert [standing(n, git, CHAIN) for n in "abc"] == ["published on main", "published in a tag", "new since main"]
    asked = gather(CHAIN, paths=PATHS, databases=(STAGING, Database(name="live", versions=("b",))), published=GIT)
    assert [standing(n, asked, CHAIN) for n in "abc"] == [
        "applied in staging and live",
        "applied in live",
        "new since main",
    ]
    assert refusal("c", asked, CHAIN) is None
    assert overridden("c", asked, CHAIN) is None


def test_whose_word_it_is_is_said() -> None:
    asked = gather(CHAIN, paths=PATHS, databases=(STAGING,), published=GIT)
    assert overridden("b", asked, CHAIN) == (
        "published in a tag; edited all the same, since staging, asked, has not run it"
    )
    said = gather(CHAIN, paths=PATHS, databases=(STAGING,), published=GIT, unapplied=True)
    assert overridden("a", said, CHAIN) == (
        "applied in staging; edited on your word that no database has run it (--unapplied)"
    )


def test_a_database_ahead_of_the_code_forbids_every_edit() -> None:
    asked = gather(CHAIN, paths=PATHS, databases=(Database(name="live", versions=("z",)),), published=GIT)
    said = refusal("c", asked, CHAIN)
    assert said is not None
    assert said.startswith("live is at z, which no revision file here has")
    assert overridden("b", asked, CHAIN) is None


def test_the_cause_of_a_broken_history_is_named() -> None:
    graph = Graph.build([*CHAIN.nodes.values(), Identifiers(revision="d", down_revisions=("gone",))])
    assert broken("c", graph) is None
    said = broken("d", graph)
    assert said is not None
    assert "the down_revision of d names 'gone', which no file has" in said


@pytest.mark.parametrize("seed", range(150))
def test_only_moves_that_all_can_follow_and_that_edit_nothing_applied(seed: int) -> None:
    choice = random.Random(seed)
    graph = random_graph(choice)
    databases = tuple(Database(name=f"d{n}", versions=_stamps(graph, choice)) for n in range(2))
    known = gather(graph, paths={}, databases=databases)
    plans = tuple(moves(graph))
    found = narrowed(_finding(plans), graph, known)
    ran = frozenset[str]().union(*(d.applied(graph) for d in databases))
    assert len(found.graph_plans) + len(found.withheld) == len(plans)
    for plan in found.graph_plans:
        after = carried_out(plan, graph)
        assert not ran & set(plan.edits)
        assert [cannot_follow(graph, after, d) for d in databases] == [None, None]
        assert (after.cycles, after.missing) == ((), ())
    merges = [p for p in plans if not p.edits]
    assert all(m in found.graph_plans for m in merges), "a merge alone is open to every database"


def test_the_users_word_stands_for_a_database() -> None:
    """b has run and c has not: b cannot be put below c, and c can be put below b."""
    graph = Graph.build([Identifiers(revision="a"), *(Identifiers(revision=n, down_revisions=("a",)) for n in "bc")])
    known = gather(graph, paths={}, through=("b",))
    found = narrowed(_finding(tuple(moves(graph))), graph, known)
    assert [p.title for p in found.graph_plans] == [
        "put the branch that starts with c below b",
        "let c depend on b, and merge the heads",
        "merge the heads b, c",
    ]
    assert [why for _, why in found.withheld] == ["b has run already, says --applied-through b"] * 2


def _stamps(graph: Graph, choice: random.Random) -> tuple[str, ...]:
    """What `alembic_version` may hold: revisions of which none comes before another."""
    found: list[str] = []
    for name in choice.sample(graph.order, choice.randint(0, 2)):
        if not any(name == f or graph.is_ancestor(name, f) or graph.is_ancestor(f, name) for f in found):
            found.append(name)
    return tuple(found)


def _finding(plans: tuple[object, ...]) -> Finding:
    span = Span(1, 0, 1, 0)
    return Finding(code="MF801", rule="x", message="x", path="x", revision="a", span=span, graph_plans=plans)  # type: ignore[arg-type]
