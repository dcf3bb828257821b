"""What a project's models say of its tables, as far as it stands in plain sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from migfix.model.maybe import UNKNOWN, Maybe, Table
from migfix.model.record import record
from migfix.model.schema import TableKey


@record
class DeclaredColumn:
    """`nullable` is the effective value: a primary key is not, `Mapped[str]` is not, `Mapped[str | None]` is."""

    name: str
    nullable: Maybe[bool] = UNKNOWN
    index: Maybe[bool] = False
    unique: Maybe[bool] = False


@record
class DeclaredKey:
    """A unique constraint or an index; `columns` is UNKNOWN where it covers an expression."""

    name: str | None
    columns: Maybe[tuple[str, ...]]
    unique: Maybe[bool] = True
    partial: bool = False


@record
class DeclaredTable:
    """`complete` is False when a base class or a spread argument may add to what is listed."""

    columns: Mapping[str, DeclaredColumn] = field(default_factory=dict)
    uniques: tuple[DeclaredKey, ...] = ()
    indexes: tuple[DeclaredKey, ...] = ()
    checks: frozenset[str] = frozenset()
    complete: bool = True


@record
class Declared:
    """Tables by (schema, name)."""

    tables: Mapping[TableKey, DeclaredTable] = field(default_factory=dict)

    def table(self, table: Table) -> DeclaredTable | None:
        return self.tables.get(table.key)
