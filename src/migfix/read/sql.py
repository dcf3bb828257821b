"""PostgreSQL SQL text to ops: what a string given to `op.execute` does, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from migfix.model import ops
from migfix.model.record import record
from migfix.model.sql_text import Token, fold, split, tokens
from migfix.read.sql_binds import Binds, without_binds
from migfix.read.sql_depth import is_too_deep
from migfix.read.sql_slices import Source, byte_map


@record
class SqlStatement:
    """One statement: the author's `text` without the semicolon (`given[start:end]`, in characters), and what it does."""

    text: str
    start: int
    end: int
    ops: tuple[ops.Op, ...]


def read_sql(text: str) -> tuple[SqlStatement, ...]:
    """The statements of `text` in order. Never raises: what PostgreSQL would refuse is Opaque with the parser's message.

    Bind parameters (`:name`, `%(name)s`, `%s`) are understood; conditions and expressions are the author's own text.
    """
    clean, binds = without_binds(text)
    found = tokens(clean)
    whole = _has_atomic_body(found) or (bool(found) and found[-1].kind == "error")
    pieces = [found] if whole else split(found, at=";")
    return tuple(made for piece in pieces if piece for made in _read_piece(text, clean, piece, binds))


def _has_atomic_body(found: Sequence[Token]) -> bool:
    """A function body in BEGIN ATOMIC … END holds semicolons of its own, so the parser must find the statements."""
    return any(fold(a.text) == "begin" and fold(b.text) == "atomic" for a, b in pairwise(found))


def _read_piece(text: str, clean: str, piece: Sequence[Token], binds: Binds) -> Iterator[SqlStatement]:
    from migfix.read.sql_parser import SyntaxRefusal, parse
    from migfix.read.sql_tree import read_tree

    refusal = _refusal(piece)
    start = piece[0].start
    given = _without_comments(clean, piece)
    try:
        parsed = () if refusal else parse(given)
    except SyntaxRefusal as error:
        refusal = str(error)
    if refusal:
        code = text[start : piece[-1].end].rstrip()
        why = f"PostgreSQL cannot parse it: {refusal}"
        yield SqlStatement(text=code, start=start, end=start + len(code), ops=(ops.Opaque(code=code, why=why),))
        return
    chars = byte_map(given)
    whole = Source(text=text, found=tuple(piece), base=start, chars=chars, binds=binds)
    for statement in parsed:
        source = whole.narrowed(statement.start, statement.size)
        made = read_tree(statement.kind, statement.node, source)
        yield SqlStatement(text=source.sql, start=source.start, end=source.end, ops=made)


_OPENINGS = {
    "'": "unterminated quoted string",
    '"': "unterminated quoted identifier",
    "$": "unterminated dollar-quoted string",
    "/": "unterminated /* comment",
    "\0": "a NUL byte",
}


def _refusal(piece: Sequence[Token]) -> str | None:
    """Why the parser need not be asked, or must not be."""
    last = piece[-1]
    if last.kind == "error":
        opening = last.text.lstrip("bBeEnNuUxX&")[:1] or last.text[0]
        return _OPENINGS.get(opening, f'syntax error at or near "{opening}"')
    return "expressions nested too deeply to read" if is_too_deep(piece) else None


def _without_comments(clean: str, piece: Sequence[Token]) -> str:
    """The piece with spaces for whatever is no token: PostgreSQL's scanner takes quadratic time for `/*/*/*…`."""
    given = clean[piece[0].start : piece[-1].end]
    if "/*" not in given:
        return given
    parts = [piece[0].text]
    for before, token in pairwise(piece):
        gap = clean[before.end : token.start]
        parts += ["".join("\n" if c == "\n" else " " for c in gap), token.text]
    return "".join(parts)
