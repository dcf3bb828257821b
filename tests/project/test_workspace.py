"""A whole project, read without running anything of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from project_trees import Tree, revision_text

from migfix.config import Configuration
from migfix.model.maybe import Name, Table
from migfix.read.project import find_project
from migfix.read.site import NotRevision, Reading
from migfix.read.workspace import Workspace, load_text, load_workspace

CREATE = '    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))'
ADD = '    op.add_column("users", sa.Column("tier", sa.String(20), nullable=True))'
USERS = Table(Name("users"))

FILES = {
    "alembic.ini": "[alembic]\nscript_location = m\n",
    "m/env.py": "raise SystemExit('never run')\n",
    "m/versions/1.py": revision_text("a1", body=CREATE),
    "m/versions/2.py": revision_text("b2", "a1", ADD),
    "m/versions/3.py": revision_text("c3", "b2"),
}


def load(top: Path, configuration: Configuration | None = None) -> Workspace:
    return load_workspace(find_project(top, config=None), configuration or Configuration())


def test_reads_revisions_graph_and_schemas(tree: Tree) -> None:
    found = load(tree(FILES))
    assert (found.graph.order, found.graph.heads, found.problems) == (("a1", "b2", "c3"), ("c3",), ())
    assert [r.revision.path for r in found.checked] == ["m/versions/1.py", "m/versions/2.py", "m/versions/3.py"]
    assert found.schema_before("a1").table(USERS) is None
    state = found.schema_before("c3").table(USERS)
    assert state is not None
    assert sorted(state.columns) == ["id", "tier"]


def test_a_context_has_all_a_rule_may_look_at(tree: Tree) -> None:
    configuration = Configuration()
    context = load(tree(FILES), configuration).context("b2")
    assert (context.revision.id, context.settings) == ("b2", configuration.settings)
    assert list(context.before.tables) == [(None, "users")]
    assert context.env.path == "m/env.py"


def test_nothing_of_the_project_is_executed(tree: Tree) -> None:
    prefix = "import no_such_module\nopen('ran', 'w')\n"
    top = tree({name: prefix + text if name.endswith(".py") else text for name, text in FILES.items()})
    assert load(top).graph.heads == ("c3",)
    assert not (top / "ran").exists()


def test_what_is_no_revision_is_a_problem_with_a_reason(tree: Tree) -> None:
    top = tree({**FILES, "m/versions/4.py": "revision = 'x'\ndef (:\n", "m/versions/5.py": ""})
    (top / "m/versions/6.py").write_bytes(b"revision = '\xff'\n")
    (top / "m/versions/7.py").symlink_to("gone.py")
    found = {p.path: p.reason for p in load(top).problems}
    assert {"m/versions/4.py", "m/versions/6.py", "m/versions/7.py"} <= set(found)
    assert all(found.values())


def test_a_broken_parent_makes_the_schema_incomplete(tree: Tree) -> None:
    found = load(tree({**FILES, "m/versions/2.py": "def (:\n"}))
    assert [(m.revision, m.target) for m in found.graph.missing] == [("c3", "b2")]
    assert found.schema_before("c3").complete is False


def test_excluded_files_count_for_the_schema_only(tree: Tree) -> None:
    top = tree({**FILES, "m/versions/4.py": "revision = 'x'\ndef (:\n"})
    found = load(top, replace(Configuration(), exclude=("m/versions/1.py", "4.py")))
    assert [r.revision.id for r in found.checked] == ["b2", "c3"]
    assert found.problems == ()
    assert found.schema_before("b2").table(USERS) is not None


def test_two_files_with_one_id_are_both_kept(tree: Tree) -> None:
    top = tree({**FILES, "m/versions/9.py": revision_text("c3", "b2", ADD)})
    found = load(top)
    assert (found.graph.duplicates, len(found.checked)) == (("c3",), 4)
    assert found.readings["c3"].revision.path == "m/versions/9.py"
    first = found.at(top / "m/versions/3.py")
    assert isinstance(first, Reading)
    assert found.context_of(first).revision.path == "m/versions/3.py"


@pytest.mark.parametrize("name", ["m/versions/3.py", "m/versions/new.py", "elsewhere.py"])
def test_stdin_replaces_or_adds_a_file(tree: Tree, name: str) -> None:
    top = tree(FILES)
    text = revision_text("c3" if "3" in name else "d4", "b2", ADD)
    found = load_text(text, Path(name), find_project(top / name, config=None), Configuration())
    reading = found.at(top / name)
    assert isinstance(reading, Reading)
    assert (reading.text, reading.revision.path) == (text, name)
    assert len(found.readings) == (3 if "3" in name else 4)
    assert found.schema_before(reading.revision.id).table(USERS) is not None


def test_a_replaced_file_leaves_the_first_workspace_as_it_was(tree: Tree) -> None:
    top = tree(FILES)
    first = load(top)
    second = first.with_text("def (:\n", top / "m/versions/2.py")
    assert isinstance(second.at(top / "m/versions/2.py"), NotRevision)
    assert (first.graph.missing, len(second.graph.missing)) == ((), 1)
    assert first.files[top / "m/versions/1.py"] is second.files[top / "m/versions/1.py"]


@pytest.mark.parametrize(
    ("name", "text", "columns"),
    [
        ("2.py", revision_text("b2", "a1", ADD.replace("tier", "rank")), ["id", "rank"]),
        ("3.py", revision_text("c3", "b2", ADD.replace("tier", "rank")), ["id", "tier"]),
        ("3.py", revision_text("c3", "a1"), ["id"]),
        ("2.py", revision_text("x9", "a1"), None),
    ],
)
def test_an_edit_keeps_only_the_folds_it_cannot_have_changed(tree: Tree, name: str, text: str, columns) -> None:
    top = tree(FILES)
    first = load(top)
    assert first.schema_before("c3").complete
    edited = first.with_text(text, top / "m/versions" / name)
    afresh = load_text(text, top / "m/versions" / name, first.layout, first.configuration)
    for revision in edited.graph.order:
        assert edited.schema_before(revision) == afresh.schema_before(revision)
    state = edited.schema_before("c3").table(USERS)
    assert (sorted(state.columns) if state else None) == columns


def test_a_project_without_configuration(tree: Tree) -> None:
    top = tree({"r/1.py": FILES["m/versions/1.py"], "r/2.py": FILES["m/versions/2.py"]})
    found = load(top / "r")
    assert (found.graph.heads, found.env.path, found.env.autocommit) == (("b2",), None, True)
