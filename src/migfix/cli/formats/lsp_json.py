"""What a language server would publish, for clients without one: `[{uri, diagnostics}]`, positions from 0 in UTF-16."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from migfix.cli.answer import Answer
from migfix.cli.screen import Screen
from migfix.model.revision import Span
from migfix.words import ERROR, INFORMATION, cannot_be_read, not_read, said, weight

SOURCE = "migfix"
UNNECESSARY = 1
"""DiagnosticTag of what may be removed."""


def render(answer: Answer, screen: Screen) -> None:
    by_path: dict[str, list[dict[str, Any]]] = {}
    for path, diagnostic in _diagnostics(answer):
        by_path.setdefault(str(Path(path).absolute()), []).append(diagnostic)
    published = [{"uri": Path(path).as_uri(), "diagnostics": found} for path, found in by_path.items()]
    screen.out(json.dumps(published, indent=2, ensure_ascii=True))


def _diagnostics(answer: Answer) -> Iterator[tuple[str, dict[str, Any]]]:
    report = answer.report
    for finding in report.findings:
        editable = answer.state(finding.path) == "new"
        place = _range(finding.span, answer.text(finding.path))
        found = _diagnostic(place, said(finding), weight(finding, editable=editable))
        yield finding.path, {**found, "code": finding.code}
    for path, unread in report.unread:
        place = _range(unread.span, answer.text(path))
        yield path, _diagnostic(place, not_read(unread), ERROR if unread.stops else INFORMATION)
    for ignore in report.unused_ignores:
        line = _lines(answer.text(ignore.path))[ignore.line - 1]
        place = _range(Span(ignore.line, ignore.column, ignore.line, len(line)), answer.text(ignore.path))
        yield ignore.path, {**_diagnostic(place, ignore.message, INFORMATION), "tags": [UNNECESSARY]}
    for problem in report.problems:
        if problem.broken:
            row = problem.span.line - 1 if problem.span else 0
            place = {"start": _position(row, 0), "end": _position(row + 1, 0)}
            yield problem.path, _diagnostic(place, cannot_be_read(problem.reason, problem.span), ERROR)


def _diagnostic(place: Mapping[str, Any], message: str, severity: int) -> dict[str, Any]:
    return {"range": place, "severity": severity, "source": SOURCE, "message": message}


def _range(span: Span, text: str) -> dict[str, Any]:
    lines = _lines(text)
    return {
        "start": _position(span.line - 1, _units(lines, span.line, span.column)),
        "end": _position(span.end_line - 1, _units(lines, span.end_line, span.end_column)),
    }


def _position(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def _lines(text: str) -> list[str]:
    """As Python counts them; a byte order mark is none of the first line's characters."""
    return re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))


def _units(lines: list[str], line: int, column: int) -> int:
    """UTF-16 units before a column in characters."""
    before = lines[line - 1][:column] if line <= len(lines) else ""
    return len(before.encode("utf-16-le", "surrogatepass")) // 2
