"""Every golden case that brings an earlier schema: the rewritten revision is proven against the original on a server.

With neighbours, the revision shares an upgrade run with one before it and one after it; under both settings of
`transaction_per_migration` that includes the revision in a transaction of its own. The settings differ in Alembic, not
in the server: on older majors Alembic's default is enough.

A case that means to arrive elsewhere has an end.diff: the lines that the failure prints after "schemas differ:". A case
that leaves a blocking statement as it was says so in its case.toml: `[server] stalls = ["UPDATE orders SET status"]`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import Case, cases

from migfix.verify import Failure, Runner, installed_servers, prove

CASES = cases(Path(__file__).parent.parent / "golden")
MAJORS = sorted({server.major for server in installed_servers()}, reverse=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_rewrite_is_proven(case: Case, runner: Runner, tmp_path: Path) -> None:
    if runner.server.major < case.since:
        return
    settings = (False, True) if runner.server.major == MAJORS[0] else (False,)
    proof = prove(case.question(tmp_path, neighbours=True), runner, per_migration=settings)
    kept = [failure for failure in proof.failures if not is_declared(case, failure)]
    assert "\n\n".join(map(str, kept)) == ""


def is_declared(case: Case, failure: Failure) -> bool:
    """A statement that the case says it leaves blocking; everything else must be proven."""
    begins = tuple(f": {start}" for start in case.stalls)
    return failure.promise == "No long stall" and any(begin in failure.evidence for begin in begins)
