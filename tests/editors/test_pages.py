"""The set-up pages, and what the extension's packaging promises."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "editors").glob("*.md"))
READMES = [*PAGES, ROOT / "editors" / "vscode" / "README.md"]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("page", READMES, ids=lambda p: p.stem)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]

    assert broken == []


@pytest.mark.parametrize("page", [p for p in PAGES if p.stem != "README"], ids=lambda p: p.stem)
def test_each_page_says_whether_it_was_tried(page: Path) -> None:
    text = page.read_text()

    assert re.search(r"\b[Tt]ried with |\*\*Not tried\*\*", text)
    assert f"({page.name})" in (page.parent / "README.md").read_text()


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "editors" / "vscode" / "package-lock.json").read_text()

    assert "resolved" not in lock
    assert "http" not in re.sub(r'"url": "https://[^"]*"', "", lock)
    assert len(json.loads(lock)["packages"]) > 1
