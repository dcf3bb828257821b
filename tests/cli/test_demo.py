"""`migfix demo`: the incident, with and without a server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_project import Run

from migfix.cli.commands.demo import copy_project

STATIC = [
    "── What migfix says: the cause first",
    "MF801 [?] multiple-heads",
    "MF804 [?] missing-dependency",
    "MF805 [?] guard-skips-silently",
    "The branch has not been applied anywhere, so each of these is open:",
    '-down_revision = "dc2c0f69c1b1"',
    '+down_revision = "658051b7d4f9"',
    "── Then the revisions themselves",
    "MF502",
    "postgresql_concurrently=True",
    "Written: 3 files.",
]


def in_order(lines: list[str], text: str) -> list[str]:
    """The lines that are missing, or stand before one that should come first."""
    at, missing = 0, []
    for line in lines:
        found = text.find(line, at)
        if found < 0:
            missing.append(line)
        else:
            at = found + len(line)
    return missing


def test_proves_the_result_on_a_server(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    command = [sys.executable, "-m", "migfix", "demo", "--keep", str(kept)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, "")
    before = [
        "── The deploys as they were",
        "FAILED: Multiple head revisions are present",
        "BAD no error, and valuation_export_logs has no scenario_id, no task_id, no status",
    ]
    after = [
        "── Proof on PostgreSQL",
        "89a67cacf69a_add_export_log_task_metadata.py: proven",
        "  schema: identical      data: identical",
        "658051b7d4f9 -> a7b2d5e0f4c1, add scenario_id to export logs",
        "ok  valuation_export_logs has scenario_id, task_id, status",
        "ok  every index and constraint is valid",
        "ok  both databases ended with the same schema, byte for byte",
        "c3f09b51e7a2 (head)",
    ]
    assert in_order([*before, *STATIC, *after], done.stdout) == [], done.stdout
    assert 'could not create unique index "ix_accounts_email"' in done.stdout
    left = subprocess.run(
        [sys.executable, "-m", "migfix", "check", "--all"], cwd=kept, capture_output=True, text=True, check=False
    )
    assert "MF801" not in left.stdout
    assert "MF20" not in left.stdout


def test_without_a_driver_everything_static_is_shown() -> None:
    code = "import sys; sys.modules['psycopg'] = None; from migfix.cli import main; main(['demo'])"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, stdin=subprocess.DEVNULL)
    assert (done.returncode, in_order(STATIC, done.stdout)) == (0, [])
    assert 'Install it: pip install "migfix[verify]"' in done.stdout
    assert "Proof" not in done.stdout


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = run("demo", "--keep", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("is not empty; name another folder with --keep\n")


@pytest.mark.parametrize("cure", ["1", "2"])
def test_each_cure_that_orders_the_branches_leaves_one_head(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, cure: str
) -> None:
    copy_project(tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    run("suggest", "--all", "--unapplied", "--interactive", "--select", "MF801", input=f"{cure}y")
    assert "MF801" not in run("check", "--all").stdout
    heads = subprocess.run([sys.executable, "-m", "alembic", "heads"], capture_output=True, text=True, check=True)
    assert heads.stdout.count("(head)") == 1
