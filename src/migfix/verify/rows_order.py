"""Which tables to fill and in which order, so that what a foreign key points to is there before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from migfix.verify.rows_catalog import Reference, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A table in its turn.

    later    references that point to a table further down and can be NULL until then.
    ahead    such references that cannot be NULL: their targets' keys must be foretold.
    """

    table: Table
    later: frozenset[str] = frozenset()
    ahead: frozenset[str] = frozenset()


def wanted(tables: Mapping[int, Table], named: Collection[int] | None) -> tuple[Table, ...]:
    """All tables; or those named, the tables that reference them, and what any of those needs."""
    if named is None:
        return tuple(tables.values())
    chosen = set(named)
    chosen |= {oid for oid, table in tables.items() if any(found.target in chosen for found in table.references)}
    while more := {found.target for oid in chosen for found in tables[oid].references} & tables.keys() - chosen:
        chosen |= more
    return tuple(table for oid, table in tables.items() if oid in chosen)


def filling_order(tables: Collection[Table]) -> tuple[Place, ...]:
    """Referenced tables first; in a circle, the table with the fewest references that cannot wait goes first."""
    left = {table.oid: table for table in tables}
    places: list[Place] = []
    while left:
        ready = [table for table in left.values() if not _waiting(table, left)]
        if not ready:
            ready = [min(left.values(), key=lambda table: (_weight(table, left), table.name))]
        for table in ready:
            waiting = _waiting(table, left)
            later = frozenset(found.name for found in waiting if _can_wait(table, found))
            ahead = frozenset(found.name for found in waiting) - later
            places.append(Place(table=table, later=later, ahead=ahead))
        for table in ready:
            del left[table.oid]
    return tuple(places)


def _waiting(table: Table, left: Mapping[int, Table]) -> list[Reference]:
    """References to tables whose turn has not come."""
    return [found for found in table.references if found.target in left and found.target != table.oid]


def _weight(table: Table, left: Mapping[int, Table]) -> tuple[int, int, int]:
    """Tables that only look on from outside a circle must not go first, however few references they have."""
    waiting = _waiting(table, left)
    hard = sum(not _can_wait(table, found) for found in waiting)
    return (0 if _reaches(table, table.oid, left) else 1), hard, len(waiting)


def _reaches(table: Table, oid: int, left: Mapping[int, Table]) -> bool:
    seen: set[int] = set()
    open_ = [found.target for found in _waiting(table, left)]
    while open_:
        if (target := open_.pop()) == oid:
            return True
        if target not in seen:
            seen.add(target)
            open_ += [found.target for found in _waiting(left[target], left)]
    return False


def _can_wait(table: Table, reference: Reference) -> bool:
    return any(not table.column(name).not_null for name in reference.columns)
