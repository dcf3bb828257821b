"""How dear `migfix check` is: wall time and peak memory over 309 real revisions, as ratios that travel between machines.

Compared in the same run, in turns, with the bare work (a Python that only parses the same files with `ast`) and with
zdm, a linter written in Rust, on the same files. Medians. Exit code 1 when a limit is passed.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "corpora" / "skyvern"
RUNS = 11
LIMITS = {"ast": 6.0, "zdm": 5.0}
"""Wall time of migfix divided by that of the other."""
MEMORY_LIMIT = 100.0
"""Megabytes (10^6 bytes) resident at the peak."""

PARSE = "import ast, pathlib\nfor path in pathlib.Path('alembic/versions').rglob('*.py'): ast.parse(path.read_bytes())"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One run: wall time in seconds, peak resident memory in megabytes."""

    seconds: float
    megabytes: float


def measured(command: list[str]) -> Cost:
    """Run once in the project's folder.

    Raises SystemExit with the program's own words when it breaks (findings are not a break).
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}\n{complaint.decode()}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(seconds=seconds, megabytes=usage.ru_maxrss * unit / 1e6)


def commands() -> dict[str, list[str]]:
    """What is compared, by name."""
    here = str(Path(sys.executable).parent)
    migfix, zdm = shutil.which("migfix", path=here), shutil.which("zdm", path=here)
    if migfix is None or zdm is None:
        raise SystemExit('migfix and zdm must be installed beside this Python: pip install -e ".[bench]"')
    check = [migfix, "check", "--all", "--exit-zero", "-c", "alembic.ini"]
    return {"migfix": check, "ast": [sys.executable, "-c", PARSE], "zdm": [zdm, "alembic/versions"]}


def main() -> int:
    """Measure in turns, print, and judge."""
    if not PROJECT.is_dir():
        raise SystemExit("The revisions are not there: make corpora")
    costs: dict[str, list[Cost]] = {name: [] for name in commands()}
    for turn in range(RUNS + 1):
        for name, command in commands().items():
            cost = measured(command)
            if turn:
                costs[name].append(cost)
    seconds = {name: statistics.median(cost.seconds for cost in found) for name, found in costs.items()}
    memory = {name: statistics.median(cost.megabytes for cost in found) for name, found in costs.items()}
    revisions = sum(1 for _ in (PROJECT / "alembic" / "versions").rglob("*.py"))
    print(f"{revisions} revisions, medians of {RUNS} runs\n")
    print(f"{'':8}{'seconds':>9}{'MB':>8}{'migfix takes':>15}{'limit':>8}")
    failed = memory["migfix"] >= MEMORY_LIMIT
    for name in costs:
        ratio = seconds["migfix"] / seconds[name]
        limit = LIMITS.get(name)
        judged = f"{ratio:14.2f}x{limit:7.0f}x" if limit else f"{'':15}{MEMORY_LIMIT:5.0f} MB"
        failed = failed or (limit is not None and ratio >= limit)
        print(f"{name:8}{seconds[name]:9.3f}{memory[name]:8.1f}{judged}")
    print("\nover the limit" if failed else "\nwithin the limits")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
