"""PostgreSQL SQL text to ops: what a string given to `op.execute` does, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    whole = _has_atomic_body(found) or (bool(found) and found[-1].kind == "error")
    pieces = [found] if whole else split(found, at=";")
    return tuple(made for piece in pieces if piece for made in _read_piece(text, clean, piece, binds))


def _has_atomic_body(found: Sequence[Token]) -> bool:
    """A function body in BEGIN ATOMIC … END holds semicolons of its own, so the parser must find the statements."""
    return any(fold(a.text) == "begin" and fold(b.text) == "atomic" for a, b in pairwise(found))


def _read_piece(text: str, clean: str, piece: Sequence[Token], binds: Binds) -> Iterator[SqlStatement]:
    from migfix.read.sql_parser import SyntaxRefusal, parse
    from migfix.read.sql_tree import read_tree

    start, end = piece[0].start, piece[-1].end
    given = clean[start:end]
    try:
        parsed = parse(given)
    except SyntaxRefusal as refusal:
        code = text[start:end].rstrip()
        why = f"PostgreSQL cannot parse it: {refusal}"
        yield SqlStatement(text=code, start=start, end=start + len(code), ops=(ops.Opaque(code=code, why=why),))
        return
    chars = byte_map(given)
    for statement in parsed:
        source = Source(text=text, found=(), base=start, chars=chars, binds=binds)
        first = source.char(statement.start)
        last = source.char(statement.start + statement.size) if statement.size else end
        source = source.narrowed(t for t in piece if first <= t.start and t.end <= last)
        made = read_tree(statement.kind, statement.node, source)
        yield SqlStatement(text=source.sql, start=source.start, end=source.end, ops=made)
