"""Primary keys and unique constraints as indexes first."""

from __future__ import annotations

from collections.abc import Sequence

from migfix.model import ops
from migfix.model.identifiers import qualified, quoted
from migfix.model.maybe import Expr, Maybe, Name, Table
from migfix.recipes.spelling import literal


def key_index(
    name: Name, table: Table, columns: Sequence[Name], *, nulls_not_distinct: Maybe[bool] = False
) -> ops.CreateIndex:
    """The unique index that can become a key: named like it, plain columns, no condition."""
    keys = tuple(Expr(code=c.code or literal(c.text), value=c.text) for c in columns)
    return ops.CreateIndex(name=name, table=table, columns=keys, unique=True, nulls_not_distinct=nulls_not_distinct)


def why_not_over_index(extra: ops.Extra) -> str | None:
    """Why the constraint's further keywords keep it from being made over an index; None where there are none."""
    named = ", ".join(key for key, _ in extra)
    return f"it has {named}=, which ADD CONSTRAINT … USING INDEX cannot carry over" if named else None


def duplicates(table: Table, columns: Sequence[Name]) -> str:
    """The query that finds rows a unique index would refuse."""
    keys = [quoted(c.text) for c in columns]
    given = " AND ".join(f"{k} IS NOT NULL" for k in keys)
    listed = ", ".join(keys)
    return (
        f"SELECT {listed}, count(*) FROM {qualified(table)} WHERE {given} GROUP BY {listed} HAVING count(*) > 1 LIMIT 1"
    )
