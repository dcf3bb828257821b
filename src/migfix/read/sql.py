"""PostgreSQL SQL text to ops: what a string given to `op.execute` does, statement by statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from migfix.model import ops
from migfix.model.sql_text import Token, fold, split, tokens
from migfix.read.sql_binds import Binds, without_binds
from migfix.read.sql_slices import Source, byte_map


@dataclass(frozen=True, slots=True, kw_only=True)
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
    if found and found[-1].kind == "error":
        return (_opaque(text, found[0].start, len(text.rstrip()), _refusal(clean)),)
    pieces = [found] if _has_atomic_body(found) else split(found, at=";")
    return tuple(s for piece in pieces if piece for s in _statements(text, clean, piece, binds))


def _has_atomic_body(found: Sequence[Token]) -> bool:
    """A function body in BEGIN ATOMIC … END holds semicolons of its own."""
    return any(fold(a.text) == "begin" and fold(b.text) == "atomic" for a, b in pairwise(found))


def _statements(text: str, clean: str, piece: Sequence[Token], binds: Binds) -> tuple[SqlStatement, ...]:
    from migfix.read.sql_parser import SyntaxRefusal, parse
    from migfix.read.sql_tree import read_tree

    start, end = piece[0].start, piece[-1].end
    shifted = [Token(t.kind, t.text, t.start - start, t.end - start) for t in piece]
    local_binds = tuple((at - start, name) for at, name in binds)
    clean, author = clean[start:end], text[start:end]
    try:
        parsed = parse(clean)
    except SyntaxRefusal as refusal:
        return (_opaque(text, start, end, f"PostgreSQL cannot parse it: {refusal}"),)
    chars = byte_map(clean)
    made: list[SqlStatement] = []
    for statement in parsed:
        first = statement.start if chars is None else chars[statement.start]
        stop = statement.start + statement.size
        last = len(clean) if not statement.size else stop if chars is None else chars[stop]
        own = tuple(t for t in shifted if first <= t.start and t.end <= last)
        source = Source(text=author, found=own, chars=chars, binds=local_binds)
        found = read_tree(statement.kind, statement.node, source)
        made.append(SqlStatement(text=source.sql, start=start + source.start, end=start + source.end, ops=found))
    return tuple(made)


def _refusal(clean: str) -> str:
    from migfix.read.sql_parser import SyntaxRefusal, parse

    try:
        parse(clean)
    except SyntaxRefusal as refusal:
        return f"PostgreSQL cannot parse it: {refusal}"
    return "the SQL could not be cut into tokens"


def _opaque(text: str, start: int, end: int, why: str) -> SqlStatement:
    code = text[start:end]
    return SqlStatement(text=code, start=start, end=end, ops=(ops.Opaque(code=code, why=why),))
