"""The loop that fills rows in batches, and the functions it needs at the end of the revision."""

from __future__ import annotations

import re
from itertools import pairwise

from migfix.emit.sql import identifier
from migfix.emit.style import Style
from migfix.model import ops
from migfix.model.identifiers import qualified
from migfix.model.sql_text import tokens

RANGES, BATCHES, HAS_COLUMN, HAS_TABLE = "_key_ranges", "_key_batches", "_has_column", "_has_table"
HAS_INDEX = "_has_valid_index"

_INTEGERS = {
    "Integer",
    "BigInteger",
    "SmallInteger",
    "Serial",
    "BigSerial",
    "SmallSerial",
    "INTEGER",
    "BIGINT",
    "SMALLINT",
}


def is_integer_key(op: ops.Backfill) -> bool:
    """One integer column: the ranges have a smallest and a largest value in SQL."""
    return len(op.key) == 1 and op.key[0][1] in _INTEGERS


def _base(update: ops.Update | ops.Delete, author: ops.Op | None) -> tuple[str, str]:
    """The statement without its WHERE, and what follows the condition (a comment)."""
    text = update.sql
    if not isinstance(text, str):
        raise TypeError("a backfill needs the statement's text")
    where = author.where if isinstance(author, (ops.Update, ops.Delete)) else update.where
    at = text.rfind(where) if isinstance(where, str) else -1
    if not isinstance(where, str) or at < 0:
        return text.rstrip(), ""
    return re.sub(r"\s*\bWHERE\s*\(*\s*$", "", text[:at], flags=re.IGNORECASE), text[at + len(where) :].lstrip(") ")


def _condition(range_: str, where: object) -> str:
    if not isinstance(where, str):
        return range_
    joined = f"({where})" if re.search(r"\bor\b", where, re.IGNORECASE) else where
    return f"{range_} AND {joined}"


def _on_one_line(sql: str) -> str:
    """The statement without its line ends, where they stand between tokens and no comment needs them."""
    found = tokens(sql)
    if "\n" not in sql or "--" in sql or any("\n" in t.text for t in found):
        return sql
    gaps = [sql[one.end : other.start] for one, other in pairwise(found)]
    spaced = [" " if "\n" in gap else gap for gap in gaps]
    return "".join(t.text + gap for t, gap in zip(found, [*spaced, ""], strict=True))


def _strings(sql: str, style: Style, room: int) -> list[str]:
    """String literals that make up the statement, each in `room` columns, cut only where a token begins."""
    pieces = [""]
    starts = [0, *(t.start for t in tokens(sql) if t.start and sql[t.start - 1] == " "), len(sql)]
    for start, end in pairwise(starts):
        if pieces[-1] and len(pieces[-1]) + end - start + 2 > room:
            pieces.append("")
        pieces[-1] += sql[start:end]
    return [style.string(p) for p in pieces]


def _text(base: str, condition: str, style: Style, room: int) -> str:
    """`sa.text("…")`, its string broken before WHERE when it is long."""
    base, condition = _on_one_line(base), _on_one_line(condition)
    whole = f"{base} WHERE {condition}"
    if "\n" in whole:
        quotes = style.quote * 3
        return f"{style.sa}.text(\n    {quotes}{base}\n    WHERE {condition}{quotes}\n)"
    line = f"{style.sa}.text({style.string(whole)})"
    if len(line) <= room:
        return line
    if len(whole) + 8 <= room:
        return f"{style.sa}.text(\n    {style.string(whole)}\n)"
    strings = [*_strings(base + " ", style, room - 8), *_strings("WHERE " + condition, style, room - 8)]
    return f"{style.sa}.text(\n    {f'{chr(10)}    '.join(strings)}\n)"


def backfill(op: ops.Backfill, author: ops.Op | None, style: Style, *, room: int) -> str:
    """The loop over key ranges, one UPDATE (and one commit, in an autocommit block) each."""
    base, tail = _base(op.update, author)
    owner = f"{op.update.alias}." if op.update.alias else ""
    keys = [owner + identifier(name) for name, _ in op.key]
    table = style.string(qualified(op.update.table))
    bare = [identifier(name) for name, _ in op.key]
    tail = f" {tail}" if tail else ""
    if is_integer_key(op):
        condition = _condition(f"{keys[0]} BETWEEN :low AND :high", op.update.where) + tail
        body = _executed(_text(base, condition, style, room - 12), "low=low, high=high", style)
        return f"for low, high in {RANGES}({table}, {style.string(bare[0])}):\n    {body}\n"
    low, high = (", ".join(f":{end}_{i}" for i in range(len(keys))) for end in ("low", "high"))
    row = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
    between = f"{row} BETWEEN {low} AND {high}" if len(keys) == 1 else f"{row} BETWEEN ({low}) AND ({high})"
    condition = _condition(between, op.update.where) + tail
    body = _executed(_text(base, condition, style, room - 16), "**batch", style).replace("\n", "\n    ")
    listed, last = style.string(", ".join(bare)), style.string(high)
    offline = _on_one_line(f"{base} WHERE {op.update.where}{tail}" if isinstance(op.update.where, str) else base)
    once = _once(offline, style, room - 4)
    return (
        f"if {style.op}.get_context().as_sql:\n    {once}\nelse:\n"
        f"    for batch in {BATCHES}({table}, {listed}, {last}):\n        {body}\n"
    )


