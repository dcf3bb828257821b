"""Tokens, slices, and what can be said about SQL from its text alone."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_statements import STATEMENTS

from migfix.model import ops
from migfix.model.maybe import UNKNOWN
from migfix.model.sql_text import columns_in, is_idempotent, tokens, volatile_functions
from migfix.read.sql import SqlStatement, read_sql
from migfix.read.sql_binds import without_binds
from migfix.read.sql_parser import SyntaxRefusal, parse

TEXTS = [text for text, _ in STATEMENTS]
FRAGMENTS = st.sampled_from(
    [
        *"'\";:$%\\()[],.*/-=<>?@#",
        "--",
        "/*",
        "*/",
        "$$",
        "$a$",
        "E'",
        'U&"',
        "::",
        ":n",
        "%s",
        "%(n)s",
        "\0",
        "ü",
        "\udcff",
        "\n",
        " ",
        "1",
        "1.5e3",
        "SELECT",
        "UPDATE",
        "t",
        "SET",
        "a",
        "WHERE",
        "ALTER TABLE",
        "ADD COLUMN",
        "int",
        "BEGIN ATOMIC",
    ]
)


def slices_are_exact(text: str, found: tuple[SqlStatement, ...]) -> bool:
    spans = [(s.start, s.end) for s in found]
    return all(text[s.start : s.end] == s.text for s in found) and spans == sorted(spans)


@settings(deadline=None)
@given(st.lists(FRAGMENTS, max_size=25).map(" ".join) | st.lists(FRAGMENTS, max_size=25).map("".join) | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    found = read_sql(text)
    assert slices_are_exact(text, found)
    assert all(s.ops for s in found)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=5),
    st.sampled_from([";", " ; ", ";\n-- ü;\n", "; /* ; */ "]),
)
def test_statements_in_one_string_are_what_they_are_alone(parts: list[str], between: str) -> None:
    text = between.join(parts)
    found = read_sql(text)
    assert slices_are_exact(text, found)
    assert parts == [s.text for s in found]
    assert [read_sql(p)[0].ops for p in parts] == [s.ops for s in found]


@pytest.mark.parametrize("text", TEXTS)
def test_own_cutting_agrees_with_the_parser(text: str) -> None:
    clean, _ = without_binds(f"{text};\n{text}")
    assert len(parse(clean)) == 2


@pytest.mark.parametrize("text", TEXTS)
def test_every_prefix_is_read_exactly_or_refused(text: str) -> None:
    """A statement cut short is Opaque exactly where PostgreSQL's grammar refuses it."""
    for size in range(0, len(text), 3):
        found = read_sql(text[:size])
        assert slices_are_exact(text[:size], found)
        assert _is_refused(text[:size]) == any(isinstance(o, ops.Opaque) for s in found for o in s.ops)


def _is_refused(text: str) -> bool:
    try:
        parse(without_binds(text)[0])
    except SyntaxRefusal:
        return True
    return False


HOSTILE = {
    "UPDATE t SET a = 'open": "unterminated quoted string",
    'UPDATE t SET "a = 1': "unterminated quoted identifier",
    "DO $$ BEGIN": "unterminated dollar-quoted string",
    "SELECT 1 /* open": "unterminated /* comment",
    "SELECT '\0'": "NUL",
    "SELECT '\udcff'": "surrogate",
    "SELECT " + "(" * 50_000: "memory exhausted",
    "SELECT " + "||".join("a" * 100_000): "nested too deeply",
    "SELECT " + "(a" * 600 + "||b)" * 600: "nested too deeply",
    "SELECT 1" + " UNION SELECT 1, 2" * 30_000: "nested too deeply",
    "SELECT 1 " + "/*" * 300_000: "unterminated /* comment",
    "ALTER TABEL t ADD x int": "TABEL",
    "UPDATE t JOIN u ON t.a = u.a SET t.b = 1": "JOIN",
    "UPDATE t SET `key` = 1": "`",
    "INSERT OR IGNORE INTO t VALUES (1)": "OR",
    "PRAGMA foreign_keys=ON": "PRAGMA",
    "ALTER TABLE t MODIFY x int": "MODIFY",
    "\\d t": "\\",
}


@pytest.mark.parametrize(("text", "why"), HOSTILE.items(), ids=range(len(HOSTILE)))
def test_what_postgresql_refuses_is_opaque_and_says_why(text: str, why: str) -> None:
    (found,) = read_sql(text)
    (op,) = found.ops
    assert isinstance(op, ops.Opaque)
    assert why in op.why
    assert op.code == found.text == text


def test_a_refused_statement_does_not_hide_its_neighbours() -> None:
    found = read_sql("DROP TABLE a; ALTER TABEL b; DROP TABLE c")
    assert [ops.DropTable, ops.Opaque, ops.DropTable] == [type(s.ops[0]) for s in found]


def test_a_megabyte_is_read() -> None:
    rows = ", ".join(f"({i}, 'value; number {i}')" for i in range(40_000))
    text = f"INSERT INTO t VALUES {rows}"
    assert len(text) > 1_000_000
    assert read_sql(text)[0].ops == (ops.Insert(table=read_sql("DROP TABLE t")[0].ops[0].table, sql=text),)  # type: ignore[attr-defined]


def test_nothing_is_nothing() -> None:
    assert all(read_sql(t) == () for t in ("", " \n;; ;", "-- only /* words */"))


