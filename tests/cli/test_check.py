"""`migfix check`: formats, scope, exit codes, and what could not be read."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from cli_project import EMAIL, Project, Run, revision
from json_schema import problems, schema

GOLDEN = Path(__file__).parent / "golden"


def git(*args: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *args], check=True, capture_output=True)


def hostile(project: Project) -> None:
    project.add("d4_broken.py", revision("d4", "c3", "    op.create_index("))
    project.add("e5_latin.py", b"# \xe9\n" + revision("e5", "c3", EMAIL).encode())
    project.add(
        "f6_computed.py",
        revision(
            "f6",
            "c3",
            '    op.create_index(name(), "users", ["email"])\n    op.execute(f"DROP {x}")  # migfix: ignore[MF201]',
        ),
    )


@pytest.mark.parametrize("format_", ["full", "concise"])
def test_says_it_in_words(project: Project, run: Run, snapshot, format_: str) -> None:
    hostile(project)
    result = run("check", "--format", format_)
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(result.output, f"check_{format_}.txt")
    assert result.exit_code == 2


def test_json_is_the_documented_envelope(project: Project, run: Run, snapshot) -> None:
    hostile(project)
    result = run("check", "--format", "json")
    envelope = json.loads(result.stdout)
    assert problems(envelope, schema()) == []
    text = re.sub(r'"seconds": [\d.]+', '"seconds": 0.0', result.stdout)
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(text, "check.json")


def test_json_edits_make_the_text_of_the_diff(project: Project, run: Run) -> None:
    found = json.loads(run("check", "--format", "json").stdout)["findings"][0]
    (fix,) = found["fixes"]
    lines = project.text("b2_two.py").splitlines(keepends=True)
    for edit in reversed(fix["edits"]):
        assert (edit["column"], edit["end_column"]) == (1, 1)
        lines[edit["line"] - 1 : edit["end_line"] - 1] = [edit["new_text"]]
    Path("b2_two.diff").write_text(fix["diff"])
    subprocess.run(["git", "apply", "b2_two.diff"], check=True)
    assert project.text("b2_two.py") == "".join(lines)


def test_the_same_input_gives_the_same_bytes(project: Project, run: Run) -> None:
    hostile(project)
    assert run("check").output == run("check").output


def test_a_clean_project_exits_0(project: Project, run: Run) -> None:
    result = run("check", "a1")
    assert (result.exit_code, result.stdout) == (0, "1 revision: 0 findings, everything read.\n")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ([], 1),
        (["--exit-zero"], 0),
        (["--select", "MF202"], 0),
        (["--ignore", "MF2"], 0),
        (["--select", "create-index"], 1),
        (["migrations/versions/c3_one.py"], 1),
        (["migrations/versions"], 1),
        (["c3"], 1),
        (["a1"], 0),
        (["nothing"], 2),
        (["alembic.ini"], 2),
        (["--select", "MF999"], 2),
        (["--staged", "--all"], 2),
        (["--since", "nowhere"], 2),
        (["-c", "missing.ini"], 2),
        (["--format", "xml"], 2),
        (["-", "a1"], 2),
    ],
)
def test_exit_codes(project: Project, run: Run, args: list[str], code: int) -> None:
    result = run("check", *args)
    assert code == result.exit_code, result.output


def test_complaints_are_one_line_each(project: Project, run: Run, snapshot) -> None:
    commands = [
        ["chek"],
        ["check", "nothing"],
        ["check", "dd"],
        ["check", "alembic.ini"],
        ["check", "--select", "MF299"],
        ["check", "--select", "create-indx"],
        ["check", "--staged", "--all"],
        ["check", "--since", "nowhere"],
        ["check", "-c", "missing.ini"],
        ["check", "-n", "other"],
        ["check", "--format", "xml"],
        ["check", "--pg-version", "9"],
        ["check", "--formt", "full"],
        ["check", "-", "a1"],
        ["check", "--stdin-filename", "x.py"],
        ["check", "--value", "tier=1"],
        ["check", "-o", "no/such/folder/out"],
        ["suggest", "--interactive"],
        ["suggest", "--layout", "spilt"],
        ["suggest", "--interactive", "-"],
        ["apply"],
        ["apply", "-"],
        ["explain", "MF20"],
        ["explain", "create-indx"],
        ["explain", "zzzzzz"],
        ["dump"],
    ]
    project.add("d4_one.py", revision("dd1", "c3", EMAIL))
    project.add("d4_two.py", revision("dd2", "dd1", EMAIL))
    said = []
    for args in commands:
        result = run(*args)
        assert result.exit_code == 2, args
        assert result.stderr.count("\n") == 1, result.stderr
        said.append(f"$ migfix {' '.join(args)}\n{result.stderr.replace(str(project.root), '/shop')}")
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match("\n".join(said), "complaints.txt")


def test_by_default_only_what_is_new_since_the_default_branch(project: Project, run: Run) -> None:
    git("init")
    git("add", ".")
    git("commit", "-m", "all")
    nothing = run("check")
    assert (nothing.exit_code, nothing.stderr) == (0, "No revision is new since main. --all looks at all 3.\n")
    git("checkout", "-b", "feature")
    project.add("d4_new.py", revision("d4", "c3", EMAIL))
    assert [Path(line).name.partition(":")[0] for line in concise(run)] == ["d4_new.py"]
    git("add", ".")
    assert len(concise(run, "--staged")) == 1
    git("commit", "-m", "new")
    assert len(concise(run, "--since", "main")) == 1
    assert len(concise(run, "--all")) == 4
    assert len(concise(run, "--staged")) == 0


def concise(run: Run, *args: str) -> list[str]:
    result = run("check", "--format", "concise", "-q", *args)
    return result.stdout.splitlines()


def test_published_revisions_are_called_so(project: Project, run: Run) -> None:
    git("init")
    git("add", ".")
    git("commit", "-m", "all")
    project.add("d4_new.py", revision("d4", "c3", EMAIL))
    found = json.loads(run("check", "--all", "--format", "json").stdout)["findings"]
    assert {Path(f["path"]).name: f["state"] for f in found} == {
        "b2_two.py": "published",
        "c3_one.py": "published",
        "d4_new.py": "new",
    }


def test_standard_input_stands_for_the_file_of_its_revision(project: Project, run: Run) -> None:
    text = project.text("c3_one.py")
    result = run("check", "-", "--format", "concise", input=text)
    assert result.stdout.startswith("migrations/versions/c3_one.py:12:5: MF201 [*] create-index: ")
    named = run("check", "-", "--stdin-filename", "migrations/versions/d4_x.py", "--format", "concise", input=text)
    assert named.stdout.startswith("migrations/versions/d4_x.py:12:5: MF201")


def test_standard_input_needs_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("check", "-", "--format", "concise", input=revision("z9", "y8", EMAIL))
    assert (result.exit_code, result.stdout.startswith("-:12:5: MF201")) == (1, True)


@pytest.mark.parametrize(
    "junk", [b"", b"\xff\xfe\x00", b"def f(:", b"# coding: nonsense\n", b"print('py2')\nprint 1\n"]
)
def test_junk_on_standard_input_is_one_line_and_exit_2(project: Project, run: Run, junk: bytes) -> None:
    result = run("check", "-", input=junk)
    assert result.exit_code == 2 or (junk == b"" and result.exit_code == 0), result.output
    assert "Traceback" not in result.output


def test_output_goes_to_a_file_without_colour(project: Project, run: Run) -> None:
    direct = run("check").stdout
    assert run("check", "-o", "out.txt", FORCE_COLOR="1").stdout == ""
    assert direct == Path("out.txt").read_text()


@pytest.mark.parametrize(
    ("args", "env", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(project: Project, run: Run, args: list[str], env: dict[str, str], colored: bool) -> None:
    assert colored == ("\x1b[" in run("check", *args, **env).stdout)


def test_control_characters_of_a_file_do_not_reach_the_terminal(project: Project, run: Run) -> None:
    project.add("d4_evil.py", revision("d4", "c3", EMAIL + "  # \x1b[2J\u202e"))
    result = run("check", "d4")
    assert "\\x1b[2J\\u202e" in result.stdout
    assert "\x1b" not in result.stdout


def test_carets_stand_below_wide_characters(project: Project, run: Run) -> None:
    project.add("d4_wide.py", revision("d4", "c3", '    "名前"; op.create_index("ix", "users", ["email"])'))
    lines = run("check", "d4").stdout.splitlines()
    assert lines[1] == '  12 |     "名前"; op.create_index("ix", "users", ["email"])'
    assert lines[2].rstrip() == "     |" + " " * 13 + "^" * 41


def test_ignored_findings_are_counted_and_useless_comments_named(project: Project, run: Run) -> None:
    body = f"{EMAIL}  # migfix: ignore[MF201] -- tiny\n    op.drop_table('x')  # noqa: MF202"
    project.add("d4_ignored.py", revision("d4", "c3", body))
    result = run("check", "d4", "--format", "concise")
    assert result.stdout.splitlines() == [
        "migrations/versions/d4_ignored.py:13:25: noqa[MF202] ignores nothing here: remove it",
        "1 revision: 0 findings, everything read, 1 ignored by comments.",
    ]


def test_unread_places_are_all_counted_and_ten_are_listed(project: Project, run: Run) -> None:
    body = "\n".join(f"    op.execute(f'DROP TABLE {{x{n}}}')" for n in range(14))
    project.add("d4_opaque.py", revision("d4", "c3", body))
    short, long = run("check", "d4").stdout, run("check", "d4", "-v").stdout
    assert (len(re.findall(r":\d+:\d+: not read", short)), len(re.findall(r":\d+:\d+: not read", long))) == (10, 14)
    assert "… and 4 more places not read: -v lists all" in short
    assert short.endswith("1 revision: 0 findings, 14 places not read.\n")
