"""Unique indexes that cover only some rows: which rows, on which databases, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Expr
from migfix.model.revision import Placed
from migfix.model.sql_text import tokens
from migfix.plan import Applicability, Gate, Plan, Step
from migfix.recipes.backfill import is_all_null, is_unfilled
from migfix.recipes.indexes import duplicates, is_evidently_unique
from migfix.recipes.spelling import literal, quoted, value_kind

ON_CONFLICT = "ON CONFLICT and upserts on these columns repeat the condition (INSERT … ON CONFLICT (…) WHERE …)"
REFERENCES = "no foreign key refers to these columns, and no constraint is to be made from the index (USING INDEX)"
COSTS = (ON_CONFLICT, REFERENCES)
_WITHOUT_PARTIAL = {"mysql": "MySQL", "mariadb": "MariaDB"}


def condition(sql: str) -> Expr:
    """`sa.text("…")` around a predicate."""
    return Expr(code=f"sa.text({literal(sql)})", value=sql)


def covering(op: ops.CreateIndex, sql: str, ctx: Context) -> ops.CreateIndex:
    """The index over the rows that meet the condition, on each configured database that knows partial indexes."""
    made = replace(op, where=condition(sql))
    if "sqlite" in ctx.target.dialects:
        made = replace(made, sqlite_where=condition(sql))
    return replace(made, mssql_where=condition(sql)) if "mssql" in ctx.target.dialects else made


def partial_plan(
    op: ops.CreateIndex, at: Placed, ctx: Context, *, sql: str, title: str, assumes: str, given: bool = False
) -> Plan:
    """A REVIEW plan that narrows the index, with what it costs; opt-in unless the user `given` the condition."""
    missing = tuple(
        f"{name} has no partial index: it goes on making a full unique index there"
        for dialect, name in sorted(_WITHOUT_PARTIAL.items())
        if dialect in ctx.target.dialects
    )
    made = covering(op, sql, ctx)
    return Plan(
        title=title,
        applicability=Applicability.REVIEW,
        opt_in=not given,
        differs=(op.name.text,) if op.name is not None and not op.name.varies else (),
        replaces={at.index: in_place(made, at)},
        checks=() if is_evidently_unique(made, at, ctx) else duplicates(made, at, ctx),
        assumes=(assumes, *COSTS, *missing),
    )


def in_place(op: ops.CreateIndex, at: Placed) -> tuple[Step, ...]:
    """The op in the place and transaction where it stands."""
    return (Step(ops=(op,), gate=Gate.COMMIT if at.autocommit else Gate.NONE),)


def only_column(op: ops.CreateIndex) -> str | None:
    """The index's one column; None for several or an expression."""
    values = [c.value for c in op.columns]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def chosen(op: ops.CreateIndex, ctx: Context) -> str | None:
    """The predicate that the user gave for the index, under its first column."""
    first = next((c.value for c in op.columns if isinstance(c.value, str)), None)
    return None if first is None else ctx.settings.wheres.get(f"{op.table}.{first}")


def living_rows(op: ops.CreateIndex, at: Placed, ctx: Context) -> str | None:
    """The predicate of rows that are not soft-deleted, where the table has such a column and the index ignores it."""
    state = ctx.state(op.table, at)
    keys = {c.value for c in op.columns}
    for name in ctx.settings.soft_delete_columns:
        column = state.column(name) if state else None
        if column is None or name in keys:
            continue
        if getattr(column.type, "name", None) not in ("Boolean", "BOOLEAN"):
            return f"{quoted(name)} IS NULL"
        return f"NOT {quoted(name)}" if column.nullable is False else f"{quoted(name)} IS NOT TRUE"
    return None


def same_for_all(op: ops.CreateIndex, at: Placed, ctx: Context) -> tuple[str, str] | None:
    """The column and the default that give every existing row the same key: the build fails from two rows on."""
    found: tuple[str, str] | None = None
    for key in op.columns:
        added = is_unfilled(op.table, key.value, at, ctx) if isinstance(key.value, str) else None
        if added is None or not isinstance(added.op, ops.AddColumn) or ctx.is_new(op.table, added):
            return None
        default = added.op.column.server_default
        if not isinstance(default, ops.Default) or not isinstance(default.sql, str):
            return None
        if value_kind(default.sql) != "literal":
            return None
        found = found or (added.op.column.name.text, default.sql)
    return found


