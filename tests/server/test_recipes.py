"""Every golden case that brings an earlier schema: the rewritten revision is proven against the original on a server.

With neighbours, the revision shares an upgrade run with one before it and one after it; under both settings of
`transaction_per_migration` that includes the revision in a transaction of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import Case, cases

from migfix.verify import Runner, prove

CASES = cases(Path(__file__).parent.parent / "golden")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_rewrite_is_proven(case: Case, runner: Runner, tmp_path: Path) -> None:
    proof = prove(case.question(tmp_path, neighbours=True), runner)
    assert str(proof) == "proven"
