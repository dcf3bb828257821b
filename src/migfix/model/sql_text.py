"""PostgreSQL SQL as tokens, and what can be said about an expression from them alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from migfix.model.maybe import UNKNOWN, Maybe
from migfix.model.ops import Update

Kind: TypeAlias = Literal["word", "quoted", "string", "number", "param", "op", "punct", "error"]


def words(text: str) -> frozenset[str]:
    """A set of keywords written as one text."""
    return frozenset(text.split())


# Letters, "_" and all beyond ASCII, said by what they are not: a class up to U+10FFFF takes ten times as long to compile.
_LETTER = r"[^\x00-@\[-^`\x7b-\x7f]"
_WORD = _LETTER + r"[^\x00-\x23\x25-/:-@\[-^`\x7b-\x7f]*"
_TAG = _LETTER + r"[^\x00-/:-@\[-^`\x7b-\x7f]*"
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\n\r\f\v]+|--[^\r\n]*)
  | (?P<comment>/\*)
  | (?P<string>[eE]'(?:[^'\\]|\\.|'')*' | (?:[bBxXnN]|[uU]&)?'[^']*(?:''[^']*)*')
  | (?P<quoted>(?:[uU]&)?"[^"]*(?:""[^"]*)*")
  | (?P<dollar>\$(?:{_TAG})?\$)
  | (?P<word>{_WORD})
  | (?P<number>(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)
  | (?P<param>\$\d+)
  | (?P<op>::|:=|\.\.|(?:(?!--|/\*)[-+*/<>=~!@\#%^&|`?])+)
  | (?P<punct>[()\[\],;.:])
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


class Token(NamedTuple):
    """One token; `start` and `end` are character offsets. A NamedTuple, because a file holds thousands of them.

    A dollar-quoted string is a "string". "error" is what cannot be a token (an unterminated quote, a NUL): it reaches
    to the end of the text and is always the last.
    """

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def name(self) -> str | None:
        """The identifier the token stands for, folded as PostgreSQL folds it; None when it is none."""
        if self.kind == "word":
            return fold(self.text)
        if self.kind == "quoted" and self.text[0] == '"':
            return self.text[1:-1].replace('""', '"')
        return None


def fold(word: str) -> str:
    """An unquoted identifier's real name: ASCII letters in lower case (PostgreSQL manual, Identifiers and Key Words)."""
    return word.lower() if word.isascii() else "".join(c.lower() if c.isascii() else c for c in word)


