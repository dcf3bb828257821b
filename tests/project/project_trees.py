"""Project trees built from a table of path and text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Tree = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """Writes the files below a fresh folder, makes it the working directory and the top of a checkout."""

    def build(files: Mapping[str, str]) -> Path:
        top = tmp_path / "top"
        (top / ".git").mkdir(parents=True)
        for name, text in files.items():
            path = top / name
            if name.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        monkeypatch.chdir(top)
        monkeypatch.delenv("ALEMBIC_CONFIG", raising=False)
        return top

    return build


def revision_text(name: str, down: str | None = None, body: str = "    pass") -> str:
    """A small revision file."""
    return (
        f'"""{name}"""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f"revision = {name!r}\ndown_revision = {down!r}\nbranch_labels = None\ndepends_on = None\n\n\n"
        f"def upgrade():\n{body}\n\n\ndef downgrade():\n    pass\n"
    )
