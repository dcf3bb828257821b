"""Why a migration fails on rows: replays it up to the failing statement and asks for the rows that it stumbles on."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migfix.verify.advice import advice
from migfix.verify.conversions import failing_rows
from migfix.verify.crash import CONCURRENT
from migfix.verify.migrate import Run, Statement
from migfix.verify.server import Server
from migfix.verify.verdict import Offence

if TYPE_CHECKING:
    import psycopg

MOST = 5
"""Offending rows that are shown."""
CONVERSIONS = ("22001", "22003", "22007", "22008", "22P02")
"""Errors of a value that does not fit its column."""
PATIENCE = 20
"""Seconds that a search for the offending rows may take."""
LONGEST = 80
"""Characters of a value that are shown."""
KEY = re.compile(r"Key \((?P<columns>.+?)\)=\(")
WHERE = re.compile(r"\bWHERE\b(?P<condition>.+?);?\s*$", re.IGNORECASE | re.DOTALL)
CHECK = re.compile(r"\bCHECK\s*(?=\()", re.IGNORECASE)
REFERENCE = re.compile(
    r"FOREIGN\s+KEY\s*\((?P<columns>[^)]+)\)\s*REFERENCES\s+(?P<table>[^\s(]+)\s*\((?P<keys>[^)]+)\)", re.IGNORECASE
)
DISTINCT = re.compile(r"\bNULLS\s+NOT\s+DISTINCT\b", re.IGNORECASE)
CONCURRENTLY = re.compile(r"\bCONCURRENTLY\b\s*", re.IGNORECASE)


def offence(server: Server, run: Run, *, template: str) -> Offence | None:
    """The statement at which the run failed, replayed on a copy of `template`; None when no statement failed."""
    failed = next((s for s in run.statements if s.error), None)
    if failed is None:
        return None
    known = Offence(statement=_short(failed.sql), sqlstate="", error=_first(failed.error or ""))
    with server.scratch(template=template) as database, server.connect(database) as connection:
        found = _replayed(connection, run, failed) or known
    said = failed.sqlstate or found.sqlstate
    return replace(found, sqlstate=said, advice=advice(found.error, server=server, sqlstate=said))


def _replayed(connection: psycopg.Connection[Any], run: Run, failed: Statement) -> Offence | None:
    import psycopg

    try:
        connection.execute("BEGIN")
        for statement in run.statements:
            if statement.number >= failed.number:
                break
            if statement.finished and not re.match(r"\s*(select|show|begin|commit)\b", statement.sql, re.IGNORECASE):
                _execute(connection, statement)
        connection.execute("SAVEPOINT before_it")
    except (psycopg.Error, ValueError, SyntaxError):
        return None
    try:
        _execute(connection, failed)
    except psycopg.Error as error:
        connection.execute("ROLLBACK TO before_it")
        return _explained(connection, failed, error)
    except (ValueError, SyntaxError):
        return None
    return None


def _execute(connection: psycopg.Connection[Any], statement: Statement) -> None:
    """Run it as it ran, but in the open transaction: a concurrent build becomes a plain one."""
    sql: Any = CONCURRENTLY.sub("", statement.sql) if CONCURRENT.match(statement.sql) else statement.sql
    parameters = ast.literal_eval(statement.parameters) if statement.parameters else None
    connection.execute(sql, parameters or (() if "%%" in sql else None))


def _explained(connection: psycopg.Connection[Any], failed: Statement, error: psycopg.Error) -> Offence:
    import psycopg

    said = error.diag
    table = ".".join(_quoted(p) for p in (said.schema_name, said.table_name) if p)
    base = Offence(
        statement=_short(failed.sql),
        sqlstate=error.sqlstate or "",
        error=" ".join(part for part in (said.message_primary, said.message_detail) if part),
        table=".".join(p for p in (said.schema_name, said.table_name) if p),
        columns=_blamed(said.column_name, said.message_detail or ""),
    )
    try:
        query = _query(connection, failed.sql, error, table)
        if query is None and error.sqlstate in CONVERSIONS and (tried := failing_rows(connection, failed.sql)):
            query, table, column = tried
            base = replace(base, table=table, columns=(column,))
        if query is None:
            return base
        connection.execute(f"SET LOCAL statement_timeout = '{PATIENCE}s'".encode())
        total = connection.execute(_sql(f"SELECT count(*) FROM ({query}) AS offending")).fetchone()
        cursor = connection.execute(_sql(f"{query} LIMIT {MOST}"))
        rows = [tuple(_value(value) for value in row) for row in cursor.fetchall()]
        headings = tuple(column.name for column in cursor.description or ())
    except psycopg.Error:
        return base
    return replace(base, headings=headings, rows=tuple(rows), total=total[0] if total else None)


def _blamed(column: str | None, detail: str) -> tuple[str, ...]:
    key = KEY.search(detail)
    if column or key is None:
        return (column,) if column else ()
    return tuple(part.strip().strip('"') for part in key["columns"].split(","))


def _query(connection: psycopg.Connection[Any], sql: str, error: psycopg.Error, table: str) -> str | None:
    """A query for the offending rows; None where no row is to blame, or the table is not known."""
    if not table:
        return None
    match error.sqlstate:
        case "23505":
            return _duplicates(sql, error.diag.message_detail or "", table)
        case "23502" if error.diag.column_name:
            return f"SELECT * FROM {table} WHERE {_quoted(error.diag.column_name)} IS NULL"
        case "23503":
            return _orphans(connection, sql, error, table)
        case "23514":
            condition = _condition(sql) or _defined(connection, error, table)
            return f"SELECT * FROM {table} WHERE NOT {condition}" if condition else None
    return None


def _duplicates(sql: str, detail: str, table: str) -> str | None:
    key = KEY.search(detail)
    if key is None:
        return None
    found = WHERE.search(sql) if re.match(r"\s*create\b", sql, re.IGNORECASE) else None
    columns = key["columns"]
    known = "true" if DISTINCT.search(sql) else f"({columns}) IS NOT NULL"
    where = f" WHERE {known}" + (f" AND ({found['condition']})" if found else "")
    return f"SELECT {columns}, count(*) AS rows FROM {table}{where} GROUP BY {columns} HAVING count(*) > 1"


def _orphans(connection: psycopg.Connection[Any], sql: str, error: psycopg.Error, table: str) -> str | None:
    found = REFERENCE.search(sql) or REFERENCE.search(_defined(connection, error, table, whole=True) or "")
    if found is None:
        return None
    columns, keys = found["columns"].split(","), found["keys"].split(",")
    same = " AND ".join(f"p.{k.strip()} = c.{c.strip()}" for c, k in zip(columns, keys, strict=True))
    given = " AND ".join(f"c.{c.strip()} IS NOT NULL" for c in columns)
    shown = ", ".join(f"c.{c.strip()}" for c in columns)
    missing = f"NOT EXISTS (SELECT 1 FROM {found['table']} AS p WHERE {same})"
    return f"SELECT {shown}, count(*) AS rows FROM {table} AS c WHERE {given} AND {missing} GROUP BY {shown}"


def _defined(
    connection: psycopg.Connection[Any], error: psycopg.Error, table: str, *, whole: bool = False
) -> str | None:
    """The constraint as the catalog has it (the statement only validates it)."""
    query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass"
    row = connection.execute(query, (error.diag.constraint_name, table)).fetchone()
    if row is None:
        return None
    return str(row[0]) if whole else _condition(str(row[0]))


def _condition(sql: str) -> str | None:
    """The text in parentheses after CHECK, parentheses included."""
    start = CHECK.search(sql)
    if start is None:
        return None
    depth = 0
    for end, char in enumerate(sql[start.end() :], start.end() + 1):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0:
            return sql[start.end() : end].replace("%%", "%")
    return None


def _sql(text: str) -> Any:
    return text.encode()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _value(value: object) -> str:
    text = "NULL" if value is None else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _short(sql: str) -> str:
    return " ".join(sql.split())


def _first(error: str) -> str:
    return " ".join(error.split())


def shown_rows(found: Offence) -> Sequence[str]:
    """The offending rows as lines: `email=a@b.c  rows=2`."""
    return ["  ".join(f"{name}={value}" for name, value in zip(found.headings, row, strict=True)) for row in found.rows]
