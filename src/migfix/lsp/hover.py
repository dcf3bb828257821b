"""What an operation does to a live database, where it stands: the SQL, the lock, what waits for it, since which version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lsprotocol.types import Hover, InlayHint, InlayHintKind, MarkupContent, MarkupKind, Position

from migfix.facts import Effect, blocked_by, effect
from migfix.facts.timeline import Moment, timeline
from migfix.lsp.snapshot import Snapshot
from migfix.lsp.text import Text
from migfix.model import ops
from migfix.model.revision import Body, Span
from migfix.model.target import Target
from migfix.words import BLOCKS, effect_work, locking, moment_lock

OLDEST, NEWEST = 9, 18
"""PostgreSQL versions between which facts are compared."""


def hover(snapshot: Snapshot, position: Position) -> Hover | None:
    """About the operations at a place; None where there is none."""
    text = Text(snapshot.reading.text, snapshot.client.encoding)
    place = text.place(position)
    for body in (snapshot.reading.revision.upgrade, snapshot.reading.revision.downgrade):
        found = _at(body, place, _target(snapshot))
        if found:
            said = "\n\n---\n\n".join("\n\n".join(_lines(m, snapshot)) for m in found)
            kind = MarkupKind.Markdown if snapshot.client.markdown else MarkupKind.PlainText
            value = said if snapshot.client.markdown else _plain(said)
            return Hover(contents=MarkupContent(kind=kind, value=value), range=text.range(found[0].placed.span))
    return None


def hints(snapshot: Snapshot, first: int, last: int) -> list[InlayHint]:
    """A few words behind each operation that keeps others waiting, on the lines from `first` to `last` (from 1)."""
    text = Text(snapshot.reading.text, snapshot.client.encoding)
    found: dict[int, Moment] = {}
    for moment in timeline(snapshot.reading.revision.upgrade.ops, _target(snapshot)):
        if first <= moment.placed.span.end_line <= last and _waits(moment):
            found.setdefault(moment.placed.span.end_line, moment)
    return [_hint(moment, text) for moment in found.values()]


def _hint(moment: Moment, text: Text) -> InlayHint:
    line = moment.placed.span.end_line
    words = f"{moment.effect.lock}: {BLOCKS[blocked_by(moment.effect.lock)]}"
    work = effect_work(moment.effect)
    return InlayHint(
        position=text.position(line, len(text.lines[line - 1])),
        label=f"{words}, {work}" if work else words,
        padding_left=True,
        kind=InlayHintKind.Type,
    )


def _waits(moment: Moment) -> bool:
    return not moment.fresh and blocked_by(moment.effect.lock) != "nothing"


def _target(snapshot: Snapshot) -> Target:
    found: Target = snapshot.workspace.configuration.settings.target
    return found


def _at(body: Body, place: tuple[int, int], target: Target) -> list[Moment]:
    """The operations whose code holds the place; of nested ones the narrowest."""
    holding = [m for m in timeline(body.ops, target) if _holds(m.placed.span, place)]
    if not holding:
        return []
    narrow = min(holding, key=lambda m: _size(m.placed.span)).placed.span
    return [m for m in holding if m.placed.span == narrow]


def _holds(span: Span, place: tuple[int, int]) -> bool:
    return (span.line, span.column) <= place <= (span.end_line, span.end_column)


def _size(span: Span) -> tuple[int, int]:
    return span.end_line - span.line, span.end_column - span.column


def _lines(moment: Moment, snapshot: Snapshot) -> Iterator[str]:
    from migfix.emit.short_sql import sql_lines

    op = moment.placed.op
    if isinstance(op, ops.Opaque):
        yield f"**Not read**, so not judged: {op.why}"
        return
    yield "```sql\n" + "\n".join(f"{line};" for line in sql_lines(op)) + "\n```"
    yield f"**Lock** {moment_lock(moment)}"
    yield from (
        f"**Held** {h.lock} on {h.table} since operation {h.since} of this transaction: {BLOCKS[blocked_by(h.lock)]}"
        for h in moment.held
    )
    if moment.stalls:
        yield f"**Others wait** while it {effect_work(moment.effect) or 'writes rows'}, for as long as the table is large"
    if moment.placed.condition:
        yield f"**Runs** only {moment.placed.condition}"
    yield from (f"**Version** {note}" for note in _versions(op, _target(snapshot)))
    yield f"_PostgreSQL ≥ {_target(snapshot).pg_version}; {'a transaction of its own' if moment.placed.autocommit else 'in the transaction of the revision'}_"
    for shown in snapshot.shown:
        if shown.finding.index == moment.placed.index and _is_upgrade(moment, snapshot):
            lock = locking(shown.finding)
            yield f"**{shown.finding.code} {shown.finding.rule}** {shown.finding.message}" + (
                f" ({lock})" if lock else ""
            )


def _is_upgrade(moment: Moment, snapshot: Snapshot) -> bool:
    return any(p is moment.placed for p in snapshot.reading.revision.upgrade)


def _versions(op: ops.Op, target: Target) -> Iterator[str]:
    """Where the facts change from one version to the next: "from PostgreSQL 11 on: …"."""
    before = effect(op, replace(target, pg_version=OLDEST))
    for version in range(OLDEST + 1, NEWEST + 1):
        now = effect(op, replace(target, pg_version=version))
        if now != before:
            yield f"from PostgreSQL {version} on: {_said(now)}; before: {_said(before)}"
        before = now


def _said(found: Effect) -> str:
    return f"{found.lock or 'no table lock'}, {effect_work(found) or 'catalogue change only'}"


def _plain(markdown: str) -> str:
    """Without the marks that `_lines` puts at the borders of lines; names keep their underscores."""
    without_fences = re.sub(r"^```.*\n|\n```$", "", markdown, flags=re.MULTILINE)
    return re.sub(r"^(?:_(.*)_$|\*\*(.*?)\*\*)", lambda m: m[1] or m[2], without_fences, flags=re.MULTILINE)
