"""Small edits of a module's text by position: where a variable is set, and pieces put in place of others."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from migfix.model.revision import Span
from migfix.read.source import Source


def assignment(source: Source, name: str) -> tuple[ast.stmt, ast.expr] | None:
    """The last module-level statement that sets the variable alone, and its value."""
    found: tuple[ast.stmt, ast.expr] | None = None
    for node in ast.parse(source.text).body:
        targets = (
            [node.target] if isinstance(node, ast.AnnAssign) else node.targets if isinstance(node, ast.Assign) else []
        )
        if any(isinstance(t, ast.Name) and t.id == name for t in targets):
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            found = (node, value) if value is not None and len(targets) == 1 else None
    return found


def line_end(source: Source, statement: ast.stmt) -> Span:
    """Behind the statement's last line, and a comment on it."""
    line = source.span(statement).end_line
    column = len(source.lines[line - 1].rstrip("\r\n"))
    return Span(line, column, line, column)


def spliced(source: Source, edits: Iterable[tuple[Span, str]]) -> str:
    """The text with every span replaced; spans do not overlap. A byte order mark is not part of the result."""
    starts = [0]
    for line in source.lines:
        starts.append(starts[-1] + len(line))
    text = source.text
    for span, new in sorted(edits, key=lambda e: e[0], reverse=True):
        start, end = starts[span.line - 1] + span.column, starts[span.end_line - 1] + span.end_column
        text = text[:start] + new + text[end:]
    return text
