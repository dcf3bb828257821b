"""What is shown in one open document, and where: findings with their places moved along while the text cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from migfix.engine import Report
from migfix.model.record import record
from migfix.model.revision import Span
from migfix.plan import Finding

Key = tuple[str, str, str, int]
"""A finding beyond one check: code, revision, subject, and which of those that agree in all three."""


@record
class Shown:
    """A finding at a place of this document; `related` are its other places, with what is there."""

    finding: Finding
    key: Key
    span: Span
    related: tuple[tuple[str, Span, str], ...] = ()


def shown_in(report: Report, path: Path) -> tuple[Shown, ...]:
    """The findings of a file, in the order of the check; several heads are shown at each of them."""
    return tuple(_shown(report, path))


def keyed(report: Report) -> dict[Key, Finding]:
    """The findings of a report by what identifies them."""
    found: dict[Key, Finding] = {}
    for finding in report.findings:
        order = 0
        while (finding.code, finding.revision, finding.subject, order) in found:
            order += 1
        found[finding.code, finding.revision, finding.subject, order] = finding
    return found


def _shown(report: Report, path: Path) -> Iterator[Shown]:
    for key, finding in keyed(report).items():
        own = (finding.path, finding.span, finding.message)
        if same(finding.path, path):
            yield Shown(finding=finding, key=key, span=finding.span, related=finding.related)
        elif finding.index is None and finding.code == "MF801":
            for place in finding.related:
                if same(place[0], path):
                    others = (p for p in finding.related if p is not place)
                    yield Shown(finding=finding, key=key, span=place[1], related=(own, *others))


def same(shown: str, path: Path) -> bool:
    return Path(shown).absolute() == path


def moved(span: Span, old: list[str], new: list[str]) -> Span:
    """The place of `span` after an edit, known by the lines above and below that stayed."""
    top = 0
    while top < min(len(old), len(new)) and old[top] == new[top]:
        top += 1
    bottom = 0
    while bottom < min(len(old), len(new)) - top and old[-1 - bottom] == new[-1 - bottom]:
        bottom += 1

    def line(number: int) -> int:
        if number <= top:
            return number
        if number > len(old) - bottom:
            return number + len(new) - len(old)
        return min(number, max(len(new) - bottom, 1))

    return Span(line(span.line), span.column, line(span.end_line), span.end_column)
