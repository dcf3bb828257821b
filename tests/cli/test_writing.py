"""How moves end: what they refuse to overwrite, the hooks, the files that name a head, and how all is taken back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_project import EMAIL, NAME, TABLES, Project, Run, revision
from click.testing import Result

HOOKS = """
[post_write_hooks]
hooks = {names}
stamp.type = module
stamp.module = stamp
shout.type = exec
shout.executable = {folder}/shout
lost.type = exec
lost.executable = {folder}/there-is-no-such-file
odd.type = registered_in_env
"""
STAMP = """
import sys
with open(sys.argv[1], "a") as file:
    file.write("# stamped\\n")
"""
SHOUT = "#!/bin/sh\necho 'I do not like it' >&2\nexit 3\n"


def files(project: Project) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in project.versions.glob("*.py")}


def two_heads(project: Project) -> None:
    project.add("d4_other.py", revision("d4", "b2", "    pass"))


def merge(run: Run) -> Result:
    """Accept the merge revision, the third of the cures."""
    return run("suggest", "--all", "--interactive", "--unapplied", "--select", "MF801", input="3y")


def hooks(project: Project, *names: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project.root.as_posix()
    ini = project.root / "alembic.ini"
    ini.write_text(ini.read_text() + HOOKS.format(names=", ".join(names), folder=folder))
    (project.root / "stamp.py").write_text(STAMP)
    (project.root / "shout").write_text(SHOUT)
    (project.root / "shout").chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", folder)


def test_undo_gives_back_every_byte(project: Project, run: Run) -> None:
    project.add("e5_odd.py", "# coding: latin-1\r\n# Größe\r\n".encode("latin-1") + revision("e5", "c3", NAME).encode())
    before = files(project)
    assert run("apply", "--all", "--yes", "--unapplied").stdout.count("rewritten") == 4
    assert files(project) != before
    result = run("apply", "--undo", "--yes")
    assert (result.exit_code, result.stdout) == (
        0,
        "restore: migrations/versions/b2_two.py, migrations/versions/c3_one.py and migrations/versions/e5_odd.py\n"
        "Undone: 3 files.\n",
    )
    assert files(project) == before
    again = run("apply", "--undo", "--yes")
    assert (again.exit_code, again.stdout) == (0, "Nothing to undo.\n")


def test_undo_takes_back_what_was_accepted_in_a_review(project: Project, run: Run) -> None:
    before = files(project)
    run("suggest", "b2", "--interactive", input="yy")
    assert files(project) != before
    run("apply", "--undo", "--yes")
    assert files(project) == before


def test_undo_removes_files_that_were_new_and_says_what_to_mind(project: Project, run: Run) -> None:
    two_heads(project)
    before = files(project)
    merge(run)
    (new,) = files(project).keys() - before.keys()
    result = run("apply", "--undo", "--yes")
    assert result.stdout == f"remove: migrations/versions/{new}\nUndone: 1 file.\n"
    assert result.stderr == (
        "A database that has run a removed revision meanwhile must be downgraded first: put the file back.\n"
    )
    assert files(project) == before


def test_undo_asks_and_a_dry_run_only_says(project: Project, run: Run) -> None:
    run("apply", "b2", "--yes")
    after = files(project)
    result = run("apply", "--undo", "--dry-run")
    assert (result.stdout, result.stderr) == (
        "restore: migrations/versions/b2_two.py\n",
        "Dry run: nothing was undone.\n",
    )
    unasked = run("apply", "--undo")
    assert (unasked.exit_code, unasked.stdout) == (2, "")
    assert files(project) == after


def test_undo_refuses_files_that_were_changed_since(project: Project, run: Run) -> None:
    run("apply", "--all", "--yes")
    (project.versions / "b2_two.py").write_text("# mine\n")
    after = files(project)
    result = run("apply", "--undo", "--yes")
    assert (result.exit_code, result.stderr) == (
        2,
        "migfix: migrations/versions/b2_two.py: changed since migfix wrote it, so nothing was undone; put it back "
        "first, or use git\n",
    )
    assert files(project) == after


@pytest.mark.parametrize("other", [["--new-revision"], ["--verify"]])
def test_undo_stands_alone(project: Project, run: Run, other: list[str]) -> None:
    result = run("apply", "--undo", "--yes", *other)
    assert (result.exit_code, "--undo stands alone" in result.stderr) == (2, True)
    named = run("apply", "--undo", "--yes", "b2")
    assert (named.exit_code, named.stderr) == (
        2,
        "migfix: --undo takes back the whole last writing; leave the revisions out\n",
    )


def test_uncommitted_changes_are_not_mixed_with_ours(project: Project, run: Run) -> None:
    project.publish()
    path = project.versions / "b2_two.py"
    path.write_text(path.read_text() + "# not committed\n")
    before = files(project)
    result = run("apply", "b2", "--yes", "--unapplied")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "migfix: migrations/versions/b2_two.py: has changes that are not committed, so nothing was written; commit or "
        "stash them, or give --allow-dirty (`migfix apply --undo` gives back the file as it is now)"
    )
    assert (result.stdout, files(project)) == ("", before)
    assert run("apply", "b2", "--yes", "--unapplied", "--allow-dirty").exit_code == 0
    assert files(project) != before
    run("apply", "--undo", "--yes")
    assert files(project) == before


def test_a_dirty_file_that_stays_as_it_is_does_not_matter(project: Project, run: Run) -> None:
    project.publish()
    (project.versions / "a1_users.py").write_text(revision("a1", None, TABLES) + "# not committed\n")
    assert run("apply", "b2", "--yes", "--unapplied").exit_code == 0


def test_new_files_have_nothing_to_lose(project: Project, run: Run) -> None:
    project.git("add", ".")
    path = project.versions / "b2_two.py"
    path.write_text(path.read_text() + "# not staged\n")
    assert run("apply", "b2", "--yes").exit_code == 0


def test_what_a_person_accepts_is_written_and_said(project: Project, run: Run) -> None:
    project.publish()
    path = project.versions / "b2_two.py"
    path.write_text(path.read_text() + "# not committed\n")
    result = run("suggest", "b2", "--interactive", "--unapplied", input="yy")
    assert "migrations/versions/b2_two.py had changes that are not committed; `migfix apply --undo`" in result.stderr
    assert "postgresql_concurrently" in path.read_text()


def test_hooks_run_on_new_files_alone(project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    two_heads(project)
    hooks(project, "stamp", monkeypatch=monkeypatch)
    result = merge(run)
    assert (result.exit_code, "hook" in result.stderr) == (0, False)
    assert [n for n, b in files(project).items() if b.endswith(b"# stamped\n")] == [
        n for n in files(project) if "merge" in n
    ]
    before = len(files(project))
    run("apply", "--undo", "--yes")
    assert len(files(project)) == before - 1


@pytest.mark.parametrize(("option", "stamped"), [("--run-hooks", True), ("--no-run-hooks", False)])
def test_hooks_run_on_every_file_or_none(
    project: Project, run: Run, monkeypatch: pytest.MonkeyPatch, option: str, stamped: bool
) -> None:
    hooks(project, "stamp", monkeypatch=monkeypatch)
    before = files(project)
    assert run("apply", "b2", "--yes", option).exit_code == 0
    assert (project.versions / "b2_two.py").read_text().endswith("# stamped\n") is stamped
    run("apply", "--undo", "--yes")
    assert files(project) == before


def test_hooks_that_fail_are_told(project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks(project, "shout", "lost", "odd", "stamp", monkeypatch=monkeypatch)
    result = run("apply", "b2", "--yes", "--run-hooks", "-q")
    folder = project.root.as_posix()
    assert result.exit_code == 2
    assert result.stderr.splitlines()[:4] == [
        "migrations/versions/b2_two.py: post-write hook shout: ended with exit code 3",
        f"migrations/versions/b2_two.py: post-write hook lost: [Errno 2] No such file or directory: "
        f"'{folder}/there-is-no-such-file'",
        "migrations/versions/b2_two.py: post-write hook odd: No formatter with name 'registered_in_env' registered",
        "  I do not like it",
    ]
    assert result.stderr.splitlines()[-1] == "The files are written; `migfix apply --undo` takes them back."
    assert (project.versions / "b2_two.py").read_text().endswith("# stamped\n")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (".current-alembic-head", "c3\n", "{merge}\n"),
        ("migrations/HEAD", "c3\nd4\n", "{merge}\n"),
        ("migrations/versions/max_migration.txt", "c3_one\r\nd4_other\r\n", "{stem}\r\n"),
    ],
)
def test_files_that_hold_heads_follow(project: Project, run: Run, name: str, before: str, after: str) -> None:
    two_heads(project)
    (project.root / name).write_bytes(before.encode())
    result = merge(run)
    stem = next(p.stem for p in project.versions.glob("*merge*"))
    assert (project.root / name).read_bytes().decode() == after.format(merge=stem.partition("_")[0], stem=stem)
    assert "By hand" not in result.stderr
    run("apply", "--undo", "--yes")
    assert (project.root / name).read_bytes().decode() == before


def test_the_diff_holds_the_files_that_name_a_head(project: Project, run: Run) -> None:
    two_heads(project)
    (project.root / ".current-alembic-head").write_text("d4\n")
    result = run("suggest", "--all", "--unapplied", "--select", "MF801", "--diff")
    dry = run("apply", "--all", "--unapplied", "--review", "--select", "MF801", "--dry-run")
    hunk = "--- a/.current-alembic-head\n+++ b/.current-alembic-head\n@@ -1 +1 @@\n-d4\n+c3\n"
    assert [hunk in r.stdout for r in (result, dry)] == [True, True]


def test_a_template_with_code_is_run_by_apply_alone_and_it_is_said(project: Project, run: Run) -> None:
    two_heads(project)
    (project.root / "migrations/script.py.mako").write_text("<% import os %>\n")
    result = merge(run)
    assert (
        "New revisions have the form of Alembic's own template: migrations/script.py.mako runs code of its own "
        "(<% import os %>), and only `migfix apply` runs it.\n"
    ) in result.stderr


def test_a_file_that_says_more_than_the_head_is_named(project: Project, run: Run) -> None:
    two_heads(project)
    (project.root / "deploy.env").write_text("HEAD=c3\n")
    result = merge(run)
    head = next(p.stem for p in project.versions.glob("*merge*")).partition("_")[0]
    assert f"By hand: deploy.env names c3, the head until now; the head is {head} now\n" in result.stderr
    assert (project.root / "deploy.env").read_text() == "HEAD=c3\n"


def test_notes_that_list_revisions_are_named(project: Project, run: Run) -> None:
    two_heads(project)
    (project.root / "MIGRATION-NOTES").write_text("a1 users\nb2 two indexes\n")
    (project.root / "README.md").write_text("# A project\n\nb2 is fun.\n")
    result = merge(run)
    merged = next(p.stem for p in project.versions.glob("*merge*")).partition("_")[0]
    assert f"By hand: MIGRATION-NOTES lists revisions; new are {merged}\n" in result.stderr
    assert "README" not in result.stderr


def test_a_rewrite_in_place_leaves_head_files_alone(project: Project, run: Run) -> None:
    (project.root / "HEAD").write_text("b2\n")
    assert "HEAD" not in run("apply", "--all", "--yes").stderr
    assert (project.root / "HEAD").read_text() == "b2\n"


def test_two_runs_at_once_do_not_mix(project: Project, run: Run) -> None:
    code = """if True:
        import sys
        from pathlib import Path
        from migfix.moves.journal import Store
        from migfix.read.project import find_project
        with Store.of(find_project(Path.cwd(), config=None)).locked():
            print("held", flush=True)
            sys.stdin.read()
    """
    held = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert held.stdout is not None
    assert held.stdout.readline() == "held\n"
    before = files(project)
    results = [run("apply", "--all", "--yes"), run("apply", "--undo", "--yes")]
    held.communicate("")
    assert [r.exit_code for r in results] == [2, 2]
    assert all(r.stderr.splitlines()[-1].startswith("migfix: another migfix run works on this") for r in results)
    assert files(project) == before


def test_revisions_that_came_meanwhile_stop_the_writing(
    project: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook of git, an editor, or a colleague's pull between reading and writing."""
    from migfix.cli import writing

    real = writing.uncommitted

    def uncommitted(found: object) -> tuple[Path, ...]:
        project.add("z9_new.py", revision("z9", "c3", EMAIL))
        return real(found)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "uncommitted", uncommitted)
    result = run("apply", "b2", "--yes")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2,
        "migfix: migrations/versions/z9_new.py: came or went while this ran, so nothing was written; run again",
    )
    assert "concurrently" not in (project.versions / "b2_two.py").read_text()
