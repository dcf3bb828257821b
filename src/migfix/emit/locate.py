"""From the spans that reading found to the LibCST nodes they mean."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from migfix.model.revision import Span


class Locator:
    """Finds nodes of one module by span. Node identity holds: the module is not copied."""

    def __init__(self, module: cst.Module) -> None:
        positions = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
        self._statements: list[tuple[Span, cst.CSTNode]] = []
        self._calls: dict[Span, cst.Call] = {}
        for node, found in positions.items():
            if isinstance(node, cst.Call):
                self._calls[_span(found)] = node
            elif isinstance(node, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
                self._statements.append((_span(found), node))

    def statement(self, span: Span) -> cst.CSTNode | None:
        """The innermost statement that covers the span."""
        covering = [(s, n) for s, n in self._statements if _covers(s, span)]
        return min(covering, key=lambda pair: _size(pair[0]))[1] if covering else None

    def call(self, span: Span) -> cst.Call | None:
        return self._calls.get(span)


def _span(found: object) -> Span:
    start, end = found.start, found.end  # type: ignore[attr-defined]
    return Span(start.line, start.column, end.line, end.column)


def _covers(outer: Span, inner: Span) -> bool:
    starts = (outer.line, outer.column) <= (inner.line, inner.column)
    return starts and (outer.end_line, outer.end_column) >= (inner.end_line, inner.end_column)


def _size(span: Span) -> tuple[int, int]:
    lines = span.end_line - span.line
    return lines, span.end_column - (span.column if lines == 0 else 0)


class _Comments(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Comment(self, node: cst.Comment) -> None:
        self.found.append(node.value)


def comments(node: cst.CSTNode) -> list[str]:
    """Every comment inside the node, in order."""
    visitor = _Comments()
    node.visit(visitor)
    return visitor.found


def small_statements(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The small statements inside a node, itself included."""
    if isinstance(node, cst.BaseSmallStatement):
        yield node
        return
    for child in node.children:
        yield from small_statements(child)
