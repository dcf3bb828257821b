"""Which tables a migration touches: those it locks, works on or builds an index for, and their neighbours by foreign key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migfix.verify.results import Lock
from migfix.verify.server import Server
from migfix.verify.trace import VERSIONS, Trace

if TYPE_CHECKING:
    import psycopg

HARMLESS = {"AccessShareLock", "RowShareLock"}
"""Modes of a statement that only reads: a table that is merely read is not touched."""
RELATIONS = """
SELECT c.oid::bigint, coalesce(i.indrelid, c.oid)::regclass::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'i', 'I', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""
NEIGHBOURS = """
SELECT DISTINCT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND conrelid <> confrelid AND conparentid = 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """Tables and indexes by oid, Alembic's own left out.

    tables   the name of the table, for an index that of its table: who locks an index stops those who read its table.
    """

    tables: Mapping[int, str]

    def __contains__(self, oid: int) -> bool:
        return oid in self.tables

    def locks(self, found: Iterable[tuple[int, str]]) -> tuple[Lock, ...]:
        """Locks (oid, mode) by table, each once, in order."""
        return tuple(sorted({(self.tables[oid], mode) for oid, mode in found if oid in self.tables}))


def relations(connection: psycopg.Connection[Any]) -> Relations:
    """Those that other sessions can see now."""
    connection.execute("SET search_path = pg_catalog")
    rows = connection.execute(RELATIONS).fetchall()
    return Relations(tables={oid: table for oid, table in rows if not VERSIONS.search(table)})


def neighbours(connection: psycopg.Connection[Any], tables: Collection[str]) -> tuple[str, ...]:
    """Tables that refer to one of these or that one of these refers to, these themselves left out."""
    connection.execute("SET search_path = pg_catalog")
    pairs = connection.execute(NEIGHBOURS).fetchall()
    found = {other for a, b in pairs for one, other in ((a, b), (b, a)) if one in tables}
    return tuple(sorted(found - {*tables}))


def touched_tables(server: Server, database: str, *traces: Trace) -> tuple[str, ...]:
    """Tables of `database` (as it was before the runs) that the traced runs touch, then their neighbours.

    Several traces (the original's and the rewritten form's) give one list for both. Names are spelled as SQL.
    """
    with server.connect(database) as connection:
        there = relations(connection)
        touched = {table for trace in traces for table in _touched(trace, there)}
        return (*sorted(touched), *neighbours(connection, touched))


def _touched(trace: Trace, there: Relations) -> Iterable[str]:
    known = {name: there.tables[oid] for oid, name in trace.names.items() if oid in there}
    for locks in trace.locks.values():
        yield from (known[name] for name, mode in locks if name in known and mode not in HARMLESS)
    for statement in trace.run.statements:
        worked = {*statement.changed, *statement.added, *statement.rewritten}
        yield from (there.tables[oid] for oid in worked if oid in there)
    yield from (there.tables[oid] for oid, mode in trace.seen if oid in there and mode not in HARMLESS)
    yield from (there.tables[oid] for oid in trace.indexed if oid in there)
