"""`migfix apply`: what is written, what stays, and when it refuses."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cli_project import EMAIL, TABLES, UNIQUE, Project, Run, revision

GOLDEN = Path(__file__).parent / "golden"
TIER = '    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False))'


def test_writes_what_is_safe_and_says_what_stays(project: Project, run: Run, snapshot) -> None:
    project.add("d4_unique.py", revision("d4", "c3", UNIQUE))
    project.add("e5_tier.py", revision("e5", "d4", TIER))
    before = project.texts()
    result = run("apply", "--yes")
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(result.output, "apply.txt")
    assert result.exit_code == 1
    assert [n for n, t in project.texts().items() if t != before[n]] == ["b2_two.py", "c3_one.py"]


def test_a_second_run_changes_nothing(project: Project, run: Run) -> None:
    assert run("apply", "--yes").exit_code == 0
    before = project.texts()
    again = run("apply", "--yes")
    assert (0, before) == (again.exit_code, project.texts())
    assert run("check").exit_code == 0


def test_review_needs_its_inputs(project: Project, run: Run) -> None:
    project.add("d4_tier.py", revision("d4", "c3", TIER))
    before = project.text("d4_tier.py")
    without = run("apply", "--yes", "--review", "d4")
    assert (1, before) == (without.exit_code, project.text("d4_tier.py"))
    assert '--value users.tier="…"' in without.stderr
    given = run("apply", "--yes", "--review", "--value", "users.tier='free'", "d4")
    assert 'server_default="free"' in project.text("d4_tier.py"), given.output


def test_an_answer_that_is_no_value_is_named(project: Project, run: Run) -> None:
    project.add("d4_tier.py", revision("d4", "c3", TIER))
    before = project.text("d4_tier.py")
    done = run("apply", "--yes", "--review", "--value", "users.tier='free", "d4")
    assert (1, before) == (done.exit_code, project.text("d4_tier.py"))
    assert "`'free` does not answer: Which SQL expression is the value of users.tier" in done.stderr


def test_a_value_alone_is_no_consent(project: Project, run: Run) -> None:
    project.add("d4_tier.py", revision("d4", "c3", TIER))
    before = project.text("d4_tier.py")
    run("apply", "--yes", "--value", "users.tier='free'", "d4")
    assert before == project.text("d4_tier.py")


def test_dry_run_prints_the_diff_and_writes_nothing(project: Project, run: Run) -> None:
    before = project.texts()
    result = run("apply", "--dry-run")
    assert (1, before) == (result.exit_code, project.texts())
    subprocess.run(["git", "apply", "-"], input=result.stdout_bytes, check=True)
    written = project.texts()
    for name, text in before.items():
        (project.versions / name).write_bytes(text)
    run("apply", "--yes")
    assert written == project.texts()


def test_without_a_terminal_nothing_is_written_unasked(project: Project, run: Run) -> None:
    before = project.texts()
    assert (2, before) == (run("apply").exit_code, project.texts())


def test_published_revisions_are_refused(project: Project, run: Run) -> None:
    project.publish()
    before = project.texts()
    result = run("apply", "--yes", "--all")
    assert (2, before) == (result.exit_code, project.texts())
    assert result.stderr == (
        "migfix: migrations/versions/b2_two.py, migrations/versions/c3_one.py: published on main, so a database may "
        "have run it, and an edit would change nothing there; `migfix apply --new-revision` finishes in a new revision "
        "what it left undone; if no database has run it, let --check-db ask them, or say so with --unapplied\n"
        "`migfix apply --dry-run` shows all; nothing was written\n"
    )


def test_a_published_revision_stays_so_when_its_file_is_moved(project: Project, run: Run) -> None:
    project.publish()
    (project.versions / "b2_two.py").rename(project.versions / "2025_b2_two.py")
    (project.root / "old").mkdir()
    (project.versions / "c3_one.py").rename(project.root / "old" / "c3_one.py")
    (project.root / "alembic.ini").write_text(
        "[alembic]\nscript_location = migrations\nversion_locations = migrations/versions old\n"
    )
    result = run("apply", "--yes", "--allow-dirty")
    assert (result.exit_code, "old/c3_one.py: published on main" in result.stderr) == (2, True), result.output


def test_the_users_word_goes_with_a_warning(project: Project, run: Run) -> None:
    project.publish()
    result = run("apply", "--yes", "--all", "--unapplied", "-q")
    assert (result.exit_code, result.stderr[:9]) == (0, "Warning: ")
    assert (
        "migrations/versions/b2_two.py, migrations/versions/c3_one.py: published on main; edited on your word that no "
        "database has run it (--unapplied)"
    ) in result.stderr


def test_without_git_every_revision_but_the_head_counts_as_published(project: Project, run: Run) -> None:
    project.forget()
    before = project.texts()
    refused = run("apply", "--yes", "--all")
    assert (2, before) == (refused.exit_code, project.texts())
    assert refused.stderr.count("every revision but the heads counts as published") == 1
    assert "b2_two.py: counts as published: no head, so a database may have run it" in refused.stderr
    head = run("apply", "--yes")
    assert (head.exit_code, [n for n, t in project.texts().items() if t != before[n]]) == (0, ["c3_one.py"])
    assert "2 revisions left out; --all or a name looks at them too." in head.stderr
    assert run("apply", "--yes", "--all", "--unapplied").exit_code == 0


def test_through_is_the_users_word_of_what_has_run(project: Project, run: Run) -> None:
    project.publish()
    before = project.texts()
    refused = run("apply", "--yes", "--all", "--applied-through", "b2")
    assert (2, before) == (refused.exit_code, project.texts())
    assert "b2_two.py: applied, says --applied-through b2, so an edit would change nothing there" in refused.stderr
    result = run("apply", "--yes", "c3", "--applied-through", "b2")
    assert (result.exit_code, [n for n, t in project.texts().items() if t != before[n]]) == (0, ["c3_one.py"])
    assert (
        "c3_one.py: published on main; edited all the same, since you say that nothing after b2 has run"
        in result.stderr
    )


def test_an_unknown_revision_of_applied_through_is_a_usage_error(project: Project, run: Run) -> None:
    result = run("apply", "--yes", "--applied-through", "zz")
    assert (
        result.exit_code,
        result.stderr,
    ) == (2, "migfix: zz: no such revision; the project shop has 3 revisions\n")


def test_a_label_is_not_counted_as_a_revision(project: Project, run: Run) -> None:
    labelled = project.text("a1_users.py").replace("branch_labels = None", 'branch_labels = ("shop",)')
    project.add("a1_users.py", labelled)
    result = run("apply", "--yes", "--applied-through", "zz")
    assert result.stderr == "migfix: zz: no such revision; the project shop has 3 revisions\n"


def test_new_revisions_of_a_branch_are_written(project: Project, run: Run) -> None:
    project.publish()
    project.add("d4_new.py", revision("d4", "c3", '    op.create_index("ix_users_id", "users", ["id"])'))
    before = project.texts()
    assert run("apply", "--yes").exit_code == 0
    assert [n for n, t in project.texts().items() if t != before[n]] == ["d4_new.py"]


def test_two_heads_are_made_one_with_review(project: Project, run: Run) -> None:
    project.add("d4_left.py", revision("d4", "c3", "    pass"))
    project.add("d5_right.py", revision("d5", "c3", "    pass"))
    safe = run("apply", "--yes")
    assert "MF801 multiple-heads stays" in safe.stderr
    result = run("apply", "--yes", "--review")
    assert "MF801" in result.stdout, result.output
    assert "MF801" not in run("check", "--all").stdout


def test_encodings_and_line_ends_survive(project: Project, run: Run) -> None:
    text = "# coding: latin-1\n" + revision("d4", "c3", EMAIL + "  # café")
    path = project.add("d4_latin.py", text.encode("latin-1").replace(b"\n", b"\r\n"))
    assert run("apply", "--yes", "d4").exit_code == 0
    written = path.read_bytes()
    assert "café".encode("latin-1") in written
    assert written.count(b"\n") == written.count(b"\r\n")


def test_nothing_to_do_exits_0(project: Project, run: Run) -> None:
    project.add("a1_users.py", revision("a1", None, TABLES))
    result = run("apply", "--yes", "a1")
    assert (result.exit_code, result.stdout) == (0, "")
