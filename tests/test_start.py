"""Starting is quick: nothing heavier than click and the standard library is imported before it is needed."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

HEAVY = ("alembic", "libcst", "postgast", "psycopg", "rich", "sqlalchemy", "google.protobuf")


def seconds(*arguments: str) -> float:
    """Wall time of one Python process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def test_version_takes_at_most_twice_the_time_of_importing_click() -> None:
    """Measured in pairs, so that both sides of a ratio meet the same machine; up to three rounds on a noisy one."""
    ratios: list[float] = []
    for _ in range(3):
        pairs = [(seconds("-m", "migfix", "--version"), seconds("-c", "import click")) for _ in range(7)]
        ratios.append(statistics.median(ours / clicks for ours, clicks in pairs))
        if ratios[-1] < 2:
            return
    raise AssertionError(f"migfix --version takes {min(ratios):.2f} times as long as importing click")


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import runpy, sys\nsys.argv = ['migfix', '--version']\n"
        "try:\n    runpy.run_module('migfix', run_name='__main__')\nexcept SystemExit:\n    pass\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.splitlines()[-1] == "[]"
