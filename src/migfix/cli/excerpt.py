"""The lines a finding points at, with carets."""

from __future__ import annotations

import unicodedata

from migfix.cli.screen import Screen, printable
from migfix.model.revision import Span

WIDEST = 160
"""Characters of one source line that are shown."""


def excerpt(text: str, span: Span, screen: Screen) -> list[str]:
    """The span's first line, carets below it, and how many lines follow."""
    lines = text.removeprefix("\ufeff").split("\n")
    if not 1 <= span.line <= len(lines):
        return []
    line = lines[span.line - 1].rstrip("\r")
    end = span.end_column if span.end_line == span.line else len(line)
    start = max(0, span.column - WIDEST // 2) if len(line) > WIDEST else 0
    number = str(span.line)
    gutter = " " * len(number)
    shown = printable(line[start : start + WIDEST])
    before = printable(line[start : span.column])
    under = printable(line[span.column : min(end, start + WIDEST)])
    pad = "".join("\t" if c == "\t" else " " * _cells(c) for c in before)
    carets = "^" * max(1, sum(_cells(c) for c in under))
    more = span.end_line - span.line
    bar = screen.paint("|", "faint")
    return [
        f"  {screen.paint(number, 'faint')} {bar} {shown}",
        f"  {gutter} {bar} {pad}{screen.paint(carets, 'caret')}"
        + (screen.paint(f" and {more} more line{'s' if more > 1 else ''}", "faint") if more > 0 else ""),
    ]


def _cells(char: str) -> int:
    """Columns of a terminal that a character takes."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
