"""A column's own ForeignKey: inline in the ADD COLUMN, or as a statement after it."""

from __future__ import annotations

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN, Name
from migfix.model.revision import Placed
from migfix.recipes.constraints import why_not_valid
from migfix.recipes.naming import effective_name, named, why_unnamed

CARRIED = frozenset({"ondelete", "onupdate", "deferrable", "initially", "match"})


def may_be_inline(op: ops.AddColumn, ctx: Context) -> bool:
    """One REFERENCES in the ADD COLUMN gives the same key: PostgreSQL names it, as it would name the author's.

    Alembic knows the keyword since 1.18.2; MySQL accepts the clause and ignores it (MySQL 8.4 manual, 15.1.20.5).
    """
    column, only = op.column, op.column.references[0]
    if len(column.references) > 1 or only.name is not None or {k for k, _ in only.extra} - CARRIED:
        return False
    default = f"{op.table.name}_{column.name}_fkey"
    same = effective_name(None, "fk", op.table, (column.name.text,), ctx.env.naming) == default
    plain = column.nullable is True and column.server_default is None and not only.not_valid
    return same and plain and ctx.target.alembic >= (1, 19) and ctx.target.dialects <= {"postgresql", "sqlite"}


def key_of_reference(
    op: ops.AddColumn, reference: ops.Reference, at: Placed, ctx: Context
) -> ops.CreateForeignKey | str:
    """The key as a statement of its own, or why it cannot be one."""
    if reference.table is UNKNOWN or reference.column is UNKNOWN:
        return "the table or column it refers to is not a literal"
    odd = ", ".join(sorted({k for k, _ in reference.extra} - CARRIED))
    if odd:
        return f"ForeignKey() has {odd}=, which create_foreign_key() does not take over"
    local, remote = op.column.name, reference.column
    name = named(
        reference.name, "fk", op.table, (local.text,), at=at, ctx=ctx, referent=reference.table, remote=(remote,)
    )
    unnamed = why_unnamed(name, reference.name, op.table, column=local)
    if unnamed or name is UNKNOWN:
        return unnamed or ""
    key = ops.CreateForeignKey(
        name=name,
        table=op.table,
        referent=reference.table,
        local_cols=(local,),
        remote_cols=(Name(remote),),
        extra=reference.extra,
    )
    return why_not_valid(key, at, ctx) or key