def _once(text: str, style: Style, room: int) -> str:
    """The whole statement at once, which is all that offline mode can print; indented for the branch it stands in."""
    if "\n" in text:
        return f"{style.op}.execute({style.quote * 3}{text}{style.quote * 3})"
    line = f"{style.op}.execute({style.string(text)})"
    if len(line) <= room:
        return line
    strings = "\n        ".join(_strings(text, style, room - 8))
    return f"{style.op}.execute(\n        {strings}\n    )"


def _executed(text: str, parameters: str, style: Style) -> str:
    """`op.execute(sa.text(…).bindparams(…))` inside the loop."""
    inner = text if '"""' in text or "'''" in text else text.replace("\n", "\n        ")
    line = f"{style.op}.execute({inner}.bindparams({parameters}))"
    if "\n" not in line and len(line) + 12 <= style.width:
        return line
    return f"{style.op}.execute(\n        {inner}.bindparams({parameters})\n    )"


def helper(name: str, style: Style, *, batch: int) -> str:
    """Source of the function `name` that generated code calls; nothing but Alembic and SQLAlchemy is needed."""
    source = _SOURCES[name].replace("SIZE", str(batch)).replace("op.", f"{style.op}.").replace("sa.", f"{style.sa}.")
    return source if style.quote == '"' else _single_quoted(source)


def _single_quoted(source: str) -> str:
    return re.sub(r'(?<!")"((?:[^"\'\n])*)"(?!")', r"'\1'", source)


_SOURCES = {
    RANGES: '''\
def _key_ranges(table: str, key: str, size: int = SIZE):
    """Yield the first and the last key of each batch of rows; offline, one range for all."""
    if op.get_context().as_sql:
        yield -(2**63), 2**63 - 1
        return
    edges, rows = f"SELECT min({key}), max({key}) FROM", f"SELECT {key} FROM {table}"
    first = sa.text(f"{edges} ({rows} ORDER BY {key} LIMIT {size}) AS batch")
    after = sa.text(f"{edges} ({rows} WHERE {key} > :last ORDER BY {key} LIMIT {size}) AS batch")
    bind = op.get_bind()
    low, high = bind.execute(first).one()
    while high is not None:
        yield low, high
        low, high = bind.execute(after, {"last": high}).one()
''',
    BATCHES: '''\
def _key_batches(table: str, keys: str, last: str, size: int = SIZE):
    """Yield the first and the last key of each batch of rows, as low_0, high_0 and so on."""
    bind = op.get_bind()
    select = f"SELECT {keys} FROM {table}"
    first = sa.text(f"{select} ORDER BY {keys} LIMIT {size}")
    after = sa.text(f"{select} WHERE ({keys}) > ({last}) ORDER BY {keys} LIMIT {size}")
    rows = bind.execute(first).all()
    while rows:
        low = {f"low_{i}": value for i, value in enumerate(rows[0])}
        high = {f"high_{i}": value for i, value in enumerate(rows[-1])}
        yield {**low, **high}
        rows = bind.execute(after, high).all()
''',
    HAS_COLUMN: '''\
def _has_column(table: str, column: str, schema=None) -> bool:
    """Whether an interrupted run has committed the column; offline nothing can be asked."""
    if op.get_context().as_sql:
        return False
    return column in [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table, schema=schema)]
''',
    HAS_TABLE: '''\
def _has_table(table: str, schema=None) -> bool:
    """Whether an interrupted run has committed the table; offline nothing can be asked."""
    if op.get_context().as_sql:
        return False
    return sa.inspect(op.get_bind()).has_table(table, schema=schema)
''',
    HAS_INDEX: '''\
def _has_valid_index(name: str) -> bool:
    """Whether the index is there and its build was finished; offline, and elsewhere, nothing is asked."""
    if op.get_context().as_sql or op.get_context().dialect.name != "postgresql":
        return False
    valid = "SELECT indisvalid AND indisready FROM pg_index"
    found = sa.text(f"{valid} WHERE indexrelid = to_regclass(CAST(:name AS text))")
    return op.get_bind().execute(found, {"name": name}).scalar() is True
''',
}
