"""Numbered values of every PostgreSQL type: an SQL expression that turns 0, 1, 2, … into different values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

TYPE = """
SELECT t.typname::text, t.typtype::text, format_type(t.oid, %s), t.typelem::bigint, t.typbasetype::bigint, t.typtypmod,
  t.typnotnull, t.typrelid::bigint, t.typcategory = 'A' AND t.typlen = -1,
  ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
  ARRAY(SELECT k.conname::text FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname),
  ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'
    ORDER BY k.conname),
  (SELECT r.rngsubtype::bigint FROM pg_range r WHERE r.rngtypid = t.oid),
  (SELECT r.rngtypid::bigint FROM pg_range r WHERE to_jsonb(r) ->> 'rngmultitypid' = t.oid::text),
  format_type(t.oid, NULL)
FROM pg_type t WHERE t.oid = %s
"""
FIELDS = """
SELECT atttypid::bigint, atttypmod FROM pg_attribute WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped
ORDER BY attnum
"""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LONG = 9
"""Characters that a word needs to carry a number of up to 8 digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Values by number: `sql` is an expression over `{n}`, a bigint from 0.

    size    how many different ones there are; None: no end that matters.
    usual   from how many of them to draw where nothing asks for more.
    """

    sql: str
    size: int | None = None
    usual: int | None = None

    def at(self, n: str) -> str:
        """The expression with a number put in."""
        return self.sql.replace("{n}", f"({n})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnType:
    """A type down to what it is made of; a domain is its base type with `checks` (name, expression over VALUE).

    name        as declared, with its modifiers: what values are cast to.
    base        the name in pg_type, of the base type for a domain.
    constructor the function that makes a range or multirange.
    """

    name: str
    base: str
    kind: str
    modifier: int = -1
    element: ColumnType | None = None
    labels: tuple[str, ...] = ()
    fields: tuple[ColumnType, ...] = ()
    constructor: str = ""
    not_null: bool = False
    checks: tuple[tuple[str, str], ...] = ()

    @property
    def width(self) -> int | None:
        """Characters that a text type takes."""
        limited = self.base in {"varchar", "bpchar"} and self.modifier > 4
        return self.modifier - 4 if limited else WIDTHS.get(self.base)


TypeReader = Callable[[int, int], ColumnType]

WIDTHS = {"name": 63, "char": 1}
TEXTS = frozenset({"text", "varchar", "bpchar", "citext", "name", "char"})
NUMBERS = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8", "money"})
MOMENTS = frozenset({"date", "timestamp", "timestamptz"})
SIMPLE: dict[str, Shape] = {
    "int2": Shape(sql="{n} % 32767 + 1", size=32767),
    "int4": Shape(sql="{n} + 1"),
    "int8": Shape(sql="{n} + 1"),
    "oid": Shape(sql="{n} + 100000"),
    "float4": Shape(sql="{n} + 0.5"),
    "float8": Shape(sql="{n} + 0.5"),
    "money": Shape(sql="{n}::bigint"),
    "bool": Shape(sql="{n} % 2 = 0", size=2),
    "uuid": Shape(sql="md5({n}::text)"),
    "date": Shape(sql="date '2020-01-01' + ({n} % 2900000)::integer", size=2900000, usual=1500),
    "timestamp": Shape(sql="timestamp '2020-01-01' + {n} * interval '37 seconds'"),
    "timestamptz": Shape(sql="timestamptz '2020-01-01 00:00:00+00' + {n} * interval '37 seconds'"),
    "time": Shape(sql="time '00:00' + ({n} % 86400) * interval '1 second'", size=86400),
    "timetz": Shape(sql="((time '00:00' + ({n} % 86400) * interval '1 second')::text || '+00')", size=86400),
    "interval": Shape(sql="{n} * interval '1 minute'"),
    "json": Shape(sql="json_build_object('number', {n})"),
    "jsonb": Shape(sql="jsonb_build_object('number', {n})"),
    "jsonpath": Shape(sql="'$.number' || {n}"),
    "xml": Shape(sql="('<number>' || {n} || '</number>')"),
    "bytea": Shape(sql="int8send({n})"),
    "inet": Shape(sql="inet '10.0.0.0' + {n}"),
    "cidr": Shape(sql="set_masklen(inet '10.0.0.0' + {n}, 32)"),
    "macaddr": Shape(sql="lpad(to_hex({n}), 12, '0')"),
    "macaddr8": Shape(sql="lpad(to_hex({n}), 16, '0')"),
    "tsvector": Shape(sql="to_tsvector('simple', 'word' || {n})"),
    "tsquery": Shape(sql="plainto_tsquery('simple', 'word' || {n})"),
    "hstore": Shape(sql="'number=>' || {n}"),
    "ltree": Shape(sql="'number.n' || {n}"),
    "pg_lsn": Shape(sql="'0/' || to_hex({n} + 1)"),
    "point": Shape(sql="point({n}, {n})"),
    "line": Shape(sql="line(point(0, {n}), point(1, {n}))"),
    "lseg": Shape(sql="lseg(point({n}, 0), point({n}, 1))"),
    "box": Shape(sql="box(point({n} * 10, 0), point({n} * 10 + 1, 1))"),
    "path": Shape(sql="path(polygon(box(point({n} * 10, 0), point({n} * 10 + 1, 1))))"),
    "polygon": Shape(sql="polygon(box(point({n} * 10, 0), point({n} * 10 + 1, 1)))"),
    "circle": Shape(sql="circle(point({n} * 10, 0), 1)"),
}


def shape(type_: ColumnType, word: str) -> Shape:
    """Values of a type; texts begin with `word`. The server may still refuse those of a type that is not known here."""
    match type_.kind:
        case "e":
            labels = ", ".join(literal(label) for label in type_.labels)
            choice = f"(ARRAY[{labels}]::text[])[{{n}} % {max(len(type_.labels), 1)} + 1]"
            return _cast(Shape(sql=choice if labels else "NULL", size=max(len(type_.labels), 1)), type_)
        case "c":
            fields = ", ".join(shape(part, word).sql for part in type_.fields)
            return _cast(Shape(sql=f"ROW({fields})"), type_)
        case "a" if type_.element is not None:
            one = shape(type_.element, word)
            return _cast(replace(one, sql=f"ARRAY[{one.sql}, {one.at('{n} + 1')}]"), type_)
        case "r" if type_.element is not None:
            bound = shape(type_.element, word)
            return Shape(sql=f"{type_.constructor}({bound.sql}, {bound.at('{n} + 1')})", size=bound.size)
        case "m" if type_.element is not None:
            return Shape(sql=f"{type_.constructor}({shape(type_.element, word).sql})")
        case _:
            return _cast(_plain(type_, word), type_)


def literal(text: str) -> str:
    """An SQL string."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'" if "\\" not in text else "E'" + escaped.replace("\\", "\\\\") + "'"


