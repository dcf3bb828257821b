"""The application as it was before the migration: its requests, with the columns and values that it knows."""

from __future__ import annotations

import itertools
import math
import random
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from migfix.verify.catalog import quoted

if TYPE_CHECKING:
    import psycopg

SAMPLE = 24
"""Rows of a table whose values are used."""
KEPT = 8
"""Values of one request that were tried and worked before the migration."""
MADE = {"uuid", "bytea", "int2", "int4", "int8", "numeric", "float4", "float8"}
"""Types, beside texts and dates, of which new values can be made."""
TOP = {"int2": 2**15 - 1, "int4": 2**31 - 1}
COLUMNS = """
SELECT a.attname, t.typname, t.typcategory, a.atttypmod, a.attgenerated <> '' OR a.attidentity = 'a',
       a.attgenerated <> '' OR a.attidentity <> '' OR a.atthasdef, a.attnum
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
UNIQUE = """
SELECT i.indisprimary, i.indkey::int2[]::int[] , ARRAY(
    SELECT d.refobjsubid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
    AND d.refobjid = i.indrelid AND d.refobjsubid > 0), i.indpred IS NULL AND NOT 0 = ANY (i.indkey)
FROM pg_index i WHERE i.indrelid = %s::regclass AND i.indisunique AND i.indisvalid
ORDER BY i.indisprimary DESC, i.indnatts, i.indexrelid
"""
SEQUENCES = """
SELECT a.attname, pg_get_serial_sequence(%s, a.attname) FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND pg_get_serial_sequence(%s, a.attname) IS NOT NULL
"""
COUNTERS = """
SELECT c.oid::regclass::text, pg_sequence_last_value(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relpersistence = 'p' AND n.nspname !~ '^pg_'
"""
PAGES = "SELECT greatest(1, pg_relation_size(%s::regclass) / current_setting('block_size')::bigint)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """number  its attnum. fixed: may not be written. filled: gets a value by itself when it is left out."""

    name: str
    type: str
    category: str
    typmod: int
    fixed: bool
    filled: bool
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a request is sent with; `fresh`, which shares no value with any row, where that is a duplicate by now.

    A copy of a row says nothing of the application when a new unique index refuses it; a copy otherwise keeps to rules
    that nobody wrote down.
    """

    given: tuple[str | None, ...]
    fresh: tuple[str | None, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One kind of request: SQL with placeholders, and sets of values that it is sent with in turn."""

    table: str
    operation: str
    sql: str
    values: tuple[Values, ...]

    def send(self, connection: psycopg.Connection[Any], values: Values) -> None:
        """Send it on a connection in autocommit mode; what it writes is rolled back.

        Raises psycopg.Error as the server does.
        """
        import psycopg

        try:
            self._send(connection, values.given)
        except psycopg.errors.UniqueViolation:
            if values.fresh is None:
                raise
            self._send(connection, values.fresh)

    def _send(self, connection: psycopg.Connection[Any], values: Sequence[str | None]) -> None:
        query: Any = self.sql
        if self.operation == "SELECT":
            connection.execute(query, values).fetchall()
            return
        connection.execute("BEGIN")
        try:
            connection.execute(query, values)
        finally:
            if not connection.closed:
                connection.execute("ROLLBACK")


def old_requests(connection: psycopg.Connection[Any], table: str) -> tuple[tuple[Request, ...], tuple[str, ...]]:
    """SELECT, INSERT and UPDATE of one row, tried now; and in words which of them cannot be made, and why.

    `table` is spelled as SQL. Values are copies of rows that are there; unique ones are made anew. Sequences that rows
    filled in by hand have overtaken are set to the greatest value, as in any database that an application has filled.
    """
    advance_sequences(connection, table)
    made: list[Request] = []
    missing: list[str] = []
    for request in _Table(connection, table).requests():
        working, error = _tried(connection, request)
        if working.values:
            made.append(working)
        else:
            missing.append(f"{request.operation} {table}: {error}")
    return tuple(made), tuple(missing)


@contextmanager
def counters_kept(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Give sequences their numbers back: what a request takes from one stays taken when the request is rolled back.

    Not where a lock is in the way.
    """
    import psycopg

    try:
        before = _counters(connection)
    except psycopg.errors.LockNotAvailable:
        before = {}
    yield
    if before:
        with suppress(psycopg.errors.LockNotAvailable):
            after = _counters(connection)
            for name, (last, called) in before.items():
                if after.get(name) not in (None, (last, called)):
                    connection.execute("SELECT setval(%s, %s, %s)", (name, last, called))


def _counters(connection: psycopg.Connection[Any]) -> dict[str, tuple[int, bool]]:
    """Of every sequence, its number, and whether that is taken."""
    found = {}
    for name, last in connection.execute(COUNTERS).fetchall():
        found[name] = (last, True)
        if last is None:
            query: Any = f"SELECT last_value FROM {name}"
            row = connection.execute(query).fetchone()
            found[name] = (row[0], False) if row else (1, False)
    return found


def advance_sequences(connection: psycopg.Connection[Any], table: str) -> None:
    """Where rows were given numbers by hand, the next one that a sequence gives is above them."""
    for column, sequence in connection.execute(SEQUENCES, (table, table, table)).fetchall():
        query: Any = (
            f"SELECT setval(%s, greatest(s.last_value, (SELECT max({quoted(column)}) FROM {table})), true)"
            f" FROM {sequence} s"
        )
        connection.execute(query, (sequence,))


def _tried(connection: psycopg.Connection[Any], request: Request) -> tuple[Request, str]:
    working: list[Values] = []
    error = "no values for it could be made"
    for values in request.values:
        problem = _problem(connection, request, values.given)
        if problem is not None:
            error = problem
            continue
        refused = values.fresh is None or _problem(connection, request, values.fresh) is not None
        working.append(replace(values, fresh=None) if refused else values)
        if len(working) == KEPT:
            break
    return replace(request, values=tuple(working)), error


def _problem(connection: psycopg.Connection[Any], request: Request, values: tuple[str | None, ...]) -> str | None:
    """Why the server refuses these values; None when it takes them."""
    import psycopg

    try:
        request.send(connection, Values(given=values))
    except psycopg.Error as problem:
        return str(problem).partition("\n")[0]
    return None


class _Table:
    """What the catalog and a sample of rows say of a table."""

    def __init__(self, connection: psycopg.Connection[Any], table: str) -> None:
        self.connection = connection
        self.table = table
        self.columns = [
            Column(name=n, type=t, category=c, typmod=m, fixed=x, filled=f, number=i)
            for n, t, c, m, x, f, i in connection.execute(COLUMNS, (table,))
        ]
        self.unique = connection.execute(UNIQUE, (table,)).fetchall()
        self.able = {c.number for c in self.columns if c.category in "SD" or c.type in MADE}
        self.referring = self._referring()
        self.greatest: dict[int, int] = {}
        self.key = self._key()
        self.rows = self._sample()

    def _key(self) -> list[str]:
        """Expressions that find one row: the primary key, another unique key, or its place."""
        numbers: list[int] = next((key for _primary, key, _all, whole in self.unique if whole), [])
        return [quoted(c.name) for n in numbers for c in self.columns if c.number == n] or ["ctid"]

    def _sample(self) -> list[dict[str, str | None]]:
        """Rows from all over the table, each value as text, by the expression it was read from."""
        wanted = list(dict.fromkeys([*self.key, *(quoted(c.name) for c in self.columns)]))
        listed = ", ".join(f"{name}::text" for name in wanted)
        pages = self.connection.execute(PAGES, (self.table,)).fetchone()
        share = min(100.0, 100.0 * 2 * SAMPLE / (pages[0] if pages else 1))
        for sample in (f"TABLESAMPLE SYSTEM ({share:.6f}) REPEATABLE (1)", ""):
            query: Any = f"SELECT {listed} FROM {self.table} {sample} LIMIT 2000"
            rows = self.connection.execute(query).fetchall()
            if rows:
                chosen = rows[:: max(1, len(rows) // SAMPLE)][:SAMPLE]
                return [dict(zip(wanted, row, strict=True)) for row in chosen]
        return []

    def requests(self) -> Iterator[Request]:
        """The three, with values that may or may not work."""
        where = " AND ".join(f"{name} = %s" for name in self.key)
        keys = tuple(Values(given=tuple(row[name] for name in self.key)) for row in self.rows)
        keys = keys or (Values(given=(None,) * len(self.key)),)
        listed = ", ".join(quoted(c.name) for c in self.columns) or "1"
        yield Request(
            table=self.table, operation="SELECT", sql=f"SELECT {listed} FROM {self.table} WHERE {where}", values=keys
        )
        written = [c for c in self.columns if not c.fixed]
        plain = [c for c in written if quoted(c.name) not in self.key] or written
        if plain:
            changes = ", ".join(f"{quoted(c.name)} = {quoted(c.name)}" for c in plain)
            sql = f"UPDATE {self.table} SET {changes} WHERE {where}"
            yield Request(table=self.table, operation="UPDATE", sql=sql, values=keys)
        yield self._insert()

    def _insert(self) -> Request:
        given = [c for c in self.columns if not c.filled]
        unique = self._fresh_columns({c.number for c in given})
        every = unique | ({c.number for c in given if c.category in "SN" or c.type == "uuid"} & self.able)
        every -= self.referring - unique
        rows: list[dict[str, str | None]] = self.rows or [{}]
        values = tuple(
            Values(given=self._row(given, row, turn, unique), fresh=self._row(given, row, turn, every))
            for turn, row in enumerate(rows)
        )
        places = ", ".join(["%s"] * len(given))
        listed = ", ".join(quoted(c.name) for c in given)
        sql = f"INSERT INTO {self.table} ({listed}) VALUES ({places})"
        if not given:
            sql = f"INSERT INTO {self.table} DEFAULT VALUES"
        return Request(table=self.table, operation="INSERT", sql=sql, values=values)

    def _row(
        self, given: Sequence[Column], row: Mapping[str, str | None], turn: int, fresh: Collection[int]
    ) -> tuple[str | None, ...]:
        """Values of the given columns, copied from the row but for the fresh ones."""
        copied = [(c, row.get(quoted(c.name))) for c in given]
        return tuple(self._fresh(c, old, turn) if c.number in fresh else old for c, old in copied)

    def _fresh_columns(self, given: set[int]) -> set[int]:
        """One column of each unique key that the INSERT gives no other new value for; keys with a default are new."""
        chosen: set[int] = set()
        for _primary, key, others, _whole in self.unique:
            covered = {*key, *others} - {0}
            if chosen & covered or not covered <= given:
                continue
            candidates = sorted(covered & self.able, key=lambda n: (n in self.referring, n))
            chosen.update(candidates[:1])
        return chosen

    def _referring(self) -> set[int]:
        query = "SELECT unnest(conkey)::int FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass"
        return {row[0] for row in self.connection.execute(query, (self.table,))}

    def _fresh(self, column: Column, old: str | None, turn: int) -> str | None:
        """A value that no row has, of the column's type."""
        if column.type == "uuid":
            return str(uuid.uuid4())
        if column.type == "bytea":
            return "\\x" + uuid.uuid4().hex
        if column.category == "S":
            made = f"{random.getrandbits(40):010x}{old or ''}"
            return made[: column.typmod - 4] if column.typmod > 4 else made
        if column.category == "D":
            return (
                f"2{random.randrange(200, 900)}-0{1 + turn % 9}-1{turn % 10} 0{turn % 10}:00:{random.randrange(60):02}"
            )
        return str(min(self._greatest(column) + 1 + turn, TOP.get(column.type, 2**62)))

    def _greatest(self, column: Column) -> int:
        if column.number not in self.greatest:
            query: Any = f"SELECT coalesce(max({quoted(column.name)}), 0)::text FROM {self.table}"
            row = self.connection.execute(query).fetchone()
            found = float(row[0]) if row else 0.0
            self.greatest[column.number] = int(found) if math.isfinite(found) else 0
        return self.greatest[column.number]


def in_turn(request: Request) -> Iterator[Values]:
    """Its values, over and over."""
    return itertools.cycle(request.values)
