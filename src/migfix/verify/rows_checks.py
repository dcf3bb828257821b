"""Values that might satisfy a CHECK: shapes and single literals made from what its text mentions; the server decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from migfix.verify.rows_types import MOMENTS, NUMBERS, TEXTS, ColumnType, Shape, literal, short_text

STRING = re.compile(r"'((?:[^']|'')*)'")
NUMBER = re.compile(r"(?<![\w.'])-?\(?-?\d+(?:\.\d+)?\)?(?![\w.'])")
MOST_NUMBERS = 6
MOST_LITERALS = 60
WHOLE = frozenset({"int2", "int4", "int8"})
DRAWN = 9973
"""Different places inside a range of numbers with fractions or of moments."""
FORMS = (
    "'name-' || {n}",
    "'name_' || {n}",
    "'name' || {n}",
    "'user' || {n} || '@example.org'",
    "'https://example.org/' || {n}",
    "'/name/' || {n}",
    "'+49' || lpad({n}::text, 9, '0')",
    "'#' || lpad(to_hex({n} % 16777216), 6, '0')",
    "lpad(to_hex({n}), 8, '0')",
    "md5({n}::text)",
    "md5({n}::text) || md5(({n} + 1)::text)",
    "'sha256:' || md5({n}::text) || md5(({n} + 1)::text)",
    "md5({n}::text)::uuid::text",
    "{n}::text",
    "({n} + 1)::text",
    "upper('name-' || {n})",
    "upper('name_' || {n})",
    "upper('name' || {n})",
    "initcap('name' || {n})",
    "'1.0.' || {n}",
    "'v1.0.' || {n}",
    "'10.' || {n} / 65536 % 256 || '.' || {n} / 256 % 256 || '.' || {n} % 256",
    "'2020-01-' || lpad(({n} % 28 + 1)::text, 2, '0')",
)
"""Texts that people put conditions on: slugs, addresses, numbers, digests, versions."""
SAMPLES = (
    "",
    "a",
    "A",
    "0",
    "1",
    "ab",
    "AB",
    "abc",
    "ABC",
    "abcd",
    "a@b.co",
    "en",
    "en-US",
    "USD",
    "#000000",
    "{}",
    "[]",
)


def strings(text: str) -> tuple[str, ...]:
    """The string literals of an expression; those that are array literals count by element too."""
    found: dict[str, None] = {}
    for raw in STRING.findall(text):
        value = raw.replace("''", "'")
        found[value] = None
        if value.startswith("{") and value.endswith("}"):
            found.update((part.strip('"'), None) for part in value[1:-1].split(","))
    return tuple(found)[:MOST_LITERALS]


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of an expression from the smallest up, those in strings ('-5'::integer) too."""
    plain = [number.replace("(", "").replace(")", "") for number in NUMBER.findall(STRING.sub(" ", text))]
    quoted = [value for value in strings(text) if re.fullmatch(r"-?\d+(\.\d+)?", value)]
    return tuple(sorted(dict.fromkeys(plain + quoted), key=float)[:MOST_NUMBERS])


def variants(type_: ColumnType, usual: Shape, text: str) -> Iterator[Shape]:
    """Other shapes for a column with such a CHECK, those with many different values first."""
    if type_.base in NUMBERS:
        yield from _numeric_variants(type_, usual, numbers(text))
    elif type_.base in MOMENTS:
        yield from _moment_variants(type_, strings(text))
    elif type_.base in TEXTS:
        yield from _text_variants(type_, text)
    elif type_.base in {"json", "jsonb"}:
        for sample in (
            "jsonb_build_array({n})",
            "to_jsonb({n})",
            "to_jsonb('name' || {n})",
            "jsonb '{}'",
            "jsonb '[]'",
        ):
            yield Shape(sql=f"CAST({sample} AS {type_.name})", size=None if "{n}" in sample else 1)
    elif type_.kind == "a" and type_.element is not None:
        for length in sorted({1, 2, 3, *(int(float(number)) for number in numbers(text) if 0 < float(number) < 20)}):
            one = f"(SELECT array_agg(v) FROM (SELECT CAST(g AS text) FROM generate_series(1, {length}) g) s(v))"
            yield Shape(sql=f"CAST({one} AS {type_.name})", size=1)


def literals(type_: ColumnType, text: str) -> tuple[str, ...]:
    """Single values as SQL; some may not be of the type at all."""
    mentioned = strings(text)
    found = [literal(value) for value in mentioned]
    for number in numbers(text):
        found += [literal(str(_shifted(number, step))) for step in (0, 1, -1)]
    if type_.base in TEXTS:
        found += [literal(value) for value in _instances(mentioned)]
        found += [literal(sample) for sample in SAMPLES]
    if type_.base in MOMENTS:
        found += [f"({literal(value)}::{type_.name} + interval '{day} day')" for value in mentioned for day in (1, -1)]
    if type_.base == "bool":
        found += ["true", "false"]
    if type_.kind == "a":
        found += ["'{}'", *(f"ARRAY[{literal(value)}]" for value in mentioned)]
    if type_.kind == "e":
        found += [literal(label) for label in type_.labels]
    return tuple(dict.fromkeys(f"CAST({value} AS {type_.name})" for value in found))


