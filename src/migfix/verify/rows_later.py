"""Second visits: references that had to wait for their table, and rows whose reference did not come true."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from migfix.verify.rows_catalog import Reference, Table
from migfix.verify.rows_plan import Plan, Target, quoted

if TYPE_CHECKING:
    import psycopg

HALF = 2
"""Every second row gets its reference, so that the other version of a row is not left behind by all of them."""


def fill_later(connection: psycopg.Connection[Any], plan: Plan, reference: Reference, target: Target) -> None:
    """Point NULLs to rows that are there by now; what a self reference missed is set right."""
    table = plan.table
    own = plan.feed(reference.columns[0])
    if (
        own is not None
        and own.fixed
        and not own.join
        and own.number != "0"
        and len(own.columns) == len(reference.columns)
    ):
        _mend(connection, table, reference)
        return
    waiting = [name for name in reference.columns if _waits(plan, name)]
    shared = [name for name in reference.columns if name not in waiting]
    if waiting and target.size:
        text: Any = _sharing(plan, reference, target, shared) if shared else _any(plan, reference, target)
        connection.execute(text)


def sweep(connection: psycopg.Connection[Any], tables: Collection[Table]) -> dict[str, int]:
    """Remove rows whose references lead nowhere, until all lead somewhere; the number of rows by table."""
    gone: dict[str, int] = {}
    while True:
        before = sum(gone.values())
        for table in tables:
            for reference in table.references:
                text: Any = f"DELETE FROM {table.name} AS t WHERE {_dangles(reference)}"
                count = connection.execute(text).rowcount
                if count:
                    gone[table.name] = gone.get(table.name, 0) + count
        if sum(gone.values()) == before:
            return gone


def _waits(plan: Plan, name: str) -> bool:
    feed = plan.feed(name)
    return feed is not None and feed.fixed and feed.number == "0" and not feed.join


def _dangles(reference: Reference) -> str:
    """A condition on the row `t`."""
    pairs = zip(reference.columns, reference.target_columns, strict=True)
    agree = " AND ".join(f"p.{quoted(theirs)} = t.{quoted(own)}" for own, theirs in pairs)
    given = " AND ".join(f"t.{quoted(name)} IS NOT NULL" for name in reference.columns)
    return f"{given} AND NOT EXISTS (SELECT FROM {reference.target_name} AS p WHERE {agree})"


def _mend(connection: psycopg.Connection[Any], table: Table, reference: Reference) -> None:
    """A row refers to itself where the row that it was to refer to was not inserted."""
    pairs = zip(reference.columns, reference.target_columns, strict=True)
    own = ", ".join(f"{quoted(column)} = {quoted(key)}" for column, key in pairs)
    text: Any = f"UPDATE {table.name} AS t SET {own} WHERE {_dangles(reference)}"
    connection.execute(text)


def _any(plan: Plan, reference: Reference, target: Target) -> str:
    table = plan.table.name
    values = ", ".join(f"{quoted(name)} = k.c{place}" for place, name in enumerate(reference.columns))
    rows = f"SELECT tableoid AS o, ctid AS c, row_number() OVER () AS mf_i FROM {table}"
    number = plan.drawn(f"later {reference.name}", target.size)
    return (
        f"UPDATE {table} AS t SET {values} FROM ({rows}) AS r JOIN {target.relation} AS k ON k.n = {number}"
        f" WHERE t.tableoid = r.o AND t.ctid = r.c AND r.mf_i % {HALF} = 0"
    )


def _sharing(plan: Plan, reference: Reference, target: Target, shared: list[str]) -> str:
    """Some columns are given by other references: all rows that agree in those point to one row."""
    place = {name: number for number, name in enumerate(reference.columns)}
    free = [name for name in reference.columns if name not in shared]
    groups = ", ".join(f"c{place[name]}" for name in shared)
    values = ", ".join(f"{quoted(name)} = k.c{place[name]}" for name in free)
    agree = " AND ".join(f"k.c{place[name]} = t.{quoted(name)}" for name in shared)
    firsts = f"SELECT DISTINCT ON ({groups}) * FROM {target.relation} ORDER BY {groups}, n"
    return f"UPDATE {plan.table.name} AS t SET {values} FROM ({firsts}) AS k WHERE {agree}"
