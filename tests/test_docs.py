"""The rule pages in docs/rules are what the rules and their golden cases say today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_rule_pages_are_current(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "tools" / "docs.py"), str(tmp_path)], check=True, capture_output=True)
    made = {p.name: p.read_text() for p in tmp_path.iterdir()}
    kept = {p.name: p.read_text() for p in (ROOT / "docs" / "rules").iterdir()}
    assert made == kept, "run `make docs` and commit docs/rules"