def test_the_parser_is_loaded_without_its_slow_wrapping() -> None:
    import subprocess
    import sys

    code = "import sys; from migfix.read.sql import read_sql; read_sql('DROP TABLE t'); print('google' in str(sorted(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_nothing_else_imports_the_parser() -> None:
    source = Path(__file__).parents[2] / "src"
    users = [p.name for p in source.rglob("*.py") if "postgast" in p.read_text(encoding="utf-8")]
    assert users == ["sql_parser.py"]


TOKENS = [
    ("a.b::int", ["a", ".", "b", "::", "int"]),
    ("'it''s' E'\\'x' $$a;b$$ $q$ $$ $q$", ["'it''s'", "E'\\'x'", "$$a;b$$", "$q$ $$ $q$"]),
    ('"A""b" U&"d" x$1 $1', ['"A""b"', 'U&"d"', "x$1", "$1"]),
    ("a--b\n+c/*d/*e*/f*/-1.5e-3", ["a", "+", "c", "-", "1.5e-3"]),
    ("x'1F' B'01' N'x' e 'y'", ["x'1F'", "B'01'", "N'x'", "e", "'y'"]),
    ("a<=b@>c!~*d", ["a", "<=", "b", "@>", "c", "!~*", "d"]),
    ("[1:2]", ["[", "1", ":", "2", "]"]),
    ("größe\u00a0x", ["größe\u00a0x"]),
    ("ok 'open", ["ok", "'open"]),
]


@pytest.mark.parametrize(("text", "expected"), TOKENS)
def test_tokens(text: str, expected: list[str]) -> None:
    assert expected == [t.text for t in tokens(text)]
    assert all(text[t.start : t.end] == t.text for t in tokens(text))


@settings(deadline=None)
@given(st.lists(FRAGMENTS, max_size=25).map("".join))
def test_tokens_cover_the_text_in_order(text: str) -> None:
    found = tokens(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(t.text and text[t.start : t.end] == t.text for t in found)


COLUMNS: list[tuple[str, object]] = [
    ("a", {"a"}),
    ('t.A + "B"', {"a", "B"}),
    ("coalesce(a, 'b', 1) IS NOT NULL AND NOT c", {"a", "c"}),
    ("a::text || cast(b AS varchar(20)) || c::double precision", {"a", "b", "c"}),
    ("a AT TIME ZONE 'UTC'", {"a"}),
    ("time + zone", {"time", "zone"}),
    ("extract(epoch FROM a)", {"a"}),
    ("CASE WHEN a THEN b ELSE c END", {"a", "b", "c"}),
    ("a IN (1, 2) AND b BETWEEN SYMMETRIC c AND d", {"a", "b", "c", "d"}),
    ("DATE '2020-01-01' < a", {"a"}),
    ("make_interval(days => a)", {"a"}),
    ("a ->> 'key'", {"a"}),
    ("1 + 2", set()),
    ("now()", set()),
    ("current_timestamp", set()),
    (":name", {"name"}),
    ("(SELECT a FROM t)", UNKNOWN),
    ("count(*) OVER (PARTITION BY a)", UNKNOWN),
    ("t.*", UNKNOWN),
    ("DEFAULT", UNKNOWN),
    ("a; b", UNKNOWN),
    ("'open", UNKNOWN),
    ("", UNKNOWN),
]


@pytest.mark.parametrize(("text", "expected"), COLUMNS)
def test_columns_in_an_expression(text: str, expected: object) -> None:
    assert expected == columns_in(text)


IDEMPOTENT = {
    "UPDATE t SET a = 1": True,
    "UPDATE t SET a = b, c = lower(d)": True,
    "UPDATE t SET a = b::text WHERE a IS NULL": True,
    "UPDATE t SET a = (SELECT max(u.b) FROM u WHERE u.id = t.id)": True,
    "UPDATE t SET a = (SELECT count(*) FROM u)": True,
    "UPDATE t SET a = gen_random_uuid()": True,
    "UPDATE t SET a = a + 1": False,
    "UPDATE t SET a = t.a + 1": False,
    'UPDATE t SET a = "a" || 1': False,
    "UPDATE t SET a = b, b = a": False,
    "UPDATE t SET a = f(t)": False,
    "UPDATE t u SET a = f(u.*)": False,
    "UPDATE t SET a = (SELECT * FROM u)": False,
    "UPDATE t SET a = (SELECT max(b) FROM t)": False,
    "UPDATE t SET a = (SELECT u.a FROM u)": False,
    "UPDATE t SET a = DEFAULT": False,
    "UPDATE t SET (a, b) = (1, 2)": False,
}


@pytest.mark.parametrize(("text", "expected"), IDEMPOTENT.items())
def test_an_update_is_idempotent_when_it_reads_nothing_it_sets(text: str, expected: bool) -> None:
    op = read_sql(text)[0].ops[0]
    assert isinstance(op, ops.Update)
    assert expected is is_idempotent(op)


def test_volatile_functions_are_those_that_differ_from_row_to_row() -> None:
    text = "f(Gen_Random_UUID(), public.uuid_generate_v4 (), now(), nextval('s'), 'random()') + random"
    assert volatile_functions(text) == {"gen_random_uuid", "uuid_generate_v4", "nextval"}
    assert volatile_functions("now() + current_timestamp") == frozenset()
