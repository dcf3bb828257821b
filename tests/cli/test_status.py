"""`migfix status`: the tree, what is wrong first, databases side by side."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from cli_project import EMAIL, NAME, Project, Run, revision
from json_schema import problems, schema

from migfix.cli.commands.demo import copy_project
from migfix.cli.lanes import lanes
from migfix.model.graph import Graph
from migfix.model.revision import Identifiers
from migfix.model.walk import history

GOLDEN = Path(__file__).parent / "golden"


def database(name: str, *versions: str, table: bool = True) -> str:
    """An SQLite file that stands at these versions; answers what `--check-db` takes."""
    connection = sqlite3.connect(f"{name}.db")
    if table:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.executemany("INSERT INTO alembic_version VALUES (?)", [(v,) for v in versions])
    connection.commit()
    connection.close()
    return f"{name}=sqlite:///{name}.db"


def branches(project: Project) -> None:
    """Two labelled branches that meet, then two heads of which one depends on the other."""
    left = revision("d4_left", "c3", EMAIL, message="left").replace("labels = None", 'labels = ("web",)')
    project.add("d4_left.py", left)
    project.add("d5_right.py", revision("d5_right", "c3", "    pass", message="right"))
    merge = revision("e6_merge", None, "    pass", message="merge").replace("= None", '= ("d4_left", "d5_right")', 1)
    project.add("e6_merge.py", merge)
    project.add("f7_head.py", revision("f7_head", "e6_merge", NAME, message="one head"))
    other = revision("f8_head", "d5_right", "    pass", message="another head")
    project.add("f8_head.py", other.replace("depends_on = None", 'depends_on = "d4_left"'))


def said(run: Run, *args: str, columns: str = "80") -> tuple[int, str]:
    result = run("status", *args, COLUMNS=columns)
    return result.exit_code, result.stdout


def test_the_tree(project: Project, run: Run, snapshot) -> None:
    project.publish()
    branches(project)
    code, text = said(run)
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(text, "status.txt")
    assert code == 1
    assert max(map(len, text.splitlines())) <= 80


def test_databases_side_by_side(project: Project, run: Run, snapshot) -> None:
    project.publish()
    branches(project)
    asked = [
        *("--check-db", database("production", "b2")),
        *("--check-db", database("staging", "d4_left", "d5_right")),
        *("--check-db", database("fresh", table=False)),
        *("--check-db", database("empty")),
    ]
    result = run("status", *asked, COLUMNS="80")
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(result.stdout, "status_databases.txt")
    assert result.stderr == (
        "fresh has no alembic_version table: nothing has run there.\n"
        "empty has an empty alembic_version table: nothing has run there.\n"
    )
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_json_is_the_documented_envelope(project: Project, run: Run) -> None:
    branches(project)
    asked = ["--check-db", database("production", "b2"), "--check-db", database("staging", "gone")]
    result = run("status", "--format", "json", *asked)
    answer = json.loads(result.stdout)
    assert problems(answer, schema("migfix-status/1")) == []
    assert {r["revision"]: r["state"] for r in answer["revisions"]}["b2"] == "applied"
    assert [(d["name"], d["unknown"]) for d in answer["databases"]] == [("production", []), ("staging", ["gone"])]
    assert result.exit_code == 1


def test_the_page_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """The block in docs/history.md; dates are those of the day."""
    copy_project(tmp_path / "valuations")
    monkeypatch.chdir(tmp_path / "valuations")
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "x"]):
        who = ["-c", "user.name=Ann Lee", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *words], check=True, env={**os.environ, "GIT_AUTHOR_DATE": "2025-11-12T07:10:00"})
    databases = {
        "production": ["dc2c0f69c1b1"],
        "staging": ["89a67cacf69a"],
        "testing": ["89a67cacf69a", "658051b7d4f9"],
    }
    asked = [word for name, at in databases.items() for word in ("--check-db", database(name, *at))]
    printed = run("status", *asked, COLUMNS="80").stdout.splitlines()
    page = (Path(__file__).parents[2] / "docs" / "history.md").read_text()
    block = page.partition("--check-db testing=URL\n")[2].partition("\n```")[0].splitlines()
    assert len(block) > 30
    assert [line for line in block if line not in ("…", *printed)] == []


def test_a_long_stretch_is_one_line_unless_all_is_asked_for(project: Project, run: Run) -> None:
    for number in range(4, 300):
        project.add(f"r{number}.py", revision(f"r{number}", "c3" if number == 4 else f"r{number - 1}", "    pass"))
    project.publish()
    project.add("s1.py", revision("s1", "r299", "    pass"))
    started = time.monotonic()
    code, text = said(run)
    assert (code, time.monotonic() - started < 3) == (0, True)
    assert len(text.splitlines()) < 15
    assert "298 revisions, published: r299 to b2" in text
    assert len(said(run, "--all")[1].splitlines()) > 300


def test_labelled_branches_are_no_problem_and_heads_are_called_as_alembic_calls_them(
    project: Project, run: Run
) -> None:
    for name, label, needed in (("expand", "expand", "None"), ("contract", "contract", '"expand1"')):
        text = revision(f"{name}1", "c3", "    pass", message=name).replace("labels = None", f'labels = ("{label}",)')
        project.add(f"{name}1.py", text.replace("depends_on = None", f"depends_on = {needed}"))
    code, text = said(run)
    assert code == 0
    assert "contract1  new  " in text
    assert "(head, label contract, needs expand1) contract" in text
    assert "(effective head, label expand, needed by contract1)" in text
    assert ", 2 heads." in text


def test_a_sound_project_exits_0(project: Project, run: Run) -> None:
    assert said(run)[0] == 0


def test_an_unreachable_database_is_named_beside_the_others(project: Project, run: Run) -> None:
    nowhere = "staging=postgresql://me:s3cret-word@127.0.0.1:1/shop"
    result = run("status", "--check-db", database("production", "c3"), "--check-db", nowhere)
    assert (result.exit_code, "s3cret-word" in result.output) == (2, False)
    assert "the database staging cannot be asked what has run there: connection failed" in result.stdout
    assert "here" in result.stdout


@pytest.mark.parametrize(
    "args",
    [
        ["status", "postgresql://me:s3cret-word@host/shop"],
        ["apply", "--yes", "postgresql://me:s3cret-word@host/shop"],
        ["apply", "--check-db", "live=me:s3cret-word@host", "--yes"],
        ["check", "--applied-through", "postgresql://me:s3cret-word@host/shop"],
        ["check", "--format", "postgresql://me:s3cret-word@host/shop"],
    ],
)
def test_a_url_in_the_wrong_place_keeps_its_password(project: Project, run: Run, args: list[str]) -> None:
    result = run(*args)
    assert (result.exit_code, "s3cret-word" in result.output) == (2, False), result.output


def test_a_word_after_check_db_that_is_no_url_stands_for_itself(project: Project, run: Run) -> None:
    (project.root / "migrations" / "env.py").write_text("raise RuntimeError('asked')\n")
    result = run("check", "--check-db", "b2")
    assert result.stderr == "migfix: the project's database cannot be asked what has run there: RuntimeError: asked\n"
    assert run("check", "--check-db", database("live", "a1"), "b2").exit_code == 1


def test_a_project_without_revisions(project: Project, run: Run) -> None:
    for path in project.versions.glob("*.py"):
        path.unlink()
    code, text = said(run, columns="100")
    assert (code, text) == (
        0,
        "\n0 revisions (none), 0 heads. Published: what main or a tag has; --check-db asks databases.\n",
    )


@pytest.mark.parametrize("seed", range(60))
def test_every_revision_has_its_line_in_the_lanes(seed: int) -> None:
    choice = random.Random(seed)
    names = [f"r{n}" for n in range(choice.randint(1, 12))]
    parents = {n: choice.sample(names[:i], min(i, choice.choice([0, 1, 1, 1, 2, 3]))) for i, n in enumerate(names)}
    graph = Graph.build(Identifiers(revision=n, down_revisions=tuple(p)) for n, p in parents.items())
    order = history(graph)
    drawn = list(lanes(order, graph.parents))
    assert [n for _, n in drawn if n is not None] == list(order)
    assert all(line.count("*") == (name is not None) for line, name in drawn)


def test_nothing_is_written_when_a_database_does_not_answer(project: Project, run: Run) -> None:
    before = project.texts()
    result = run("apply", "--yes", "--check-db", "production=sqlite:///missing.db")
    assert (2, before) == (result.exit_code, project.texts())
    assert (
        result.stderr
        == "migfix: the database production cannot be asked what has run there: no such file: missing.db\n"
    )
    assert not Path("missing.db").exists()


def test_a_revision_that_a_database_has_run_is_not_edited(project: Project, run: Run) -> None:
    before = project.texts()
    result = run("apply", "--yes", "--check-db", database("staging", "b2"))
    assert (2, before) == (result.exit_code, project.texts())
    assert (
        "migrations/versions/b2_two.py: applied in staging, so an edit would change nothing there and the histories "
        "would part; `migfix apply --new-revision` finishes in a new revision what it left undone\n"
        "`migfix apply c3` writes those that may be edited; `migfix apply --dry-run` shows all; nothing was written\n"
    ) in result.stderr


def test_a_diff_of_what_has_run_says_that_it_would_be_refused(project: Project, run: Run) -> None:
    result = run("suggest", "b2", "--check-db", database("staging", "b2"))
    assert "+++ b/migrations/versions/b2_two.py" in result.stdout
    assert "`migfix apply` would refuse: migrations/versions/b2_two.py: applied in staging" in result.stderr


def test_findings_carry_the_state_of_their_revision(project: Project, run: Run) -> None:
    project.publish()
    project.add("d4_new.py", revision("d4", "c3", EMAIL))
    answer = json.loads(run("check", "--all", "--format", "json", "--check-db", database("staging", "b2")).stdout)
    states = {f["revision"]: f["state"] for f in answer["findings"]}
    assert states == {"b2": "applied", "c3": "published", "d4": "new"}


def test_a_published_revision_that_no_database_asked_has_run_is_edited_on_their_word(
    project: Project, run: Run
) -> None:
    project.publish()
    asked = ["--check-db", database("production", "b2"), "--check-db", database("staging", "a1")]
    result = run("apply", "--yes", "c3", *asked)
    assert result.exit_code == 0
    assert (
        "Warning: migrations/versions/c3_one.py: published on main; edited all the same, since production "
        "and staging, asked, have not run it\n"
    ) in result.stderr


def test_a_database_ahead_of_the_code_stops_every_edit(project: Project, run: Run) -> None:
    project.publish()
    project.git("checkout", "-q", "-b", "feature")
    project.add("d4_new.py", revision("d4f00ba4", "c3", EMAIL))
    project.publish()
    project.git("checkout", "-q", "main")
    before = project.texts()
    asked = ["--check-db", database("staging", "d4f00ba4")]
    result = run("apply", "--yes", "--all", *asked)
    assert (2, before) == (result.exit_code, project.texts())
    assert (
        "staging is at d4f00ba4, which no revision file here has, so what has run there is not known" in result.stderr
    )
    following = run("apply", "--new-revision", "--yes", *asked)
    assert (2, before) == (following.exit_code, project.texts())
    assert "a new revision here could not follow it; get the code that it runs first" in following.stderr
    code, text = said(run, *asked, columns="200")
    assert code == 1
    assert "staging is at d4f00ba4, which no revision file here has: git has it on feature" in text


@pytest.mark.parametrize(
    ("name", "parent", "expected"),
    [
        ("d4", "gone", "d4.py: its down_revision names 'gone', which is no revision of this project"),
        ("a1", "c3", "a1, b2, c3 come before themselves: `alembic` refuses to load a cycle"),
        ("b2", "a1", "b2_two.py and migrations/versions/zz_b2.py have the same revision id 'b2'"),
    ],
)
def test_a_broken_graph_is_shown_first(project: Project, run: Run, name: str, parent: str, expected: str) -> None:
    project.add({"a1": "a1_users.py", "b2": "zz_b2.py"}.get(name, f"{name}.py"), revision(name, parent, "    pass"))
    code, text = said(run, columns="200")
    assert (code, expected in text.splitlines()[0]) == (1, True), text
    assert "move 1" not in text


@pytest.mark.parametrize(
    ("name", "parent", "expected"),
    [
        (
            "d4.py",
            "gone",
            "d4.py: its history is broken, so that what runs before it is not known: the down_revision of d4",
        ),
        (
            "a1_users.py",
            "c3",
            "c3_one.py: its history is broken, so that what runs before it is not known: a1, b2, c3 come",
        ),
        (
            "zz_b2.py",
            "a1",
            "c3_one.py: its history is broken, so that what runs before it is not known: several files have",
        ),
    ],
)
def test_nothing_is_written_into_a_broken_history(
    project: Project, run: Run, name: str, parent: str, expected: str
) -> None:
    identifier = {"a1_users.py": "a1", "zz_b2.py": "b2"}.get(name, "d4")
    project.add(name, revision(identifier, parent, EMAIL))
    before = project.texts()
    for more in ([], ["--unapplied"]):
        result = run("apply", "--yes", "--allow-dirty", *more)
        assert (2, before) == (result.exit_code, project.texts())
        assert expected in result.stderr


def test_a_deleted_file_is_found_in_git(project: Project, run: Run) -> None:
    project.publish()
    (project.versions / "b2_two.py").unlink()
    project.publish()
    code, text = said(run, columns="200")
    text = " ".join(text.split())
    assert code == 1
    assert (
        "c3_one.py: its down_revision names 'b2', which is no revision of this project; its file was deleted in" in text
    )


def test_lanes() -> None:
    parents = {"f": ("e",), "g": ("d",), "e": ("c", "d"), "d": ("b",), "c": ("b",), "b": ("a",), "x": ()}
    drawn = [f"{line:8}{name or ''}".rstrip() for line, name in lanes("fgecdbxa", parents)]
    assert drawn == [
        "*       f",
        "| *     g",
        "* |     e",
        "|\\ \\",
        "* | |   c",
        "| |/",
        "| *     d",
        "|/",
        "*       b",
        "| *     x",
        "*       a",
    ]
