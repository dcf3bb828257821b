"""Synthesises rows for a database from its catalog alone, on the server, the same ones for the same seed."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from migfix.errors import ServerError, UsageError
from migfix.verify.rows_catalog import Table, read_tables
from migfix.verify.rows_insert import Insertion, Outcome
from migfix.verify.rows_order import Place, filling_order, wanted
from migfix.verify.server import Server

if TYPE_CHECKING:
    import psycopg

ROWS = 200_000
"""A deadlock that 10 000 rows never showed came up with so many every time."""
SETTINGS = (
    "work_mem = '256MB'",
    "enable_nestloop = off",
    "enable_mergejoin = off",
    "timezone = 'UTC'",
    "jit = off",
    "client_min_messages = error",
    "statement_timeout = 0",
    "lock_timeout = 0",
    "synchronous_commit = off",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What `fill` did, tables named with their schema.

    tables      (name, rows inserted), in the order in which they were filled.
    unfilled    (name, why) of tables that got no row.
    short       (name, why) of tables that got fewer rows than asked for.
    notes       what else differs from real rows: columns left NULL, triggers that did not fire.
    """

    tables: tuple[tuple[str, int], ...]
    unfilled: tuple[tuple[str, str], ...]
    seconds: float
    short: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(rows for _, rows in self.tables)


@dataclass(slots=True)
class _Book:
    tables: list[tuple[str, int]] = field(default_factory=list)
    unfilled: list[tuple[str, str]] = field(default_factory=list)
    short: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def enter(self, outcome: Outcome) -> None:
        if outcome.rows:
            self.tables.append((outcome.table, outcome.rows))
        if outcome.why:
            (self.short if outcome.rows else self.unfilled).append((outcome.table, outcome.why))
        self.notes += outcome.notes


def fill(
    server: Server,
    database: str,
    *,
    rows: int = ROWS,
    per_table: Mapping[str, int] | None = None,
    only: Collection[str] | None = None,
    clean: Collection[str] = (),
    seed: int = 0,
) -> Filled:
    """Insert `rows` rows into every user table, those that are there already stay.

    per_table   other numbers of rows, by table (`users` or `public.users`).
    only        fill these, the tables that reference them, and all that any of those references.
    clean       columns (`users.email`) that get neither NULL nor duplicates, though they might.

    Rows satisfy types, NOT NULL, keys, foreign keys, CHECKs and partition bounds; nullable columns are NULL in one row
    of ten, values of columns without a unique index come back four times on average. Triggers do not fire where the
    server lets them be switched off (a superuser may); foreign keys hold by construction. 200 000 rows of ten columns
    take about a second.

    Raises UsageError when `per_table` or `clean` names what is not there (tables of `only` that are missing count as
    unfilled), ServerError when the server or its disk gives up.
    """
    import psycopg

    try:
        return _fill(server, database, rows, per_table or {}, only=only, clean=clean, seed=seed)
    except psycopg.Error as error:
        raise ServerError(f"No rows could be made: {' '.join(str(error).split())}") from error


def _fill(
    server: Server,
    database: str,
    rows: int,
    per_table: Mapping[str, int],
    *,
    only: Collection[str] | None,
    clean: Collection[str],
    seed: int,
) -> Filled:
    started = time.monotonic()
    book = _Book()
    with server.connect(database) as connection:
        tables = read_tables(connection)
        counts = _counts(tables, rows, per_table)
        cleaned = _cleaned(tables, clean)
        _settle(connection, book)
        for name in only or ():
            if not any(table.is_named(name) for table in tables.values()):
                book.unfilled.append((name, "there is no such table before the revision"))
        named = None if only is None else {o for o, t in tables.items() if any(t.is_named(name) for name in only)}
        insertion = Insertion(connection, tables, counts=counts, clean=cleaned, seed=seed)
        for place in filling_order(wanted(tables, named)):
            book.enter(_filled(insertion, place, book))
        for outcome in insertion.finish():
            book.enter(outcome)
    return Filled(
        tables=tuple(book.tables),
        unfilled=tuple(book.unfilled),
        seconds=time.monotonic() - started,
        short=tuple(book.short),
        notes=tuple(book.notes),
    )


def _filled(insertion: Insertion, place: Place, book: _Book) -> Outcome:
    """The tables that were not filled explain those that reference them."""
    outcome = insertion.fill(place)
    reasons = dict(book.unfilled)
    for reference in place.table.references:
        if outcome.why.endswith(f"{reference.target_name}, which has no rows") and reference.target_name in reasons:
            outcome.why += f": {reasons[reference.target_name]}"
    return outcome


def _settle(connection: psycopg.Connection[Any], book: _Book) -> None:
    """Session settings; triggers off where that is allowed."""
    import psycopg

    for setting in SETTINGS:
        statement: Any = f"SET {setting}"
        connection.execute(statement)
    fires = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    row = connection.execute(fires).fetchone()
    triggers = row[0] if row else 0
    try:
        connection.execute("SET session_replication_role = replica")
    except psycopg.errors.InsufficientPrivilege:
        if triggers:
            book.notes.append(
                f"triggers ({triggers}) fired while rows were inserted: only a superuser can keep them off"
            )
        return
    if triggers:
        were = "trigger was" if triggers == 1 else "triggers were"
        book.notes.append(f"{triggers} {were} off while rows were inserted")


def _counts(tables: Mapping[int, Table], rows: int, per_table: Mapping[str, int]) -> dict[int, int]:
    counts = dict.fromkeys(tables, rows)
    for name, count in per_table.items():
        counts.update(dict.fromkeys(_found(tables, name), count))
    return counts


def _cleaned(tables: Mapping[int, Table], clean: Collection[str]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for name in clean:
        table, _, column = name.rpartition(".")
        oids = _found(tables, table)
        columns = {(oid, column) for oid in oids if any(column == known.name for known in tables[oid].columns)}
        if not columns:
            raise UsageError(f"There is no column {column} in {table} before the revision")
        found |= columns
    return found


def _found(tables: Mapping[int, Table], name: str) -> list[int]:
    oids = [oid for oid, table in tables.items() if table.is_named(name)]
    if not oids:
        known = ", ".join(sorted(table.name for table in tables.values())[:12]) or "none"
        raise UsageError(f"There is no table {name} before the revision; there are: {known}")
    return oids
