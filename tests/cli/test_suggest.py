"""`migfix suggest`: every key, keys piped in, and the diff without a terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_project import EMAIL, Project, Run, revision

from migfix.cli.commands.demo import copy_project
from migfix.cli.core import core
from migfix.cli.opening import open_project
from migfix.cli.options import Request
from migfix.cli.review import Review

GOLDEN = Path(__file__).parent / "golden"


def talk(run: Run, keys: str, *args: str, **env: str):
    return run("suggest", "--interactive", *args, input=keys, **env)


def rewritten(project: Project) -> list[str]:
    """The indexes that are built concurrently by now."""
    text = b"".join(project.texts().values()).decode()
    names = ("ix_users_email", "ix_users_name", "ix_users_both")
    return [n for n in names if re.search(rf'create_index\(\s*"{n}"[^)]*concurrently=True', text)]


def test_a_whole_conversation(project: Project, run: Run, snapshot) -> None:
    result = talk(run, "?wSlsx\n2kynj\nq")
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(result.output, "conversation.txt")
    assert (result.exit_code, rewritten(project)) == (1, ["ix_users_email"])


@pytest.mark.parametrize(
    ("keys", "expected", "code"),
    [
        ("yyy", ["ix_users_email", "ix_users_name", "ix_users_both"], 0),
        ("nnn", [], 1),
        ("nyn", ["ix_users_name"], 1),
        ("yq", ["ix_users_email"], 1),
        ("y", ["ix_users_email"], 1),
        ("\n\n\n", [], 1),
        ("\r\r q", [], 1),
        ("q", [], 1),
        ("a", ["ix_users_email", "ix_users_name", "ix_users_both"], 0),
        ("A", ["ix_users_email", "ix_users_name", "ix_users_both"], 0),
        ("nA", ["ix_users_name", "ix_users_both"], 1),
        ("dy", ["ix_users_both"], 1),
        ("yuq", [], 1),
        ("yuny", ["ix_users_name"], 1),
        ("yyuuq", [], 1),
        ("jyq", ["ix_users_name"], 1),
        ("jjykkyq", ["ix_users_email", "ix_users_both"], 1),
        ("nkyq", ["ix_users_email"], 1),
        ("uq", [], 1),
        ("9q", [], 1),
        ("itiny table\nyy", ["ix_users_name", "ix_users_both"], 0),
        ("i\nyq", ["ix_users_email"], 1),
        ("itiny\nuyq", ["ix_users_email"], 1),
    ],
)
def test_keys(project: Project, run: Run, keys: str, expected: list[str], code: int) -> None:
    result = talk(run, keys)
    assert (expected, code) == (rewritten(project), result.exit_code), result.output


def test_nothing_is_written_without_a_key(project: Project, run: Run) -> None:
    before = project.texts()
    talk(run, "ejklsSw?nnn", EDITOR="true")
    assert before == project.texts()


def test_the_counter_counts(project: Project, run: Run) -> None:
    output = talk(run, "nnn").stdout
    assert [word for word in output.split() if word.startswith("(") and word.endswith("/3)")] == [
        "(1/3)",
        "(2/3)",
        "(3/3)",
    ]


def test_an_ignore_comment_stands_above_the_statement_with_its_reason(project: Project, run: Run) -> None:
    talk(run, "ijust a tiny table\nq")
    assert f"    # migfix: ignore[MF201] -- just a tiny table\n{EMAIL}\n" in project.text("b2_two.py")
    assert run("check", "--format", "concise", "-q").stdout.count("MF201") == 2


def test_edit_puts_the_result_into_an_editor(project: Project, run: Run) -> None:
    editor = project.root / "editor.py"
    editor.write_text("import sys, pathlib\np = pathlib.Path(sys.argv[1])\np.write_text('# mine\\n' + p.read_text())\n")
    result = talk(run, "eyq", EDITOR=f"{sys.executable} {editor}")
    assert project.text("b2_two.py").startswith("# mine\n"), result.output
    assert rewritten(project) == ["ix_users_email"]


def test_an_edit_that_is_no_python_is_not_kept(project: Project, run: Run) -> None:
    editor = project.root / "editor.py"
    editor.write_text("import sys, pathlib\npathlib.Path(sys.argv[1]).write_text('def (')\n")
    before = project.texts()
    result = talk(run, "eq", EDITOR=f"{sys.executable} {editor}")
    assert "not kept, it is not valid Python: invalid syntax, line 1" in result.stdout
    assert before == project.texts()


def test_another_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    copy_project(tmp_path / "demo")
    monkeypatch.chdir(tmp_path / "demo")
    result = talk(run, "92yq", "--all", "--select", "MF801", "--unapplied")
    assert "there is no plan 9; 1 to 3 are" in result.stdout
    assert [p.stem.partition("_")[2] for p in Path("alembic/versions").glob("*merge*.py")] == [
        "merge_658051b7d4f9_and_c3f09b51e7a2"
    ], result.output


def test_undo_takes_back_a_whole_bulk(project: Project) -> None:
    opened = open_project(Request())
    findings = core().examine(opened.workspace, paths=opened.paths).findings
    review = Review(core(), opened.workspace, findings, paths=opened.paths)
    before = review.state
    assert review.accept_all(rule="MF201", safe_only=False) == 3
    assert len(review.state.changes) == 2
    assert review.undo()
    assert before == review.state
    assert not review.undo()


def test_a_value_is_asked_for_and_used(project: Project, run: Run) -> None:
    project.add(
        "d4_tier.py",
        revision("d4", "c3", '    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False))'),
    )
    result = talk(run, "yv'free'\nyq", "d4")
    assert "needs a value" in result.stdout
    assert "asks for something only you know: press v" in result.stdout
    assert 'server_default="free"' in project.text("d4_tier.py"), result.output


def test_an_empty_answer_changes_nothing(project: Project, run: Run) -> None:
    project.add(
        "d4_tier.py",
        revision("d4", "c3", '    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False))'),
    )
    result = talk(run, "v\nq", "d4")
    assert "nothing given, nothing changed" in result.stdout


def test_keys_from_the_environment(project: Project, run: Run) -> None:
    run("suggest", MIGFIX_KEYS="ynn")
    assert rewritten(project) == ["ix_users_email"]


def test_a_clean_project_asks_nothing(project: Project, run: Run) -> None:
    result = talk(run, "y", "a1")
    assert (result.exit_code, result.stdout) == (0, "Nothing to rewrite. 1 revision: 0 findings, everything read.\n")


def test_a_file_that_changed_meanwhile_is_not_overwritten(project: Project, run: Run) -> None:
    editor = project.root / "editor.py"
    path = project.versions / "b2_two.py"
    editor.write_text(f"import pathlib\np = pathlib.Path({str(path)!r})\np.write_text(p.read_text() + '# theirs')\n")
    result = talk(run, "eyq", EDITOR=f"{sys.executable} {editor}")
    assert result.exit_code == 2
    assert "was changed by someone else meanwhile; nothing was written, run again" in result.stderr
    assert project.text("b2_two.py").endswith("# theirs")


def test_published_revisions_are_not_edited(project: Project, run: Run) -> None:
    for args in (
        ["init", "-b", "main"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-m", "x"],
    ):
        subprocess.run(["git", *args], check=True, capture_output=True)
    before = project.texts()
    result = talk(run, "yAq", "--all")
    assert "published on main" in result.stdout
    assert before == project.texts()
    talk(run, "Aq", "--all", "--unapplied")
    assert before != project.texts()


# the diff


def test_without_a_terminal_it_prints_a_diff(project: Project, run: Run, snapshot) -> None:
    project.add("d4_broken.py", revision("d4", "c3", "    op.create_index("))
    project.add(
        "e5_tier.py",
        revision("e5", "c3", '    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False))'),
    )
    before = project.texts()
    result = run("suggest")
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(result.stdout, "suggest.diff")
    snapshot.assert_match(result.stderr, "suggest_rest.txt")
    assert (2, before) == (result.exit_code, project.texts())


def test_the_exit_code_says_that_there_are_findings(project: Project, run: Run) -> None:
    assert tuple(run("suggest", *args).exit_code for args in ([], ["--exit-zero"], ["a1"])) == (1, 0, 0)


LATIN = b"# coding: latin-1\n# caf\xe9\n"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("b2_two.py", lambda text: text),
        ("b2 with space.py", lambda text: text),
        ("b2_größe.py", lambda text: text),
        ("b2_two.py", lambda text: text.replace(b"\n", b"\r\n")),
        ("b2_two.py", lambda text: b"\xef\xbb\xbf" + text),
        ("b2_two.py", lambda text: LATIN + text),
        ("b2_two.py", lambda text: text.rstrip(b"\n")),
        ("b2_two.py", lambda text: text.replace(b"\n\n\ndef upgrade", b"\n\x0c\n\ndef upgrade")),
    ],
    ids=["plain", "space", "unicode", "crlf", "bom", "latin-1", "no-newline", "form-feed"],
)
def test_git_applies_the_diff(project: Project, run: Run, name: str, change) -> None:
    text = change((project.versions / "b2_two.py").read_bytes())
    (project.versions / "b2_two.py").unlink()
    project.add(name, text)
    diff = run("suggest").stdout_bytes
    result = subprocess.run(["git", "apply", "--check", "-"], input=diff, capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (0, b""), diff
    subprocess.run(["git", "apply", "-"], input=diff, check=True)
    written = (project.versions / name).read_bytes()
    (project.versions / name).write_bytes(text)
    assert run("apply", "--yes", "b2").exit_code == 0
    assert written == (project.versions / name).read_bytes()


def test_git_applies_the_diff_from_a_folder_below(project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    monkeypatch.chdir(project.versions)
    diff = run("suggest", "--all").stdout_bytes
    assert b"--- a/migrations/versions/b2_two.py" in diff
    subprocess.run(["git", "apply", "-"], input=diff, check=True)
    assert rewritten(project) == ["ix_users_email", "ix_users_name", "ix_users_both"]


def test_standard_input_gives_a_diff(project: Project, run: Run) -> None:
    result = run("suggest", "-", input=project.text("c3_one.py"))
    assert (result.exit_code, "+++ b/migrations/versions/c3_one.py" in result.stdout) == (1, True)
