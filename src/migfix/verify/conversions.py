"""Which rows a change of type or an UPDATE stumbles on: the server names neither table nor row, so each row is tried."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

NAME = r'(?:"[^"]+"|\w+)'
TABLE = rf"(?P<table>{NAME}(?:\.{NAME})?)"
CHANGED = re.compile(
    rf"\s*ALTER\s+TABLE\s+(?:ONLY\s+)?{TABLE}\s+ALTER\s+(?:COLUMN\s+)?(?P<column>{NAME})\s+(?:SET\s+DATA\s+)?TYPE\s+"
    r"(?P<type>.+?)(?:\s+USING\s+(?P<value>.+?))?\s*;?\s*$",
    re.IGNORECASE | re.DOTALL,
)
UPDATED = re.compile(
    rf"\s*UPDATE\s+(?:ONLY\s+)?{TABLE}\s+SET\s+(?P<column>{NAME})\s*=\s*(?P<value>[^,]+?(?:\([^()]*\))?[^,]*?)"
    r"(?:\s+WHERE\s+(?P<where>.+?))?\s*;?\s*$",
    re.IGNORECASE | re.DOTALL,
)
FAILS = """
CREATE FUNCTION pg_temp.migfix_fails(r {table}) RETURNS boolean LANGUAGE plpgsql AS $migfix$
DECLARE v {type};
BEGIN
  SELECT {value} INTO v FROM (SELECT r.*) AS migfix_row;
  RETURN false;
EXCEPTION WHEN data_exception THEN
  RETURN true;
END $migfix$
"""
"""Assigning converts as ALTER TABLE does (an explicit cast would cut a text that is too long)."""
TYPE = """
SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A statement that puts converted values into a column."""

    table: str
    column: str
    type: str
    value: str
    where: str


def failing_rows(connection: psycopg.Connection[Any], sql: str) -> tuple[str, str, str] | None:
    """A query for the rows that stop such a statement, with table and column; None for any other statement.

    Makes a function in `pg_temp`: the connection is in a transaction that is rolled back.
    """
    found = _conversion(connection, sql.replace("%%", "%"))
    if found is None:
        return None
    made: Any = FAILS.format(table=found.table, type=found.type, value=found.value)
    connection.execute(made.encode())
    where = f" AND ({found.where})" if found.where else ""
    query = f"SELECT t.* FROM {found.table} AS t WHERE pg_temp.migfix_fails(t){where}"
    return query, found.table, found.column


def _conversion(connection: psycopg.Connection[Any], sql: str) -> Conversion | None:
    if changed := CHANGED.match(sql):
        value = changed["value"] or changed["column"]
        return Conversion(
            table=changed["table"], column=_plain(changed["column"]), type=changed["type"], value=value, where=""
        )
    updated = UPDATED.match(sql)
    if updated is None:
        return None
    column = _plain(updated["column"])
    row = connection.execute(TYPE, (updated["table"], column)).fetchone()
    if row is None:
        return None
    where = updated["where"] or ""
    return Conversion(table=updated["table"], column=column, type=str(row[0]), value=updated["value"], where=where)


def _plain(name: str) -> str:
    return name.strip('"') if name.startswith('"') else name.lower()
