"""How dear `migfix verify` is, and what a rewrite gains: the figures that docs and README speak of, measured here.

Wall times belong to the machine and to what else it does (the load average stands in the head); processor time, ratios
and classes travel. Exit code 1 when a figure is over its limit.

    python bench/verify.py [--rows 1000000] [NAME…]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migfix.verify import Server

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "src" / "migfix" / "demo" / "project"
CLASSIC = ROOT / "bench" / "classic"
MANY = 1_000_000
NOTICED_MS = 100.0
"""How much longer than when nothing goes on a request may wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line; `limit` is None where there is nothing to hold."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.value > self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"  limit {self.limit:g}"
        return f"{self.name:<58}{self.value:>9,.2f} {self.unit:<4}{limit}{'  OVER' if self.is_over else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One `migfix verify`: seconds by the clock and of processors, and what it said."""

    wall: float
    processor: float
    said: dict[str, Any]


def verified(project: Path, revision: str, *options: str) -> Proof:
    """Run the command on a copy of the project, in which the demo's missing dependency is declared.

    Raises SystemExit in its words when it breaks (not proven is not a break).
    """
    with tempfile.TemporaryDirectory(prefix="migfix-bench-") as folder:
        copy = Path(shutil.copytree(project, Path(folder) / "project"))
        for path in copy.glob("alembic/versions/a7b2d5e0f4c1_*.py"):
            path.write_text(path.read_text().replace("depends_on = None", 'depends_on = "658051b7d4f9"'))
        command = [sys.executable, "-m", "migfix", "verify", revision, "--format", "json", "-q", *options]
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, env=_environment())
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Proof(wall=wall, processor=processor, said=json.loads(done.stdout))


def _environment() -> dict[str, str]:
    """As a user's: compiled modules are kept."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def start(_rows: int) -> list[Figure]:
    """From nothing to the first statement."""
    began = time.monotonic()
    with Server() as server, server.connect("postgres") as connection:
        connection.execute("SELECT 1")
        seconds = time.monotonic() - began
    return [Figure(name="cold start to the first statement", value=seconds, unit="s", limit=4)]


def usual(_rows: int) -> list[Figure]:
    """A typical revision with the default number of rows."""
    return _cost("a typical revision, 200,000 rows", verified(CLASSIC, "3f2a"), limit=20)


def quick(_rows: int) -> list[Figure]:
    """The same with --quick."""
    return _cost("a typical revision, --quick", verified(CLASSIC, "3f2a", "--quick"), limit=10)


def crash(rows: int) -> list[Figure]:
    """With a kill before and after each statement."""
    proof = verified(CLASSIC, "3f2a", "--rows", str(rows), "--crash")
    return _cost(f"the classic with --crash, {rows:,} rows", proof, limit=120)


def classic(rows: int) -> list[Figure]:
    """Column, UPDATE, NOT NULL and unique index in one transaction, with traffic."""
    proof = verified(CLASSIC, "3f2a", "--rows", str(rows))
    return [*_cost(f"the classic, {rows:,} rows", proof), *_gain("the classic", proof, ratio=1.5)]


def incident(rows: int) -> list[Figure]:
    """The demo's two revisions that stopped five deploys, with the dependency that nobody had declared."""
    found = []
    for revision, name in (("a7b2d5e0f4c1", "the incident's first"), ("89a67cacf69a", "the incident's second")):
        proof = verified(DEMO, revision, "--rows", str(rows))
        found += [*_cost(f"{name}, {rows:,} rows", proof), *_gain(name, proof)]
    return found


def _cost(name: str, proof: Proof, *, limit: float | None = None) -> list[Figure]:
    if not proof.said["proven"]:
        raise SystemExit(f"{name}: not proven: {proof.said['revisions'][0]['failures']}")
    return [
        Figure(name=name, value=proof.wall, unit="s", limit=limit),
        Figure(name=f"{name}, processors", value=proof.processor, unit="s"),
    ]


def _gain(name: str, proof: Proof, *, ratio: float | None = None) -> list[Figure]:
    """Stalls above what a request takes when nothing goes on, and the rewritten form's total as a multiple."""
    forms = {form: proof.said["revisions"][0][form] for form in ("original", "rewritten")}
    found = []
    for form, limit in (("original", None), ("rewritten", NOTICED_MS)):
        traffic = forms[form]["traffic"]
        for kind in ("read", "write"):
            above = max(0.0, traffic[f"longest_{kind}_stall_ms"] - traffic[f"idle_{kind}_ms"])
            what = f"{name}, {form}: longest {kind} stall above idle"
            found.append(Figure(name=what, value=above, unit="ms", limit=limit))
    totals = [forms[form]["total_ms"] / 1000 for form in ("original", "rewritten")]
    found += [Figure(name=f"{name}, {form}: total", value=t, unit="s") for form, t in zip(forms, totals, strict=True)]
    return [*found, Figure(name=f"{name}: rewritten / original", value=totals[1] / totals[0], unit="x", limit=ratio)]


MEASURED: dict[str, Callable[[int], list[Figure]]] = {
    made.__name__: made for made in (start, quick, usual, classic, incident, crash)
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*MEASURED, []], help=", ".join(MEASURED))
    parser.add_argument("--rows", type=int, default=MANY)
    given = parser.parse_args()
    over = False
    for name in given.names or MEASURED:
        load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
        print(f"{name} (load average {load}, {os.cpu_count()} processors)")
        for figure in MEASURED[name](given.rows):
            over = over or figure.is_over
            print(f"  {figure}", flush=True)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
