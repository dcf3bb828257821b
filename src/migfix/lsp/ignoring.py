"""Ignore comments from an editor: the comment, and where its reason is to be typed."""

from __future__ import annotations

from typing import Any

from migfix.change import Change
from migfix.engine import change_of
from migfix.lsp.findings import Shown
from migfix.lsp.snapshot import Snapshot
from migfix.lsp.text import Text
from migfix.suppress import with_ignore

REASON = "TODO: say why"
"""What stands there until somebody types a reason; it is selected where the client can select."""


def ignored(snapshot: Snapshot, shown: Shown, reason: str) -> Change:
    """The document with a comment that ignores the finding."""
    return change_of(snapshot.reading, with_ignore(snapshot.reading.text, shown.finding, reason=reason))


def place_of_reason(after: str, before: str, snapshot: Snapshot) -> dict[str, Any]:
    """Where the placeholder of the reason stands once the edit is made."""
    text, old = Text(after, snapshot.client.encoding), before.split("\n")
    row = next(i for i, line in enumerate(after.split("\n")) if i >= len(old) or line != old[i])
    line = text.lines[row]
    start = text.position(row + 1, line.index(REASON))
    end = text.position(row + 1, line.index(REASON) + len(REASON))
    spots = {name: {"line": p.line, "character": p.character} for name, p in (("start", start), ("end", end))}
    return {"uri": snapshot.uri, "range": spots}
