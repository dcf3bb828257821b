"""The graph: what must not be found first, and the text its cures write."""

from __future__ import annotations

from pathlib import Path

import pytest
from build import add, body, table

from migfix.change import Change
from migfix.emit.graph_edit import graph_changes, merge_id
from migfix.model import ops
from migfix.model.graph import Graph
from migfix.model.maybe import Name, Table
from migfix.model.revision import ExistenceGuard, Identifiers, Revision, Span
from migfix.plan import Applicability, Finding, GraphPlan, Unfixable
from migfix.read import Reading, read_revision
from migfix.read.project import ProjectLayout
from migfix.rules.api import GraphContext, graph_findings

LOGS = Table(Name("logs"))
SPANS = {"revision": Span(1, 0, 1, 10)}
GUARD = ExistenceGuard(span=Span(20, 7, 20, 30), tables=("logs",), test="not _table_exists()")


def revision(
    name: str,
    *parents: str,
    does: tuple[ops.Op, ...] = (),
    needs: tuple[str, ...] = (),
    labels: tuple[str, ...] = (),
    guard: bool = False,
) -> Revision:
    ids = Identifiers(revision=name, down_revisions=parents, depends_on=needs, branch_labels=labels, spans=SPANS)
    made = body(does)
    upgrade = made.__class__(ops=made.ops, guards=(GUARD,) if guard else ())
    return Revision(path=f"{name}.py", ids=ids, message=f"does {name}", upgrade=upgrade)


def told(*revisions: Revision) -> list[Finding]:
    graph = Graph.build(r.ids for r in revisions)
    created: dict[tuple[str | None, str], tuple[str, ...]] = {}
    for each in revisions:
        for placed in each.upgrade:
            if isinstance(placed.op, ops.CreateTable):
                created[placed.op.table.key] = (*created.get(placed.op.table.key, ()), each.id)
    return list(graph_findings(GraphContext(graph=graph, revisions={r.id: r for r in revisions}, created_in=created)))


MAKES, CHANGES = (table("logs"),), (add("level", LOGS),)
OPAQUE = (ops.Opaque(code="metadata.create_all(bind)", why="unknown"),)


@pytest.mark.parametrize(
    "revisions",
    [
        pytest.param([revision("a"), revision("b", "a")], id="one head"),
        pytest.param([revision("a", labels=("x",)), revision("b", labels=("y",))], id="labelled branches"),
        pytest.param([revision("a", does=MAKES), revision("b", "a", does=CHANGES)], id="ancestor creates"),
        pytest.param([revision("a"), revision("b", "a", does=CHANGES)], id="nobody creates"),
        pytest.param(
            [
                revision("a", does=OPAQUE),
                revision("b", "a", does=MAKES),
                revision("c", "a", does=CHANGES),
                revision("d", "b", "c"),
            ],
            id="an ancestor could not be read",
        ),
        pytest.param([revision("a", does=CHANGES), revision("b", "a", does=MAKES)], id="created by a descendant"),
        pytest.param([revision("a", does=MAKES), revision("b", "a", guard=True)], id="guard that cannot skip"),
        pytest.param([revision("a"), revision("b", "a", does=MAKES, guard=True)], id="guard over its own table"),
    ],
)
def test_nothing_is_found(revisions: list[Revision]) -> None:
    assert told(*revisions) == []


def test_the_dependency_decides_which_branch_moves() -> None:
    found = told(revision("a"), revision("b", "a", does=MAKES), revision("c", "a", does=CHANGES), revision("d", "c"))
    assert [f.code for f in found] == ["MF801", "MF804"]
    assert [dict(p.edits) for p in found[0].graph_plans] == [
        {"c": {"down_revision": "'b'"}},
        {"c": {"depends_on": "'b'"}},
        {},
    ]
    assert [p.merge for p in found[0].graph_plans] == [(), ("b", "d"), ("b", "d")]


def test_a_declared_order_leaves_only_the_merge() -> None:
    (finding,) = told(revision("a"), revision("b", "a", does=MAKES), revision("c", "a", does=CHANGES, needs=("b",)))
    (plan,) = finding.graph_plans
    assert (plan.merge, plan.applicability, plan.assumes) == (("b", "c"), Applicability.SAFE, ())


def test_a_guard_is_told_with_the_dependency_that_cures_it() -> None:
    found = told(revision("a"), revision("b", "a", does=MAKES), revision("c", "a", does=CHANGES, guard=True))
    guard = next(f for f in found if f.code == "MF805")
    assert dict(guard.graph_plans[0].edits) == {"c": {"down_revision": "'b'"}}


def test_a_guard_over_an_unknown_table_is_advice() -> None:
    (finding,) = told(revision("a"), revision("b", "a", guard=True))
    assert (finding.applicability, finding.graph_plans) == (Applicability.ADVICE, ())


STOCK = '''"""log levels

Revision ID: c
Revises: a
"""
from alembic import op

revision: str = "c"
down_revision: str | None = "a"  # first try


def upgrade() -> None:
    pass
'''


LAYOUT = ProjectLayout(
    root=Path(), config_path=None, section="", script_location=Path("nowhere"), version_dirs=(Path("versions"),)
)


def reading(text: str) -> Reading:
    found = read_revision(text, "versions/c.py")
    assert isinstance(found, Reading)
    return found


def changed(text: str, **variables: str) -> str:
    plan = GraphPlan(title="", applicability=Applicability.REVIEW, edits={"c": variables})
    found = graph_changes(plan, {"c": reading(text)}, LAYOUT)
    assert not isinstance(found, Unfixable)
    (change,) = found
    return change.after


def test_only_the_value_and_the_docstrings_line_change() -> None:
    expected = STOCK.replace("Revises: a", "Revises: b").replace('None = "a"', 'None = "b"')
    assert changed(STOCK, down_revision="'b'") == expected


def test_depends_on_is_put_below_down_revision() -> None:
    assert '"a"  # first try\ndepends_on: str | None = "b"\n' in changed(STOCK, depends_on="'b'")


def test_quotes_line_ends_and_a_byte_order_mark_stay() -> None:
    text = "\ufeff" + STOCK.replace('"c"', "'c'").replace('"a"', "'a'").replace("\n", "\r\n")
    after = changed(text, down_revision="'b'", depends_on="'d'")
    assert after.startswith("\ufeff")
    assert "down_revision: str | None = 'b'  # first try\r\ndepends_on: str | None = 'd'\r\n" in after
    assert after.count("\n") == after.count("\r\n")


def test_a_shared_assignment_is_refused() -> None:
    plan = GraphPlan(title="", applicability=Applicability.REVIEW, edits={"c": {"down_revision": "'b'"}})
    found = graph_changes(plan, {"c": reading('revision, down_revision = "c", "a"\n\n\ndef upgrade(): pass\n')}, LAYOUT)
    assert isinstance(found, Unfixable)


def test_the_merge_revision_is_the_same_on_every_run() -> None:
    plan = GraphPlan(title="", applicability=Applicability.REVIEW, merge=("b", "c"))
    found = graph_changes(plan, {"c": reading(STOCK)}, LAYOUT)
    assert not isinstance(found, Unfixable)
    (change,) = found
    assert isinstance(change, Change)
    assert change.path == f"versions/{merge_id(('c', 'b'))}_merge_b_and_c.py"
    merged = read_revision(change.after, change.path)
    assert isinstance(merged, Reading)
    assert merged.revision.ids.down_revisions == ("b", "c")
