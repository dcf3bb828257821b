"""What a database holds, in forms that can be compared: its schema as text, its rows as digests, what is invalid."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migfix.errors import ServerError
from migfix.verify.server import Server

if TYPE_CHECKING:
    import psycopg

NOISE = re.compile(
    r"^(--( Name: .*| Dumped .*| PostgreSQL database dump.*)?|\\(un)?restrict .*|SET \w+ = .*;"
    r"|SELECT pg_catalog\.set_config\(.*\);|)$"
)
USER_SCHEMA = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
TABLES = f"""
SELECT c.oid::regclass::text, array_agg(a.attname::text ORDER BY a.attname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND {USER_SCHEMA} GROUP BY c.oid ORDER BY 1
"""
INVALID = f"""
SELECT 'invalid index ' || i.indexrelid::regclass FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {USER_SCHEMA} AND NOT (i.indisvalid AND i.indisready AND i.indislive)
UNION ALL
SELECT 'constraint not validated ' || k.conname || ' on ' || k.conrelid::regclass FROM pg_constraint k
JOIN pg_namespace n ON n.oid = k.connamespace WHERE {USER_SCHEMA} AND NOT k.convalidated
ORDER BY 1
"""

SEQUENCES = f"""
SELECT format('%s.%I', s.relnamespace::regnamespace, s.relname), a.attrelid::regclass::text, quote_ident(a.attname)
FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p') JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
JOIN pg_sequence q ON q.seqrelid = s.oid AND q.seqincrement > 0
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AND {USER_SCHEMA} ORDER BY 1
"""
"""Sequences that belong to a column."""
BEHIND = "SELECT coalesce((SELECT max({column}) FROM {table}) >= last_value + is_called::int, false) FROM {sequence}"
"""The next value is there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDigest:
    """A column's values without their order: how many are there, NULL, and different; `sum` over their hashes."""

    rows: int
    nulls: int
    distinct: int
    sum: str


def dump_schema(server: Server, database: str) -> str:
    """`pg_dump --schema-only` without version comments, settings and blank lines; byte-identical for equal schemas.

    Shows NOT VALID, ownership, comments and sequences; it leaves out invalid indexes (`invalid_objects` names them).
    Raises ServerError in the words of pg_dump.
    """
    command = [server.binaries.program("pg_dump"), "--schema-only", *server.arguments(database)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerError(f"pg_dump of {database} failed: {done.stderr.strip()}")
    return "\n".join(line for line in done.stdout.splitlines() if not NOISE.match(line)) + "\n"


def table_columns(connection: psycopg.Connection[Any]) -> dict[str, tuple[str, ...]]:
    """The columns of every user table, alembic_version included, by name."""
    connection.execute("SET search_path = pg_catalog")
    return {str(table): tuple(columns) for table, columns in connection.execute(TABLES)}


def data_digest(
    connection: psycopg.Connection[Any], *, without: Collection[tuple[str, str]] = ()
) -> dict[str, tuple[int, str]]:
    """Per table: number of rows, and a sum over the hashes of all rows, so that order does not matter.

    Columns are taken by name, so that their order does not matter either; `without` names (table, column) to leave out.
    """
    digests: dict[str, tuple[int, str]] = {}
    for table, columns in table_columns(connection).items():
        kept = [quoted(column) for column in columns if (table, column) not in without]
        hashed = f"hashtextextended(ROW({', '.join(kept)})::text, 0)::numeric"
        query: Any = f"SELECT count(*), coalesce(sum({hashed}), 0)::text FROM {table}"
        row = connection.execute(query).fetchone()
        assert row is not None
        digests[table] = (row[0], row[1])
    return digests


def column_digests(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], ColumnDigest]:
    """The same per column: dearer, for finding out which one differs."""
    digests: dict[tuple[str, str], ColumnDigest] = {}
    for table, columns in table_columns(connection).items():
        for column in columns:
            name = quoted(column)
            query: Any = (
                f"SELECT count(*), count(*) - count({name}), count(DISTINCT {name}::text),"
                f" coalesce(sum(hashtextextended({name}::text, 0)::numeric), 0)::text FROM {table}"
            )
            row = connection.execute(query).fetchone()
            assert row is not None
            digests[table, column] = ColumnDigest(rows=row[0], nulls=row[1], distinct=row[2], sum=row[3])
    return digests


def invalid_objects(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Indexes that are not valid, constraints that were never validated, sequences behind their column, in words."""
    connection.execute("SET search_path = pg_catalog")
    return (*(row[0] for row in connection.execute(INVALID)), *_behind(connection))


def _behind(connection: psycopg.Connection[Any]) -> Iterator[str]:
    for sequence, table, column in connection.execute(SEQUENCES).fetchall():
        query = BEHIND.format(column=column, table=table, sequence=sequence)
        row = connection.execute(query.encode()).fetchone()
        if row is not None and row[0]:
            yield f"sequence {sequence} gives values that {table}.{column} has already"


def relation_names(connection: psycopg.Connection[Any]) -> Mapping[int, str]:
    """User tables, indexes and materialized views that other sessions can see now, by oid."""
    connection.execute("SET search_path = pg_catalog")
    query = (
        "SELECT c.oid::bigint, c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'i', 'I', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    )
    return dict(connection.execute(query).fetchall())


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