def is_nulls_certain_to_collide(op: ops.CreateIndex, at: Placed, ctx: Context) -> bool:
    """NULLS NOT DISTINCT over a column that is NULL in every row."""
    if op.nulls_not_distinct is not True:
        return False
    return all(isinstance(c.value, str) and is_all_null(op.table, c.value, at, ctx) for c in op.columns)


def sparse(op: ops.CreateIndex, at: Placed, ctx: Context) -> Iterator[Plan]:
    """The further plan for a new column that is NULL in every row: index only the rows that will have a value."""
    column = only_column(op)
    if (
        column is None
        or op.where is not None
        or op.nulls_not_distinct is not False
        or not is_all_null(op.table, column, at, ctx)
    ):
        return
    yield partial_plan(
        op,
        at,
        ctx,
        sql=f"{quoted(column)} IS NOT NULL",
        title=f"index only the rows where {column} is set",
        assumes=f"few rows will have {column} set, and nothing looks for the others: the index is smaller and sooner built, not more correct (NULLs never collide)",
    )


_PORTABLE = {"is", "not", "null", "and", "or", "true", "false", "in"}


def is_portable(sql: str) -> bool:
    """A predicate of columns, literals and comparisons that SQLite and SQL Server read as PostgreSQL does."""
    found = tokens(sql)
    shapes = all(
        t.kind in ("word", "quoted", "number", "string", "punct") or t.text in ("=", "<>", "!=", "<", ">", "<=", ">=")
        for t in found
    )
    called = any(a.kind == "word" and a.text.lower() not in _PORTABLE and b.text == "(" for a, b in pairwise(found))
    return (
        shapes
        and not called
        and not any(t.text in (":", "[", "]") or (t.text[0] in "eE" and t.kind == "string") for t in found)
    )


def soft_deleted(op: ops.CreateIndex, at: Placed, ctx: Context) -> Iterator[tuple[str, Plan]]:
    """Rows that are marked deleted still count."""
    sql = living_rows(op, at, ctx)
    if sql is None:
        return
    named = ", ".join(c.value if isinstance(c.value, str) else c.code for c in op.columns)
    message = f"{op.name or op.table} counts deleted rows too: once a row of {op.table} is marked deleted, its {named} can never be used again; index only living rows"
    assumes = "a deleted row's value may be used again, and a row is brought back only when its value is still free"
    yield message, partial_plan(op, at, ctx, sql=sql, title=f"index only living rows ({sql})", assumes=assumes)


def equal_nulls(op: ops.CreateIndex, at: Placed, ctx: Context) -> Iterator[tuple[str, Plan]]:
    """SQL Server takes NULLs as equal, the others do not."""
    state = ctx.state(op.table, at)
    if "mssql" not in ctx.target.dialects or op.mssql_where is not None or state is None:
        return
    columns = [state.column(c.value) for c in op.columns if isinstance(c.value, str)]
    nullable = [c.name for c in columns if c is not None and c.nullable is True]
    if not nullable:
        return
    sql = " AND ".join(f"{quoted(c)} IS NOT NULL" for c in nullable)
    plan = Plan(
        title=f"leave rows without {' or '.join(nullable)} out of the index on SQL Server",
        applicability=Applicability.REVIEW,
        replaces={at.index: in_place(replace(op, mssql_where=condition(sql)), at)},
        assumes=(f"any number of rows may have no {' or '.join(nullable)}", REFERENCES),
    )
    yield (
        f"{op.name or op.table} allows one row without {' or '.join(nullable)} on SQL Server, where NULLs are equal, and any number elsewhere",
        plan,
    )


def missing_conditions(op: ops.CreateIndex, at: Placed, ctx: Context) -> Iterator[tuple[str, Plan]]:
    """`postgresql_where` without the same for another configured database: the index covers all rows there."""
    made, named = op, []
    if op.where is None:
        return
    if "sqlite" in ctx.target.dialects and op.sqlite_where is None:
        made, named = replace(made, sqlite_where=op.where), ["SQLite"]
    if "mssql" in ctx.target.dialects and op.mssql_where is None:
        made, named = replace(made, mssql_where=op.where), [*named, "SQL Server"]
    if not named:
        return
    where = " and ".join(named)
    known = isinstance(op.where.value, str) and is_portable(op.where.value)
    plan = Plan(
        title=f"give the condition for {where} too",
        applicability=Applicability.SAFE if known else Applicability.REVIEW,
        replaces={at.index: in_place(made, at)},
        assumes=() if known else (f"{where} understands the condition as it is written",),
    )
    yield f"{op.name or op.table} is partial on PostgreSQL only: on {where} it covers all rows and refuses more", plan
