"""docs/follow-ups.md names every kind, and shows a golden follow-up as it is."""

from __future__ import annotations

import re
from pathlib import Path

from followup_cases import FOLLOW_UPS
from migfix.followups.api import kinds

PAGE = Path(__file__).parent.parent / "docs" / "follow-ups.md"


def test_every_kind_is_in_the_table() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text(), re.MULTILINE) == [k.name for k in kinds()]


def test_the_example_is_the_golden_one() -> None:
    found = re.search(r"<!-- example: (\S+) -->\n```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found
    golden = (FOLLOW_UPS / found[1] / "follow_up.py").read_text()
    assert found[2] == golden[golden.index("def _has_valid_index") :]
