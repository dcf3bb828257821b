"""Places in a document: our spans count characters, a client counts UTF-16, UTF-8 or UTF-32 units."""

from __future__ import annotations

import re
from functools import cached_property

from lsprotocol.types import Position, Range

from migfix.change import Change
from migfix.model.revision import Span

_LINE = re.compile(r"\r\n|\r|\n")
_BYTES = {"utf-8": ("utf-8", 1), "utf-32": ("utf-32-le", 4)}


class Text:
    """A document's text with its lines as the protocol and Python see them (LF, CRLF or CR ends one, no form feed).

    A byte order mark that a client left in the text is a character to the client and none to Python.
    `encoding` is the position encoding agreed with the client: utf-16 unless both know another.
    """

    def __init__(self, text: str, encoding: str) -> None:
        self.text = text
        self._codec, self._width = _BYTES.get(encoding, ("utf-16-le", 2))

    @cached_property
    def lines(self) -> list[str]:
        return _LINE.split(self.text)

    def position(self, line: int, column: int) -> Position:
        """Of a line counted from 1 and a column in characters from 0; what is past the end becomes the end."""
        if line > len(self.lines):
            line, column = len(self.lines), len(self.lines[-1])
        mark = int(line == 1 and self.text.startswith("\ufeff"))
        return Position(line=line - 1, character=self._units(self.lines[line - 1][: max(column, 0) + mark]))

    def range(self, span: Span) -> Range:
        return Range(start=self.position(span.line, span.column), end=self.position(span.end_line, span.end_column))

    def place(self, position: Position) -> tuple[int, int]:
        """The line from 1 and the column in characters of a client's position; past the end becomes the end."""
        number = min(position.line, len(self.lines) - 1)
        line = self.lines[number]
        mark = int(number == 0 and line.startswith("\ufeff"))
        if position.line > number:
            return number + 1, len(line) - mark
        units = 0
        for column, character in enumerate(line):
            if units >= position.character:
                return number + 1, max(column - mark, 0)
            units += self._units(character)
        return number + 1, len(line) - mark

    @property
    def whole(self) -> Range:
        return Range(start=Position(line=0, character=0), end=self.position(len(self.lines) + 1, 0))

    def _units(self, text: str) -> int:
        return len(text) if text.isascii() else len(text.encode(self._codec, "surrogatepass")) // self._width


def edits_of(change: Change, encoding: str) -> list[tuple[Range, str]]:
    """A change of an existing file as ranges and their new text, in order."""
    text = Text(change.before or "", encoding)
    if len(text.lines) != (change.before or "").count("\n") + 1 or text.text.startswith("\ufeff"):
        return [(text.whole, change.after)]  # A lone CR: the protocol counts more lines than a diff does.
    return [
        (Range(start=text.position(e.line, 0), end=text.position(e.end_line, 0)), e.new_text)
        for e in change.text_edits()
    ]
