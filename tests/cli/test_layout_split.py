"""`--layout split`: a chain written, reviewed, printed, refused."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from cli_project import EMAIL, Project, Run, revision
from test_verify import ENV

GOLDEN = Path(__file__).parent / "golden"
FILLED = """    op.add_column("users", sa.Column("tier", sa.String(20), nullable=True))
    op.execute("UPDATE users SET tier = 'free'")
    op.alter_column("users", "tier", existing_type=sa.String(20), nullable=False)
    op.create_index("ix_users_tier", "users", ["tier"])"""
GUARDED = """    if op.get_context().opts.get("skip"):
        return
    op.add_column("users", sa.Column("tier", sa.String(20), nullable=True))
    op.create_index("ix_users_tier", "users", ["tier"])"""
BACK = """    op.drop_index("ix_users_tier", table_name="users")
    op.drop_column("users", "tier")"""
REQUIRED = '    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False))'


@pytest.fixture
def filled(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    project.add("d4_tier.py", revision("d4", "c3", FILLED, message="a tier for every user"))
    return project


def heads(project: Project) -> list[str]:
    return ScriptDirectory.from_config(Config(str(project.root / "alembic.ini"))).get_heads()


def test_apply_writes_the_chain_and_names_its_revisions(filled: Project, run: Run, snapshot) -> None:
    result = run("apply", "--yes", "--review", "--layout", "split", "d4")
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(result.output, "apply_split.txt")
    assert result.exit_code == 0
    assert heads(filled) == ["d4"]
    before = filled.texts()
    again = run("apply", "--yes", "--review", "--layout", "split", "d4")
    assert (0, before) == (again.exit_code, filled.texts())
    assert "d4" not in run("check").stdout


def test_the_layout_may_stand_in_the_configuration(filled: Project, run: Run) -> None:
    (filled.root / "migfix.toml").write_text('layout = "split"\n')
    written = len(filled.texts())
    run("apply", "--yes", "--review", "d4")
    assert len(filled.texts()) == written + 6
    run("apply", "--yes", "--review", "--layout", "single", "c3")
    assert len(filled.texts()) == written + 6


def test_the_printed_diff_can_be_applied(filled: Project, run: Run) -> None:
    printed = run("suggest", "--layout", "split", "d4").stdout
    assert printed.count("new file mode") == 6
    done = subprocess.run(["git", "apply", "-"], input=printed, text=True, capture_output=True, cwd=filled.root)
    assert done.returncode == 0, done.stderr
    assert heads(filled) == ["d4"]


def test_json_lists_the_new_files(filled: Project, run: Run) -> None:
    (filled.root / "migfix.toml").write_text('layout = "split"\n')
    answer = json.loads(run("check", "--format", "json", "d4").stdout)
    fixes = [f for finding in answer["findings"] for f in finding["fixes"] if finding["code"] == "MF201"]
    assert [len(f["new_files"]) for f in fixes] == [2]
    assert all(f["new_files"][0]["path"].startswith("migrations/versions/") for f in fixes)
    assert all(e["path"] == "migrations/versions/d4_tier.py" for f in fixes for e in f["edits"])


def test_the_key_l_switches_before_anything_is_accepted(filled: Project, run: Run) -> None:
    result = run("suggest", "--interactive", "d4", input="lyyylq")
    assert "layout split: a revision for each step" in result.output
    assert "new file migrations/versions/" in result.output
    assert len([n for n in filled.texts() if n != "d4_tier.py"]) == 9
    assert heads(filled) == ["d4"]


def test_the_key_l_does_not_switch_afterwards(filled: Project, run: Run) -> None:
    result = run("suggest", "--interactive", "d4", input="ylq")
    assert "the layout is chosen before anything is accepted" in result.output
    assert len(filled.texts()) == 4


def test_what_cannot_be_cut_is_refused_with_its_line(project: Project, run: Run) -> None:
    project.add("d4_tier.py", revision("d4", "c3", GUARDED))
    before = project.texts()
    result = run("apply", "--yes", "--layout", "split", "d4")
    assert (1, before) == (result.exit_code, project.texts())
    said = " ".join(result.stderr.split())
    assert "line 12: what follows runs only when this does not return" in said
    assert "`--layout single` keeps all steps in this file" in said


def test_a_release_is_named_between_the_steps(project: Project, run: Run) -> None:
    project.add("d4_tier.py", revision("d4", "c3", REQUIRED))
    result = run("apply", "--yes", "--review", "--layout", "split", "--value", "users.tier='free'", "d4")
    assert "-- deploy: the release that writes users.tier itself must be live first" in result.output
    assert "# Only when the release that writes users.tier itself is live." in project.text("d4_tier.py")
    assert "later" not in result.output


def test_a_change_of_one_step_stays_one_file(project: Project, run: Run) -> None:
    files = len(project.texts())
    project.add("d4_email.py", revision("d4", "c3", EMAIL.replace("ix_users_email", "ix_again")))
    assert run("apply", "--yes", "--layout", "split", "d4").exit_code == 0
    assert len(project.texts()) == files + 1


def test_verify_proves_the_chain_as_one_change(filled: Project, run: Run) -> None:
    (filled.root / "migrations" / "env.py").write_text(ENV)
    filled.add("d4_tier.py", filled.text("d4_tier.py").replace("    pass", BACK))
    before = filled.texts()
    result = run("verify", "d4", "--layout", "split", "--rows", "1000", "--crash", "--format", "json")
    proof = json.loads(result.stdout)["revisions"][0]
    assert (0, before) == (result.exit_code, filled.texts()), result.output
    statements = [step["sql"] for step in proof["rewritten"]["statements"]]
    assert any("VALIDATE CONSTRAINT ck_users_tier_filled" in sql for sql in statements), statements
