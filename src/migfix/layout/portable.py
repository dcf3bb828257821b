"""Which ops may be written for every dialect at once, and which need PostgreSQL's own SQL."""

from __future__ import annotations

from dataclasses import fields, replace

from migfix.model import ops
from migfix.model.target import Target

_SQL_ONLY = (
    ops.ValidateConstraint,
    ops.AddConstraintUsingIndex,
    ops.SetNotNullNotValid,
    ops.SetParameter,
    ops.Reindex,
    ops.Backfill,
    ops.RunSql,
    ops.AddEnumValue,
)
_INERT_ELSEWHERE = {"concurrently", "not_valid", "where", "sqlite_where", "mssql_where", "nulls_not_distinct"}
_EVERYWHERE = {"nullable", "server_default"}


def needs_sql(op: ops.Op) -> bool:
    """There is no Alembic directive for the op: it is written as SQL text."""
    return isinstance(op, _SQL_ONLY)


def is_portable(op: ops.Op, author: ops.Op | None, target: Target) -> bool:
    """`op` means the same, or nothing, on every configured dialect.

    The author's own op is portable as far as it ever was; keywords that only PostgreSQL reads do not change that.
    IF EXISTS on indexes is SQLite's and MariaDB's too, not MySQL's or SQL Server's.
    """
    if op == author:
        return True
    if isinstance(op, ops.CreateIndex):
        return not target.dialects & {"mysql", "mssql", "oracle"} or _only_inert(op, author)
    if isinstance(op, ops.DropIndex):
        return op.table is not None and target.dialects <= {"postgresql", "sqlite", "mariadb"}
    if isinstance(op, ops.AddColumn) and isinstance(author, ops.AddColumn):
        return _is_portable_column(op, author, target)
    return author is not None and type(op) is type(author) and _only_inert(op, author)


def _is_portable_column(op: ops.AddColumn, author: ops.AddColumn, target: Target) -> bool:
    """NOT NULL with a constant default is the same everywhere; so is REFERENCES inline, but that MySQL ignores it."""
    inline = op.inline_references != author.inline_references
    if inline and not target.dialects <= {"postgresql", "sqlite", "mariadb"}:
        return False
    if replace(op, column=author.column, inline_references=author.inline_references) != author:
        return False
    made, before = op.column, author.column
    changed = {f.name for f in fields(made) if getattr(made, f.name) != getattr(before, f.name)}
    given = made.server_default
    constant = isinstance(given, ops.Default) and (given.kind == "literal" or "server_default" not in changed)
    return not changed or (changed <= _EVERYWHERE and constant)


def _only_inert(op: ops.Op, author: ops.Op | None) -> bool:
    if author is None or type(op) is not type(author):
        return False
    changed = {f.name for f in fields(op) if getattr(op, f.name) != getattr(author, f.name)}
    return changed <= _INERT_ELSEWHERE
