"""The line above `def upgrade`: how many operations are risky, what a rewrite looks like, and the rewrite."""

from __future__ import annotations

from lsprotocol.types import CodeLens, Command, Range

from migfix.lsp import actions
from migfix.lsp.snapshot import Snapshot
from migfix.lsp.text import Text
from migfix.words import count, plans_of


def lenses(snapshot: Snapshot) -> list[CodeLens]:
    """None where nothing is risky; the rewrite only where something can be rewritten and the file may be edited."""
    risky = [s.finding for s in snapshot.shown if s.finding.index is not None]
    span = snapshot.reading.revision.upgrade.span
    if not risky or span is None:
        return []
    text = Text(snapshot.reading.text, snapshot.client.encoding)
    place = Range(start=text.position(span.line, span.column), end=text.position(span.line, span.column))
    data = {"uri": snapshot.uri, "review": True}
    first = {"code": risky[0].code, "uri": snapshot.uri}
    found = [Command(title=f"{count(len(risky), 'risky', 'risky')}", command=actions.EXPLAIN, arguments=[first])]
    if any(plans_of(f) for f in risky):
        found.append(Command(title="preview", command=actions.PREVIEW, arguments=[data]))
        if snapshot.published is None:
            found.append(Command(title="apply", command=actions.APPLY_ALL, arguments=[data]))
    return [CodeLens(range=place, command=command) for command in found]
