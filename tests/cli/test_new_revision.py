"""`migfix apply --new-revision`: what it writes, what it refuses, and what it says it did not look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_project import Project, Run, revision

GOLDEN = Path(__file__).parent / "golden"
UNVALIDATED = """    op.create_foreign_key(
        "fk_users_boss", "users", "users", ["boss_id"], ["id"], postgresql_not_valid=True
    )"""
BOSS = '    op.add_column("users", sa.Column("boss_id", sa.Integer(), nullable=True))'
BUILT = """    with op.get_context().autocommit_block():
        op.create_index("ix_users_boss", "users", ["boss_id"], postgresql_concurrently=True, if_not_exists=True)"""
LAST = '    op.add_column("users", sa.Column("nick", sa.String(20), nullable=True))'


@pytest.fixture
def behind(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose applied revisions left a constraint unvalidated, and an index that may be invalid."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    project.add("d4_boss.py", revision("d4", "c3", f"{BOSS}\n{UNVALIDATED}"))
    project.add("e5_index.py", revision("e5", "d4", BUILT))
    project.add("f6_nick.py", revision("f6", "e5", LAST))
    return project


def _new(project: Project, before: dict[str, bytes]) -> list[str]:
    return [name for name in project.texts() if name not in before]


def test_one_revision_finishes_all_and_no_file_is_edited(behind: Project, run: Run, snapshot) -> None:
    before = behind.texts()
    result = run("apply", "--new-revision", "--yes", "--applied-through", "f6")
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(result.output, "new_revision.txt")
    assert result.exit_code == 0
    (made,) = _new(behind, before)
    assert run("check", f"migrations/versions/{made}").exit_code == 0
    assert before == {n: t for n, t in behind.texts().items() if n in before}
    assert 'down_revision: Union[str, Sequence[str], None] = "f6"' in behind.text(made).replace("'", '"')


def test_a_second_command_writes_nothing(behind: Project, run: Run) -> None:
    run("apply", "--new-revision", "--yes", "--applied-through", "f6")
    before = behind.texts()
    again = run("apply", "--new-revision", "--yes", "--applied-through", "f6")
    assert (again.exit_code, behind.texts()) == (0, before)
    assert "nothing is left to finish" in again.stderr


def test_one_per_writes_a_chain(behind: Project, run: Run) -> None:
    before = behind.texts()
    run("apply", "--new-revision", "--one-per", "--yes", "--applied-through", "f6")
    made = [behind.text(n).replace("'", '"') for n in _new(behind, before)]
    assert len(made) == 2
    assert sorted('= "f6"' in text for text in made) == [False, True]


def test_only_and_names_narrow_what_is_finished(behind: Project, run: Run) -> None:
    before = behind.texts()
    run("apply", "--new-revision", "--only", "invalid-index", "--yes", "--applied-through", "f6")
    assert [n.partition("_")[2] for n in _new(behind, before)] == ["rebuild_ix_users_boss_where_invalid.py"]
    before = behind.texts()
    run("apply", "--new-revision", "--yes", "--applied-through", "f6", "d4")
    assert [n.partition("_")[2] for n in _new(behind, before)] == ["validate_fk_users_boss.py"]


def test_message_and_id_are_the_users(behind: Project, run: Run) -> None:
    options = ("--message", "tidy up", "--rev-id", "tidy1")
    run("apply", "--new-revision", "--yes", "--applied-through", "f6", *options)
    assert 'revision: str = "tidy1"' in behind.text("tidy1_tidy_up.py").replace("'", '"')


def test_dry_run_writes_nothing(behind: Project, run: Run) -> None:
    before = behind.texts()
    result = run("apply", "--new-revision", "--dry-run", "--applied-through", "f6")
    assert (result.exit_code, behind.texts()) == (1, before)
    assert "+++ b/migrations/versions/" in result.stdout
    assert "VALIDATE CONSTRAINT fk_users_boss" in result.stdout


def test_what_needs_review_stays_with_its_reason(project: Project, run: Run) -> None:
    project.add("d4_boss.py", revision("d4", "c3", f"{BOSS}\n{UNVALIDATED.replace(', postgresql_not_valid=True', '')}"))
    before = project.texts()
    result = run("apply", "--new-revision", "--yes", "--applied-through", "d4")
    assert (result.exit_code, project.texts()) == (1, before)
    assert "foreign-key-without-index stays" in result.stderr
    assert "--review" in result.stderr
    assert run("apply", "--new-revision", "--yes", "--review", "--applied-through", "d4").exit_code == 0
    assert len(_new(project, before)) == 1


REFUSED = {
    "a revision that has not run": (["--applied-through", "d4", "f6"], "`migfix apply` rewrites it in place"),
    "an id that is taken": (["--applied-through", "f6", "--rev-id", "a1"], "a revision has it already"),
    "an id that is too long": (["--applied-through", "f6", "--rev-id", "x" * 33], "32 characters"),
    "one id for several": (["--applied-through", "f6", "--rev-id", "x", "--one-per"], "may write several"),
    "a folder that Alembic does not read": (["--applied-through", "f6", "--version-path", "."], "does not look there"),
    "a head that is none": (["--applied-through", "f6", "--head", "a1"], "not a head"),
    "an unknown kind": (["--only", "nonsense"], "never-validated"),
    "a layout": (["--layout", "single"], "about edits"),
    "a proof": (["--verify"], "about edits"),
    "changes since a commit": (["--since", "HEAD"], "about those that ran"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses_in_one_line(behind: Project, run: Run, case: str) -> None:
    options, expected = REFUSED[case]
    before = behind.texts()
    result = run("apply", "--new-revision", "--yes", *options)
    assert (result.exit_code, behind.texts()) == (2, before), result.output
    assert expected in result.stderr
    assert "Traceback" not in result.output


def test_several_heads_are_named(behind: Project, run: Run) -> None:
    behind.add("g7_other.py", revision("g7", "e5", LAST))
    result = run("apply", "--new-revision", "--yes", "--applied-through", "f6")
    assert result.exit_code == 2
    assert "2 heads, f6, g7" in result.stderr
    assert "migfix status" in result.stderr
    before = behind.texts()
    assert run("apply", "--new-revision", "--yes", "--applied-through", "f6", "--head", "g7").exit_code == 0
    assert len(_new(behind, before)) == 1


def test_what_another_head_drops_is_left_until_the_heads_are_one(behind: Project, run: Run) -> None:
    behind.add(
        "g7_side.py", revision("g7", "e5", '    op.drop_constraint("fk_users_boss", "users", type_="foreignkey")')
    )
    before = behind.texts()
    result = run(
        "apply", "--new-revision", "--yes", "--head", "f6", "--only", "never-validated", "--applied-through", "f6"
    )
    assert (result.exit_code, behind.texts()) == (1, before)
    assert "a revision of another head renames, drops or changes what it is about" in " ".join(result.stderr.split())


def test_a_broken_graph_is_not_followed(behind: Project, run: Run) -> None:
    behind.add("g7_lost.py", revision("g7", "nowhere", LAST))
    result = run("apply", "--new-revision", "--yes", "--applied-through", "f6")
    assert result.exit_code == 2
    assert "the revision graph is broken" in result.stderr


def test_options_of_a_new_revision_need_it(project: Project, run: Run) -> None:
    result = run("apply", "--yes", "--head", "c3", "--one-per")
    assert result.exit_code == 2
    assert "--head and --one-per are about --new-revision" in result.stderr
