"""Identifiers as PostgreSQL reads them back, quoted only where they must be."""

from __future__ import annotations

import re

from migfix.model.maybe import Table

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")

# Words that cannot name a column or table unquoted (PostgreSQL manual, appendix C, up to version 18).
RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
    column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
    from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
    localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
    returning right select session_user similar some symmetric system_user table tablesample then to trailing true union
    unique user using variadic verbose when where window with
    """.split()  # noqa: SIM905
)


def quoted(identifier: str) -> str:
    """The identifier as SQL text."""
    if _PLAIN.fullmatch(identifier) and identifier not in RESERVED:
        return identifier
    return '"' + identifier.replace('"', '""') + '"'


def qualified(table: Table) -> str:
    """The table as SQL text, with its schema where one is given."""
    schema = f"{quoted(table.schema.text)}." if table.schema else ""
    return schema + quoted(table.name.text)
