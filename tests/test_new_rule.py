"""The walk "adding a rule" of CONTRIBUTING.md, taken in a copy of the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python in the copy, which sees the copy's migfix and not the installed one."""
    environment = {**os.environ, "PYTHONPATH": str(copy / "src")}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def test_a_scaffolded_rule_finds_its_op_and_passes_the_golden_runner(tmp_path: Path) -> None:
    for name in ("src", "tools", "pyproject.toml"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / "tests").mkdir()
    for name in ("conftest.py", "golden_cases.py", "promises.py", "test_golden.py"):
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests" / name)

    made = run(tmp_path, "tools/new_rule.py", "erase-schema", "MF799", "DropTable")
    assert (made.returncode, made.stderr) == (0, "")
    golden = ("-m", "pytest", "tests/test_golden.py", "-k", "erase-schema", "-q", "-p", "no:cacheprovider")
    run(tmp_path, *golden, "--snapshot-update")
    second = run(tmp_path, *golden)
    assert second.returncode == 0, second.stdout
    cases = tmp_path / "tests" / "golden" / "erase-schema"
    assert "MF799 erase-schema · users" in (cases / "first" / "findings.txt").read_text()
    assert (cases / "keep-sqlite-branch" / "findings.txt").read_text() == "nothing\n"


def test_a_code_is_never_used_twice() -> None:
    said = run(ROOT, "tools/new_rule.py", "another-index", "MF201")
    assert said.returncode == 2
    assert said.stderr == "new-rule: MF201 create-index exists; a code is never used twice\n"


def test_every_step_of_the_walk_is_in_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    for step in ("make new-rule NAME=", "--snapshot-update", "findings.txt", "make test", "setup.py", "rows.sql"):
        assert step in text
