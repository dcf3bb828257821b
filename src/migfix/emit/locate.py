"""From the spans that reading found to the LibCST nodes they mean."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import libcst as cst
from libcst import matchers as m

from migfix.model.revision import Span
from migfix.read.source import Source


class Locator:
    """Finds nodes of one module by span. Node identity holds: the module is not copied.

    LibCST's own positions cost a printing of the whole file; here the two trees are walked side by side instead,
    since both list the same statements, and the same calls in a statement, in the same order.
    """

    def __init__(self, module: cst.Module, source: Source) -> None:
        self._source = source
        self._statements = [
            (source.span(node), node, found) for node, found in _paired(ast.parse(source.text).body, module.body)
        ]

    def statement(self, span: Span) -> cst.CSTNode | None:
        """The innermost statement that covers the span."""
        found = self._covering(span)
        return None if found is None else found[1]

    def call(self, span: Span) -> cst.Call | None:
        """The call that stands at exactly this span."""
        found = self._covering(span)
        if found is None or not isinstance(found[0], _SIMPLE):
            return None
        calls = [n for n in ast.walk(found[0]) if isinstance(n, ast.Call)]
        spans = sorted(
            (self._source.span(n) for n in calls), key=lambda s: (s.line, s.column, -s.end_line, -s.end_column)
        )
        nodes = [n for n in m.findall(found[1], m.Call()) if isinstance(n, cst.Call)]
        return dict(zip(spans, nodes, strict=True)).get(span)

    def _covering(self, span: Span) -> tuple[ast.stmt, cst.CSTNode] | None:
        covering = [(s, node, found) for s, node, found in self._statements if _covers(s, span)]
        return min(covering, key=lambda each: _size(each[0]))[1:] if covering else None


_SIMPLE = (
    ast.Expr,
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Return,
    ast.Delete,
    ast.Raise,
    ast.Assert,
)


def _paired(
    nodes: Iterable[ast.stmt], found: Sequence[cst.BaseStatement | cst.BaseSmallStatement]
) -> Iterator[tuple[ast.stmt, cst.CSTNode]]:
    """Each statement of two equal bodies with its counterpart, and those inside of it."""
    flat = chain.from_iterable(x.body if isinstance(x, cst.SimpleStatementLine) else (x,) for x in found)
    for node, other in zip(nodes, flat, strict=True):
        yield node, other
        for inner, body in zip(_bodies(node), _suites(other), strict=True):
            yield from _paired(inner, body)


def _bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The bodies inside a compound statement in the order of the text, empty ones left out."""
    for field in ("body", "handlers", "cases", "orelse", "finalbody"):
        inner = getattr(node, field, [])
        if field in ("handlers", "cases"):
            yield from (x.body for x in inner)
        elif inner:
            yield inner


def _suites(node: cst.CSTNode) -> Iterator[Sequence[cst.BaseStatement | cst.BaseSmallStatement]]:
    """The same of a LibCST statement; an `elif` is a body of one statement there as in `ast`."""
    if isinstance(node, cst.Match):
        yield from (case.body.body for case in node.cases)
        return
    if isinstance(node, cst.BaseCompoundStatement):
        yield node.body.body
    for handler in getattr(node, "handlers", ()):
        yield handler.body.body
    for name in ("orelse", "finalbody"):
        inner = getattr(node, name, None)
        if isinstance(inner, cst.If):
            yield (inner,)
        elif isinstance(inner, cst.Else | cst.Finally):
            yield inner.body.body


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
    if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite | cst.IndentedBlock):
        for child in node.body:
            yield from small_statements(child)
        return
    if isinstance(node, cst.BaseCompoundStatement):
        for body in _suites(node):
            for child in body:
                yield from small_statements(child)