def short_text(width: int) -> Shape:
    """Texts of at most that many characters, in base 36."""
    places = max(1, min(width, 5))
    digits = (f"substr('{DIGITS}', ({{n}} / {36**place} % 36)::integer + 1, 1)" for place in reversed(range(places)))
    return Shape(sql=" || ".join(digits), size=36**places)


def type_reader(connection: psycopg.Connection[Any]) -> TypeReader:
    """Looks types up by oid and modifier, each once; wants `pg_catalog` as search path."""
    known: dict[tuple[int, int], ColumnType] = {}

    def read(oid: int, modifier: int) -> ColumnType:
        if (oid, modifier) not in known:
            known[oid, modifier] = _read(connection, read, oid, modifier)
        return known[oid, modifier]

    return read


def _read(connection: psycopg.Connection[Any], read: TypeReader, oid: int, modifier: int) -> ColumnType:
    row = connection.execute(TYPE, (modifier, oid)).fetchone()
    assert row is not None
    base, kind, name, element, domain_of, domain_modifier, not_null, relation, is_array, labels = row[:10]
    if kind == "d":
        under = read(domain_of, domain_modifier)
        own = tuple(zip(row[10], map(_condition, row[11]), strict=True))
        return replace(under, not_null=not_null or under.not_null, checks=(*own, *under.checks))
    made = ColumnType(name=name, base=base, kind=kind, modifier=modifier, labels=tuple(labels), constructor=row[14])
    if is_array and element:
        return replace(made, kind="a", element=read(element, modifier))
    if kind == "c":
        fields = connection.execute(FIELDS, (relation,)).fetchall()
        return replace(made, fields=tuple(read(*part) for part in fields))
    if row[12] or row[13]:
        return replace(made, element=read(row[12] or row[13], -1))
    return made


def _condition(definition: str) -> str:
    """What stands inside CHECK (…), of a constraint's definition."""
    found = re.fullmatch(r"CHECK \((.*)\)(?: NOT VALID)?", definition, re.DOTALL)
    return found.group(1) if found else "true"


def _cast(values: Shape, type_: ColumnType) -> Shape:
    return replace(values, sql=f"CAST({values.sql} AS {type_.name})")


def _plain(type_: ColumnType, word: str) -> Shape:
    if type_.base in TEXTS:
        return _text(type_.width, word)
    if type_.base == "numeric":
        return _numeric(type_.modifier)
    if type_.base in {"bit", "varbit"}:
        bits = type_.modifier if type_.modifier > 0 else 32 if type_.base == "varbit" else 1
        return Shape(sql=f"{{n}}::bigint::bit({bits})", size=2**bits if bits < 40 else None)
    if type_.base == "interval" and re.search("year|month", type_.name):
        return Shape(sql="{n} * interval '1 month'")
    return SIMPLE.get(type_.base, Shape(sql="{n}::text"))


def _text(width: int | None, word: str) -> Shape:
    if width is not None and width < LONG:
        return short_text(width)
    room = len(word) if width is None else width - LONG
    word = word[:1].upper() + word[1:room]  # A form that forgot lower() must differ on such rows.
    start = literal(word + " ") if room else "''"
    return Shape(sql=f"{start} || {{n}}")


def _numeric(modifier: int) -> Shape:
    """Precision and scale are packed into the modifier (PostgreSQL 18, numeric.c, make_numeric_typmod)."""
    if modifier < 0:
        return Shape(sql="{n} * 0.01")
    precision, scale = (modifier - 4 >> 16) & 0xFFFF, ((modifier - 4 & 0x7FF) ^ 1024) - 1024
    size = 10 ** min(precision, 18)
    return Shape(sql=f"({{n}} % {size}) * 1e{-scale}::numeric", size=size)