def choice(type_: ColumnType, values: Sequence[str]) -> Shape:
    """Only these values, in turn."""
    picks = " ".join(f"WHEN {place} THEN {value}" for place, value in enumerate(values))
    return Shape(sql=f"CAST(CASE {{n}} % {len(values)} {picks} END AS {type_.name})", size=len(values))


def _numeric_variants(type_: ColumnType, usual: Shape, mentioned: Sequence[str]) -> Iterator[Shape]:
    cast = f"CAST({{}} AS {type_.name})"
    yield Shape(sql=cast.format(f"-({usual.sql})"), size=usual.size)
    yield Shape(sql=cast.format(f"({usual.sql}) - CAST(1 AS {type_.name})"), size=usual.size)
    for number in mentioned:
        for step in ("{n} + 1", "- {n} - 1"):
            yield Shape(sql=cast.format(f"{number}::numeric + ({step})"), size=usual.size)
    for number in mentioned:
        if "." not in number and int(number) > 1:
            yield Shape(sql=cast.format(f"{number}::numeric * ({{n}} + 1)"), size=usual.size)
    ranges = sorted(combinations(mentioned, 2), key=lambda pair: float(pair[0]) - float(pair[1]))
    for low, high in ranges:
        if type_.base in WHOLE:
            size = max(int(float(high)) - int(float(low)) - 1, 1)
            yield Shape(sql=cast.format(f"{low}::numeric + 1 + {{n}} % {size}"), size=size)
        part = f"({{n}} % {DRAWN} + 1) / {DRAWN + 1}::numeric"
        yield Shape(sql=cast.format(f"{low}::numeric + ({high}::numeric - {low}) * {part}"), size=DRAWN)


def _moment_variants(type_: ColumnType, mentioned: Sequence[str]) -> Iterator[Shape]:
    moments = [f"CAST({literal(value)} AS timestamp)" for value in mentioned if re.match(r"\d{4}-", value)]
    cast = f"CAST({{}} AS {type_.name})"
    for low, high in [*combinations(moments, 2), *((b, a) for a, b in combinations(moments, 2))]:
        part = f"(({{n}} % {DRAWN} + 1) / {DRAWN + 1}.0)"
        yield Shape(sql=cast.format(f"{low} + ({high} - {low}) * {part}"), size=DRAWN)
    for moment in moments:
        for sign in "+-":
            yield Shape(sql=cast.format(f"{moment} {sign} ({{n}} + 1) * interval '1 day'"), size=1000000, usual=1500)


def _text_variants(type_: ColumnType, text: str) -> Iterator[Shape]:
    cast = f"CAST({{}} AS {type_.name})"
    width = type_.width
    for form in FORMS:
        if width is None or width >= 10:
            yield Shape(sql=cast.format(form if width is None else f"left({form}, {width})"))
    for start in strings(text):
        prefix = re.split(r"[%_\\$*+?()\[|]", start.lstrip("^~"))[0]
        if prefix and len(prefix) + 8 <= (width or 10**6):
            yield Shape(sql=cast.format(f"{literal(prefix)} || {{n}}"))
    for number in numbers(text):
        size = int(float(number))
        if 1 <= size <= min(width or 10000, 10000):
            made = short_text(size)
            yield Shape(sql=cast.format(f"rpad({made.sql}, {size}, 'x')"), size=made.size)
            yield Shape(sql=cast.format(f"upper(rpad({made.sql}, {size}, 'x'))"), size=made.size)
            yield Shape(
                sql=cast.format(f"lpad(({{n}} % {10 ** min(size, 8)})::text, {size}, '0')"), size=10 ** min(size, 8)
            )
            letters = " || ".join(f"chr(97 + ({{n}} / {26**place} % 26)::integer)" for place in range(min(size, 5)))
            yield Shape(sql=cast.format(f"rpad({letters}, {size}, 'x')"), size=26 ** min(size, 5))
            yield Shape(sql=cast.format(f"upper(rpad({letters}, {size}, 'x'))"), size=26 ** min(size, 5))


def _shifted(number: str, step: int) -> float | int:
    return float(number) + step if "." in number else int(number) + step


def _instances(patterns: Sequence[str]) -> Iterator[str]:
    """Texts that simple patterns stand for: LIKE's wildcards filled, the branches of ^(a|b)$."""
    for pattern in patterns:
        yield pattern.replace("%", "a").replace("_", "a")
        for group in re.findall(r"\(([^()]*\|[^()]*)\)", pattern):
            yield from group.removeprefix("?:").split("|")
