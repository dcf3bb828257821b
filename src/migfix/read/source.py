"""The text of a file: how it is read from disk, and where a node of its syntax tree stands in it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

from migfix.errors import MigfixError
from migfix.model.revision import Span

_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


class UnreadableFile(MigfixError):
    """A file that is no text: missing, forbidden, or in an encoding that it does not declare."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def encoding_of(data: bytes) -> str:
    """The encoding by BOM and PEP 263 line, by Python's own rules; "utf-8-sig" for a UTF-8 BOM.

    Raises SyntaxError for an unknown encoding or a BOM that contradicts the line.
    """
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def read_file(path: str) -> str:
    """The file's text: newlines as they are, a BOM kept as the first character, decoded by its PEP 263 line.

    Raises UnreadableFile.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UnreadableFile(path, f"cannot be read: {error.strerror or error}") from error
    try:
        encoding = encoding_of(data)
        text = data.decode("utf-8" if encoding == "utf-8-sig" else encoding)
    except SyntaxError as error:
        raise UnreadableFile(path, f"{error.msg}: save it as UTF-8 or name its encoding in line 1 (PEP 263)") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"{path}:{line}",
            f"not valid {error.encoding}: save it as UTF-8 or name its encoding in line 1 (PEP 263)",
        ) from error
    return text


class Source:
    """A file's text with spans and slices by node. A BOM is no part of line 1 (as in LibCST)."""

    __slots__ = ("_ascii", "_lines", "path", "text")

    def __init__(self, text: str, path: str) -> None:
        self.text = text.removeprefix("\ufeff")
        self.path = path
        self._ascii = self.text.isascii()
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines with their ends, split where Python's tokenizer splits."""
        if self._lines is None:
            self._lines = _LINES.findall(self.text)
        return self._lines

    def span(self, node: ast.expr | ast.stmt | ast.excepthandler) -> Span:
        end_line = node.end_lineno or node.lineno
        end = node.end_col_offset or node.col_offset
        if self._ascii:
            return Span(node.lineno, node.col_offset, end_line, end)
        return Span(node.lineno, self._column(node.lineno, node.col_offset), end_line, self._column(end_line, end))

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """The node's source as written."""
        return self.slice(self.span(node))

    def slice(self, span: Span) -> str:
        lines = self.lines
        if span.line == span.end_line:
            return lines[span.line - 1][span.column : span.end_column]
        inner = lines[span.line : span.end_line - 1]
        return "".join((lines[span.line - 1][span.column :], *inner, lines[span.end_line - 1][: span.end_column]))

    def brief(self, node: ast.expr | ast.stmt, limit: int = 80) -> str:
        """The node's source on one line, cut to `limit` characters: for messages."""
        text = " ".join(self.segment(node).split())
        return text if len(text) <= limit else text[: limit - 1] + "…"

    def within(self, literal: ast.Constant, start: int, end: int) -> Span | None:
        """The span of `literal.value[start:end]`, None where escapes or concatenation hide it."""
        code, value = self.segment(literal), literal.value
        if not isinstance(value, str):
            return None
        at = code.find(value)
        if at < 0 or len(code) - at - len(value) > 3:
            return None
        first = _advance(literal.lineno, self.span(literal).column, code[: at + start])
        last = _advance(first[0], first[1], code[at + start : at + end])
        return Span(*first, *last)

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1]
        return offset if text.isascii() else len(text.encode()[:offset].decode(errors="replace"))


def _advance(line: int, column: int, text: str) -> tuple[int, int]:
    newlines = text.count("\n")
    return (line + newlines, len(text) - text.rfind("\n") - 1) if newlines else (line, column + len(text))