def _comment_end(sql: str, start: int) -> int | None:
    """Where the block comment ends; PostgreSQL nests them."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return None


def tokens(sql: str) -> list[Token]:
    """All tokens but white space and comments, under standard_conforming_strings (the default since 9.1)."""
    found: list[Token] = []
    at, size, match = 0, len(sql), _TOKEN.match
    while at < size:
        hit = match(sql, at)
        kind = hit.lastgroup if hit else None
        end: int | None = hit.end() if hit else None
        if kind == "comment":
            end = _comment_end(sql, at)
        elif kind == "dollar" and hit:
            close = sql.find(hit.group(), hit.end())
            end = close + len(hit.group()) if close >= 0 else None
            kind = "string"
        if end is None:
            found.append(Token("error", sql[at:], at, size))
            break
        if kind not in ("space", "comment"):
            found.append(Token(kind, sql[at:end], at, end))  # type: ignore[arg-type]
        at = end
    return found


_OPEN, _CLOSE = frozenset("(["), frozenset(")]")


def split(found: Sequence[Token], *, at: str) -> list[list[Token]]:
    """The tokens cut at every `at` (a comma, a semicolon) that stands outside all brackets; the cuts are left out."""
    pieces: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        if token.kind == "punct":
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if depth == 0 and token.text == at:
                pieces.append([])
                continue
        pieces[-1].append(token)
    return pieces


# Volatile by pg_proc.provolatile, and a value of its own for each row.
_VOLATILE = words(
    """
    clock_timestamp currval gen_random_bytes gen_random_uuid gen_salt lastval nextval pg_sleep random random_normal
    setseed setval timeofday uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7
    """
)


def _calls(found: Sequence[Token]) -> Iterable[str]:
    for token, after in pairwise(found):
        if after.text == "(" and token.name is not None:
            yield token.name


def volatile_functions(sql: str) -> frozenset[str]:
    """The functions called in `sql` that are known to give each row a value of its own (gen_random_uuid, nextval …).

    now(), current_timestamp and the like are stable: not in it. A function nobody has heard of is not in it either.
    """
    return frozenset(_calls(tokens(sql))) & _VOLATILE


# Words that stand in expressions and cannot name a column there (reserved, or reserved but for functions and types).
_NOT_COLUMNS = words(
    """
    all and any array as asymmetric between both case cast collate current_catalog current_date current_role
    current_schema current_time current_timestamp current_user distinct else end false for from ilike in is isnull
    leading like localtime localtimestamp not notnull null or placing session_user similar some symmetric then to
    trailing true user using when
    """
)
_OTHER_ROWS = frozenset(["default", "filter", "lateral", "over", "select", "table", "values", "with", "within"])
_TYPE_TAILS = frozenset(["precision", "varying", "with", "without", "time", "zone"])


def _is_phrase(found: Sequence[Token], index: int) -> bool:
    """The word belongs to a construct's own syntax: AT TIME ZONE, EXTRACT(field FROM …), a typed constant, an argument's name."""
    words = [fold(t.text) for t in found[max(index - 2, 0) : index + 3]]
    here = index - max(index - 2, 0)
    for lead in range(min(here, 2) + 1):
        if words[here - lead : here - lead + 3] == ["at", "time", "zone"]:
            return True
    after = found[index + 1] if index + 1 < len(found) else None
    if after is not None and (after.kind == "string" or after.text == "=>"):
        return True
    return here == 2 and words[:2] == ["extract", "("] and words[3:4] == ["from"]


def _without_types(found: Sequence[Token]) -> list[Token]:
    """The tokens without the type names of `::type` and `CAST(… AS type)`."""
    kept: list[Token] = []
    index = 0
    while index < len(found):
        token = found[index]
        kept.append(token)
        index += 1
        if token.text != "::" and not (token.kind == "word" and fold(token.text) == "as"):
            continue
        index += 1
        while index < len(found) and (found[index].text == "." or found[index - 1].text == "."):
            index += 1
        while index < len(found) and fold(found[index].text) in _TYPE_TAILS:
            index += 1
    return kept


def columns_in(sql_expr: str) -> Maybe[frozenset[str]]:
    """The columns an expression reads, by real name; UNKNOWN for a subquery, a window or text that is no expression.

    The last part of a dotted name counts (`t.a` reads "a").
    """
    found = _without_types(tokens(sql_expr))
    if not found or any(t.kind == "error" or t.text == ";" for t in found) or _has_star(found):
        return UNKNOWN
    columns: set[str] = set()
    for index, token in enumerate(found):
        name = token.name
        if (token.kind == "quoted" and name is None) or (token.kind == "word" and name in _OTHER_ROWS):
            return UNKNOWN
        if name is None or (token.kind == "word" and name in _NOT_COLUMNS) or _is_phrase(found, index):
            continue
        if found[index + 1 : index + 2] and found[index + 1].text in ("(", "."):
            continue
        columns.add(name)
    return frozenset(columns)


def _has_star(found: Sequence[Token]) -> bool:
    """Somewhere stands `t.*`."""
    return any(a.text == "." and b.text == "*" for a, b in pairwise(found))


def is_idempotent(update: Update) -> bool:
    """Running the UPDATE a second time on the same rows gives the same values: no assigned column is read.

    By names alone: a subquery counts as reading every name in it. Doubt (an unread assignment, DEFAULT, a whole row, a
    subquery on the table itself) is False. Volatile functions are not looked at: ask `volatile_functions`. A view on
    the table that shows an assigned column under another name goes unseen.
    """
    if not isinstance(update.assignments, tuple):
        return False
    assigned = frozenset(column for column, _ in update.assignments)
    rows = frozenset({update.table.name.text, update.alias} - {None})
    return all(_reads_neither(value, assigned, rows) for _, value in update.assignments)


_SELECTS = words("select distinct all , .")


def _reads_neither(value: str, columns: frozenset[str], rows: frozenset[str | None]) -> bool:
    """No name in the expression is one of `columns`, or one of `rows` other than in front of a dot; and no `*` row."""
    found = _without_types(tokens(value))
    if not found or found[-1].kind == "error":
        return False
    for index, token in enumerate(found):
        name, after = token.name, found[index + 1].text if index + 1 < len(found) else ""
        if token.text == "*" and index and fold(found[index - 1].text) in _SELECTS:
            return False
        if token.kind == "quoted" and name is None:
            return False
        if name is not None and after != "(" and (name in columns or (name in rows and after != ".")):
            return False
        if token.kind == "word" and name == "default":
            return False
    return True
