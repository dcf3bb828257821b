"""Bind parameters in SQL text, taken out of the parser's way without moving a character."""

from __future__ import annotations

import re

from migfix.model.sql_text import words

_SCAN = re.compile(
    r"""
    (?P<comment>/\*)
  | (?P<skip>
        --[^\r\n]*
      | (?<![\w$])[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z)
      | '[^']*(?:'|\Z)
      | "[^"]*(?:"|\Z)
      | (?<![\w$])(?P<tag>\$(?:[^\W\d]\w*)?\$).*?(?:(?P=tag)|\Z)
    )
  | (?P<escape>(?:\\:)+)
  | (?P<percents>%%)
  | %\((?P<pyformat>\w+)\)s\b
  | %(?P<format>s)\b
  | (?<![:\w\\]):(?P<named>\w+)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_IN = re.compile(r"\b(?:(not)\s+)?in\s*\Z", re.IGNORECASE)
_LAST = re.compile(r"(\w+|\S)\s*\Z")
_BEFORE_VALUE = words(
    "and any as between by case cast default else from having ilike in into is like limit not offset on or returning"
    " select set then to using values when where"
)

Binds = tuple[tuple[int, str], ...]


def without_binds(sql: str) -> tuple[str, Binds]:
    r"""The text with every bind parameter as `$1` padded with zeros to its own length, and each one's offset and name.

    Known are `:name` (the pattern of sqlalchemy.text), `%(name)s` and `%s` (DBAPI; the name is "%s"); `\:` becomes a
    colon and `%%` a percent sign, again without moving what follows. `IN :ids`, an expanding parameter, becomes a
    comparison. Quotes, dollar quotes and comments stay.
    """
    if ":" not in sql and "%" not in sql:
        return sql, ()
    clean, found = list(sql), []
    at = 0
    while hit := _SCAN.search(sql, at):
        at = _comment_end(sql, hit.start()) if hit["comment"] else max(hit.end(), at + 1)
        if hit["comment"] or hit["skip"] or (hit["format"] and not _takes_value(sql, hit.start())):
            continue
        name = hit["named"] or hit["pyformat"] or ("%s" if hit["format"] else None)
        if name is not None:
            found.append((hit.start(), name))
            if expanding := _IN.search(sql, max(0, hit.start() - 100), hit.start()):
                operator = "<>" if expanding[1] else "="
                clean[expanding.start() : expanding.end()] = operator.ljust(len(expanding[0]))
        clean[hit.start() : hit.end()] = _instead(hit, name)
    return "".join(clean), tuple(found)


def _instead(hit: re.Match[str], name: str | None) -> str:
    size = len(hit[0])
    if name is not None:
        return "$" + "1".rjust(size - 1, "0")
    return (":" * (size // 2) if hit["escape"] else "%").ljust(size)


def _comment_end(sql: str, start: int) -> int:
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(sql)


def _takes_value(sql: str, at: int) -> bool:
    """A value may stand here, so `%s` cannot be the operator `%` and a column `s`."""
    last = _LAST.search(sql, max(0, at - 100), at)
    return last is None or last[1].lower() in _BEFORE_VALUE or last[1] in "=<>+-*/(,[|&#~!^"
