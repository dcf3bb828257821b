"""One SQL statement with its tokens: the author's own text between two points, which no parser would give back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from migfix.model.record import record
from migfix.model.sql_text import Token, fold, split


class Doubt(Exception):
    """The tokens do not line up with the parser's tree: the statement is reported as unread, never guessed at."""


@record
class Source:
    """A whole SQL string and the tokens of one statement in it.

    `text` is the author's. The parser was given what begins at `base`; `chars[b]` is the character that its byte b
    belongs to (None when they are the same). `binds` pairs each bind parameter's offset with its name.
    """

    text: str
    found: tuple[Token, ...]
    base: int = 0
    chars: Sequence[int] | None = None
    binds: tuple[tuple[int, str], ...] = ()

    def narrowed(self, byte: int, size: int) -> Source:
        """The same text with the tokens of one statement of the parser's; `size` 0 reaches to the end."""
        first, last = self.char(byte), self.char(byte + size) if size else self.end
        return replace(self, found=tuple(t for t in self.found if first <= t.start and t.end <= last))

    @property
    def start(self) -> int:
        return self.found[0].start if self.found else 0

    @property
    def end(self) -> int:
        return self.found[-1].end if self.found else 0

    @property
    def sql(self) -> str:
        return self.text[self.start : self.end]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the statement's bind parameters, each once, in order."""
        return tuple(dict.fromkeys(name for at, name in self.binds if self.start <= at < self.end))

    def char(self, byte: int) -> int:
        """The character of `text` that the parser's byte offset means."""
        return self.base + (byte if self.chars is None else self.chars[byte])

    def after(self, byte: int) -> list[Token]:
        """The tokens from a parser's location on."""
        at = self.char(byte)
        return [t for t in self.found if t.start >= at]

    def slice(self, found: Sequence[Token]) -> str:
        """The author's text that the tokens cover; empty for none."""
        return self.text[found[0].start : found[-1].end] if found else ""


def byte_map(text: str) -> Sequence[int] | None:
    """For each byte of `text` in UTF-8 the character it belongs to, and one more for the end; None for plain ASCII."""
    if text.isascii():
        return None
    found: list[int] = []
    for index, char in enumerate(text):
        found.extend([index] * len(char.encode(errors="replace")))
    return [*found, len(text)]


def top_level(found: Sequence[Token]) -> list[tuple[int, str]]:
    """Position and folded text of every unquoted word that stands outside all brackets."""
    words: list[tuple[int, str]] = []
    depth = 0
    for index, token in enumerate(found):
        if token.kind == "punct":
            depth += (token.text in "([") - (token.text in ")]")
        elif depth == 0 and token.kind == "word":
            words.append((index, fold(token.text)))
    return words


def find_word(found: Sequence[Token], *wanted: str) -> int | None:
    """Position of the first of the keywords outside all brackets; the FROM of IS DISTINCT FROM does not count."""
    for index, word in top_level(found):
        if word in wanted and not (word == "from" and index and fold(found[index - 1].text) == "distinct"):
            return index
    return None


def before_word(found: Sequence[Token], *wanted: str) -> list[Token]:
    """The tokens up to the first of the keywords, or all."""
    index = find_word(found, *wanted)
    return list(found if index is None else found[:index])


def after_word(found: Sequence[Token], *wanted: str) -> list[Token]:
    """The tokens behind the first of the keywords; none when it does not occur."""
    index = find_word(found, *wanted)
    return [] if index is None else list(found[index + 1 :])


def inside(found: Sequence[Token]) -> list[Token]:
    """The tokens between the first opening parenthesis and the one that closes it."""
    depth, start = 0, None
    for index, token in enumerate(found):
        if token.text == "(" and token.kind == "punct":
            start = index + 1 if start is None else start
            depth += 1
        elif token.text == ")" and token.kind == "punct":
            depth -= 1
            if depth == 0 and start is not None:
                return list(found[start:index])
    return []


def items(found: Sequence[Token]) -> list[list[Token]]:
    """The tokens cut at their own commas."""
    return [p for p in split(found, at=",") if p]
