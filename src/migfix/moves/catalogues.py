"""Asks PostgreSQL databases what they have: the catalogue is read, and nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from migfix.applied.databases import Address, answers
from migfix.errors import DatabaseError
from migfix.followups.past import Seen
from migfix.model.graph import Graph
from migfix.model.schema import TableKey
from migfix.read.project import ProjectLayout

Rows: TypeAlias = Sequence[Sequence[Any]]

_SCHEMA = "CASE WHEN n.nspname = current_schema() THEN NULL ELSE n.nspname END"
_OWN = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
QUERIES: Mapping[str, str] = {
    "columns": f"""
SELECT {_SCHEMA}, c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND {_OWN} ORDER BY 1, 2, 3""",
    "indexes": f"""
SELECT {_SCHEMA}, c.relname, x.relname, i.indisvalid AND i.indisready FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OWN} ORDER BY 1, 2, 3""",
    "constraints": f"""
SELECT {_SCHEMA}, c.relname, k.conname, k.convalidated FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OWN} ORDER BY 1, 2, 3""",
    "enums": f"""
SELECT {_SCHEMA}, t.typname, e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {_OWN} ORDER BY 1, 2, 3""",
}


def look(addresses: Sequence[Address], layout: ProjectLayout, graph: Graph, *, python: str) -> tuple[Seen, ...]:
    """What each database has; those that are no PostgreSQL, or that do not answer, are left out."""
    found = answers(addresses, layout, python=python, queries=QUERIES)
    rows = [each for each in found if not isinstance(each, DatabaseError)]
    return tuple(_seen(name, row, graph) for name, row in rows if row.get("rows"))


def _seen(name: str, row: Mapping[str, Any], graph: Graph) -> Seen:
    known = [v for v in row["versions"] if v in graph]
    found: Mapping[str, Rows] = row["rows"]
    invalid = frozenset(((s, t), i) for s, t, i, valid in found["indexes"] if not valid)
    return Seen(
        name=name,
        ran=frozenset(known).union(*(graph.ancestors(v) for v in known)),
        columns=_grouped(found["columns"]),
        indexes=_grouped([r for r in found["indexes"] if r[3]]),
        constraints=_states(found["constraints"]),
        enums={t if s is None else f"{s}.{t}": v for (s, t), v in _grouped(found["enums"]).items()},
        invalid=invalid,
    )


def _grouped(rows: Rows) -> dict[TableKey, frozenset[str]]:
    found: dict[TableKey, set[str]] = {}
    for schema, table, name, *_ in rows:
        found.setdefault((schema, table), set()).add(name)
    return {key: frozenset(names) for key, names in found.items()}


def _states(rows: Rows) -> dict[TableKey, dict[str, bool]]:
    found: dict[TableKey, dict[str, bool]] = {}
    for schema, table, name, state in rows:
        found.setdefault((schema, table), {})[name] = state
    return found
