"""The revision graph agrees with Alembic's own where that accepts it, and describes what Alembic refuses."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import pytest
from alembic.script.revision import Revision as TheirRevision
from alembic.script.revision import RevisionMap
from hypothesis import given, settings
from hypothesis import strategies as st

from migfix.model import ops
from migfix.model.graph import Graph, MissingParent
from migfix.model.history import History
from migfix.model.maybe import Name, Table, TypeExpr
from migfix.model.revision import Body, Identifiers, Placed, Revision, Span
from migfix.model.schema import Schema


def ids(name: str, *down: str, needs: tuple[str, ...] = (), labels: tuple[str, ...] = ()) -> Identifiers:
    return Identifiers(revision=name, down_revisions=down, depends_on=needs, branch_labels=labels)


CHAIN = (ids("a"), ids("b", "a"), ids("c", "b"))
FORK = (ids("a"), ids("b", "a"), ids("c", "a"))
DIAMOND = (*FORK, ids("d", "b", "c"), ids("e", "d"))


@st.composite
def graphs(draw: st.DrawFn) -> list[Identifiers]:
    """Sound graphs: parents and dependencies come from earlier revisions, by id or by branch label."""
    made: list[Identifiers] = []
    for index in range(draw(st.integers(1, 14))):
        earlier = [m.revision for m in made]
        picked = st.lists(st.sampled_from(earlier), max_size=3, unique=True) if earlier else st.just([])
        down = _independent(draw(picked), made)
        labelled = [label for m in made for label in m.branch_labels]
        needs = draw(st.lists(st.sampled_from(earlier + labelled), max_size=2, unique=True)) if earlier else []
        labels = (f"label{index}",) if draw(st.integers(0, 5)) == 0 else ()
        made.append(ids(f"r{index:02}", *down, needs=tuple(needs), labels=labels))
    return draw(st.permutations(made))


def _independent(down: list[str], made: list[Identifiers]) -> list[str]:
    """Without ids that are ancestors of another: Alembic finds those in a merge, but never writes them."""
    graph = Graph.build(made)
    return [d for d in down if not any(graph.is_ancestor(d, other) for other in down)]


def oracle(revisions: list[Identifiers]) -> RevisionMap:
    theirs = [
        TheirRevision(
            r.revision,
            r.down_revisions or None,
            dependencies=r.depends_on or None,
            branch_labels=r.branch_labels or None,
        )
        for r in revisions
    ]
    return RevisionMap(lambda: theirs)


def refuses(revisions: list[Identifiers]) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return not oracle(revisions).heads
        except KeyError:
            return True


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_agrees_with_alembic(revisions: list[Identifiers]) -> None:
    theirs, ours = oracle(revisions), Graph.build(revisions)
    assert set(ours.heads) == set(theirs.heads)
    assert set(ours.bases) == set(theirs.bases)
    for name in ours.nodes:
        above = {r.revision for r in theirs._get_ancestor_nodes([theirs.get_revision(name)])} - {name}
        assert set(ours.ancestors(name)) == above
        lineage = {
            r.revision for r in theirs._get_ancestor_nodes([theirs.get_revision(name)], include_dependencies=False)
        }
        assert set(ours.lineage(name)) == lineage - {name}
    assert (ours.cycles, ours.missing, ours.duplicates) == ((), (), ())


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_order_and_ancestors_are_topological(revisions: list[Identifiers]) -> None:
    graph = Graph.build(revisions)
    place = {name: i for i, name in enumerate(graph.order)}
    assert set(place) == set(graph.nodes)
    assert all(place[p] < place[n] for n in graph.order for p in graph.requires[n])
    for name in graph.nodes:
        above = graph.ancestors(name)
        assert list(above) == sorted(above, key=place.__getitem__)
        assert set(graph.descendants(name)) == {n for n in graph.nodes if name in graph.ancestors(n)}


@settings(max_examples=200, deadline=None)
@given(graphs(), st.randoms())
def test_any_edges_at_all_are_described(revisions: list[Identifiers], random) -> None:
    """Cycles, missing ids and duplicates: nothing raises, every id has a place and a schema."""
    names = [r.revision for r in revisions] + ["gone"]
    wild = [
        ids(random.choice(names[:-1]), *random.sample(names, min(2, len(names)))) if random.random() < 0.3 else r
        for r in revisions
    ]
    graph = Graph.build(wild)
    found = schemas(graph, {})
    assert sorted(graph.order) == sorted(graph.nodes) == sorted(found)
    assert all(found[n].complete is False for n in graph.nodes if not graph.is_sound(n))


@pytest.mark.parametrize(
    ("revisions", "heads", "bases"),
    [
        (CHAIN, ("c",), ("a",)),
        (FORK, ("b", "c"), ("a",)),
        (DIAMOND, ("e",), ("a",)),
        ((ids("a"), ids("b", needs=("a",))), ("a", "b"), ("a", "b")),
        ((), (), ()),
    ],
)
def test_heads_and_bases(revisions, heads: tuple[str, ...], bases: tuple[str, ...]) -> None:
    graph = Graph.build(revisions)
    assert (graph.heads, graph.bases) == (heads, bases)


def test_merge_and_branch_points() -> None:
    graph = Graph.build(DIAMOND)
    assert (graph.merge_points, graph.branch_points) == (("d",), ("a",))


def test_a_label_is_a_target_for_depends_on_only() -> None:
    """Alembic warns that `down_revision = "lib"` is not present, and then fails."""
    revisions = [ids("a", labels=("lib",)), ids("b", needs=("lib",)), ids("c", "lib")]
    graph = Graph.build(revisions)
    assert graph.requires["b"] == ("a",)
    assert graph.missing == (MissingParent(revision="c", target="lib", kind="down_revision"),)
    assert refuses(revisions)


def test_abbreviated_ids_are_missing_in_files_as_in_alembic() -> None:
    revisions = [ids("abc123"), ids("b", "abc"), ids("c", needs=("abc1",))]
    graph = Graph.build(revisions)
    assert [(m.revision, m.target, m.kind) for m in graph.missing] == [
        ("b", "abc", "down_revision"),
        ("c", "abc1", "depends_on"),
    ]
    assert refuses(revisions[:2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc123", ("abc123",)),
        ("abc", ("abc123", "abc999")),
        ("abc1", ("abc123",)),
        ("lib", ("zzz",)),
        ("head", ("abc999", "zzz")),
        ("", ()),
        ("no", ()),
    ],
)
def test_find_understands_what_users_type(text: str, expected: tuple[str, ...]) -> None:
    graph = Graph.build([ids("abc123"), ids("abc999", "abc123"), ids("zzz", labels=("lib",))])
    assert graph.find(text) == expected


@pytest.mark.parametrize(
    ("revisions", "cycles"),
    [
        ((ids("a", "a"),), (("a",),)),
        ((ids("a", "b"), ids("b", "a")), (("a", "b"),)),
        ((ids("a"), ids("b", "a", needs=("c",)), ids("c", "b")), (("b", "c"),)),
        ((ids("a", "c"), ids("b", "a"), ids("c", "b"), ids("d", "c")), (("a", "b", "c"),)),
    ],
)
def test_cycles(revisions, cycles) -> None:
    assert Graph.build(revisions).cycles == cycles


def test_a_long_chain_needs_no_recursion() -> None:
    chain = [ids("r0"), *(ids(f"r{i}", f"r{i - 1}") for i in range(1, 5000))]
    graph = Graph.build(reversed(chain))
    assert (graph.heads, len(graph.ancestors("r4999"))) == (("r4999",), 4999)


def test_duplicates_keep_the_last_as_alembic_does() -> None:
    graph = Graph.build([ids("a"), ids("b", "a"), ids("a", "z")])
    assert (graph.duplicates, graph.nodes["a"].down_revisions) == (("a",), ("z",))


def test_label_clashes() -> None:
    graph = Graph.build([ids("a", labels=("lib",)), ids("b", labels=("lib",)), ids("c", labels=("a",))])
    assert graph.label_clashes == ("lib", "a")


def test_revisions_between() -> None:
    graph = Graph.build([*DIAMOND, ids("x", needs=("c",))])
    assert graph.revisions_between(["b"], ["e"]) == ("c", "d", "e")
    assert graph.revisions_between([], ["b"]) == ("a", "b")
    assert graph.revisions_between(["e"], ["x"]) == ("x",)
    assert graph.revisions_between(["e"], ["b"]) == ()


def test_common_ancestors() -> None:
    graph = Graph.build(DIAMOND)
    assert graph.common_ancestors("b", "c") == ("a",)
    assert graph.common_ancestors("b", "e") == ("b",)


def schemas(graph: Graph, revisions: Mapping[str, Revision]) -> Mapping[str, Schema]:
    """The schema before each revision of the graph."""
    history = History(graph, revisions)
    return {name: history.before(name) for name in graph.order}


# --- schemas -------------------------------------------------------------------------------------------------------


def revision(name: str, *down: str, does: tuple[ops.Op, ...] = (), needs: tuple[str, ...] = ()) -> Revision:
    span = Span(1, 0, 1, 0)
    placed = tuple(Placed(op=op, index=i, span=span, statement=i) for i, op in enumerate(does))
    return Revision(path=f"{name}.py", ids=ids(name, *down, needs=needs), upgrade=Body(ops=placed))


def create(table: str, *columns: str) -> ops.CreateTable:
    return ops.CreateTable(table=Table(Name(table)), columns=tuple(column(c) for c in columns))


def column(name: str) -> ops.Column:
    return ops.Column(name=Name(name), type=TypeExpr(code="sa.Integer()", name="Integer"))


def add(table: str, name: str) -> ops.AddColumn:
    return ops.AddColumn(table=Table(Name(table)), column=column(name))


def folded(*revisions: Revision) -> dict[str, dict[str, list[str]]]:
    graph = Graph.build(r.ids for r in revisions)
    found = schemas(graph, {r.id: r for r in revisions})
    return {n: {k[1]: sorted(t.columns) for k, t in s.tables.items()} for n, s in found.items()}


def test_a_chain_folds_what_came_before() -> None:
    found = folded(
        revision("a", does=(create("t", "id"),)), revision("b", "a", does=(add("t", "x"),)), revision("c", "b")
    )
    assert found == {"a": {}, "b": {"t": ["id"]}, "c": {"t": ["id", "x"]}}


def test_branches_do_not_see_each_other_and_a_merge_sees_both() -> None:
    found = folded(
        revision("a", does=(create("t", "id"),)),
        revision("b", "a", does=(add("t", "x"),)),
        revision("c", "a", does=(add("t", "y"), create("u", "id"))),
        revision("d", "b", "c"),
    )
    assert (found["b"], found["c"]) == ({"t": ["id"]}, {"t": ["id"]})
    assert found["d"] == {"t": ["id", "x", "y"], "u": ["id"]}


def test_depends_on_brings_its_ancestors() -> None:
    found = folded(
        revision("a", does=(create("t", "id"),)),
        revision("b", "a", does=(add("t", "x"),)),
        revision("p", does=(create("u", "id"),)),
        revision("q", "p", needs=("b",)),
        revision("r", "q"),
    )
    assert found["q"] == found["r"] == {"t": ["id", "x"], "u": ["id"]}


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_every_schema_is_the_fold_of_all_ancestors(revisions: list[Identifiers]) -> None:
    made = {
        r.revision: Revision(
            path=r.revision, ids=r, upgrade=revision("_", does=(create(f"t_{r.revision}", "id"),)).upgrade
        )
        for r in revisions
    }
    graph = Graph.build(revisions)
    for name, schema in schemas(graph, made).items():
        assert {k[1] for k in schema.tables} == {f"t_{a}" for a in graph.ancestors(name)}
        assert schema.complete


@pytest.mark.parametrize(
    ("revisions", "complete"),
    [
        pytest.param((revision("a"), revision("b", "a")), {"a": True, "b": True}, id="sound"),
        pytest.param((revision("b", "gone"), revision("c", "b")), {"b": False, "c": False}, id="missing"),
        pytest.param(
            (revision("a"), revision("b", needs=("gone",)), revision("c", "a")),
            {"a": True, "b": False, "c": True},
            id="one-branch",
        ),
        pytest.param(
            (revision("a", "b"), revision("b", "a"), revision("c", "b")),
            {"a": False, "b": False, "c": False},
            id="cycle",
        ),
        pytest.param((revision("a"), revision("a"), revision("b", "a")), {"a": False, "b": False}, id="duplicate"),
        pytest.param(
            (revision("x", "gone"), revision("a"), revision("m", "a", "x")),
            {"x": False, "a": True, "m": False},
            id="merge",
        ),
    ],
)
def test_a_broken_graph_makes_schemas_incomplete(revisions: tuple[Revision, ...], complete: dict[str, bool]) -> None:
    graph = Graph.build(r.ids for r in revisions)
    assert {n: s.complete for n, s in schemas(graph, {r.id: r for r in revisions}).items()} == complete


def test_a_missing_base_still_folds_the_rest() -> None:
    found = folded(revision("b", "gone", does=(create("t", "id"),)), revision("c", "b"))
    assert found["c"] == {"t": ["id"]}


def test_a_revision_that_could_not_be_read_leaves_the_schema_incomplete() -> None:
    graph = Graph.build(CHAIN)
    history = History(graph, {"a": revision("a"), "c": revision("c", "b")})
    assert (history.before("b").complete, history.before("c").complete) == (True, False)


def test_folding_all_at_once_is_folding_one_by_one() -> None:
    from migfix.model.schema import Schema

    table = Table(Name("t"))
    steps = (
        create("t", "id", "x"),
        create("u", "id"),
        add("t", "y"),
        ops.CreateIndex(name=Name("ix"), table=table, columns=()),
        ops.DropIndex(name=Name("ix"), table=None),
        ops.DropIndex(name=Name("ix"), table=table),
        ops.RenameTable(table=table, new_name=Name("v")),
        ops.DropColumn(table=Table(Name("v")), column=Name("x")),
        ops.DropTable(table=Table(Name("u"))),
        ops.Opaque(code="f()", why="unknown", tables=(Table(Name("w")),)),
        ops.Opaque(code="f()", why="unknown"),
        add("v", "z"),
    )
    start = Schema()
    one_by_one = start
    for step in steps:
        one_by_one = one_by_one.after(step, "r")
    assert start.after_all(steps, "r") == one_by_one
    assert dict(start.tables) == {}
