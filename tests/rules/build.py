"""Revisions out of ops, without a file: what the unit tests of rules ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Expr, Name, Table, TypeExpr
from migfix.model.revision import Body, Identifiers, Placed, Revision, Span
from migfix.model.schema import Schema
from migfix.model.target import EnvFacts, Settings, Target
from migfix.plan import Finding
from migfix.rules.api import findings

Given: TypeAlias = ops.Op | tuple[ops.Op, Mapping[str, Any]]
"""An op, or an op and its circumstances (fields of `Placed`)."""

USERS, ORDERS = Table(Name("users")), Table(Name("orders"))
STRING = TypeExpr(code="sa.String()", name="String")
INTEGER = TypeExpr(code="sa.Integer()", name="Integer")
BLOCK = {"autocommit": True, "transaction": 1}
LATER = {"transaction": 1}
LOOP = {**BLOCK, "looped": True, "condition": "loop over something unknown"}
_TARGET = ("dialects", "pg_version", "alembic")


def column(name: str, type_: TypeExpr = STRING, **changes: Any) -> ops.Column:
    return ops.Column(name=Name(name), type=type_, **changes)


def table(name: str, *columns: ops.Column, **changes: Any) -> ops.CreateTable:
    """With an id as its primary key where no columns are given."""
    given = columns or (column("id", INTEGER, primary_key=True, nullable=False),)
    return ops.CreateTable(table=Table(Name(name)), columns=given, **changes)


def add(name: str, on: Table = USERS, **changes: Any) -> ops.AddColumn:
    return ops.AddColumn(table=on, column=column(name, **changes))


def literal(text: str) -> ops.Default:
    return ops.Default(expr=Expr(code=f'"{text}"', value=text), kind="literal")


def index(name: str, *columns: str, on: Table = USERS, **changes: Any) -> ops.CreateIndex:
    keys = tuple(Expr(code=f'"{c}"', value=c) for c in columns)
    return ops.CreateIndex(name=Name(name), table=on, columns=keys, **changes)


def drop_index(name: str, on: Table | None = USERS, **changes: Any) -> ops.DropIndex:
    return ops.DropIndex(name=Name(name), table=on, **changes)


def update(change: str, where: str | None = None, on: Table = USERS, **changes: Any) -> ops.Update:
    """`change` is one assignment, as in "name = 'x'"."""
    assigned, _, value = change.partition(" = ")
    tail = f" WHERE {where}" if where else ""
    return ops.Update(
        table=on,
        sql=f"UPDATE {on} SET {change}{tail}",
        assignments=((assigned, value),),
        where=where,
        simple=True,
        **changes,
    )


def delete(where: str | None = None, on: Table = USERS) -> ops.Delete:
    tail = f" WHERE {where}" if where else ""
    return ops.Delete(table=on, sql=f"DELETE FROM {on}{tail}", where=where, simple=True)


KNOWN = Schema().after_all(
    [
        table(
            "users",
            column("id", INTEGER, primary_key=True, nullable=False),
            column("name"),
            column("email"),
            column("visits", INTEGER),
            column("deleted_at"),
        ),
        index("ix_users_name", "name"),
        table(
            "orders",
            column("id", INTEGER, primary_key=True, nullable=False),
            column("number"),
            column("status"),
            constraints=(ops.TableConstraint(kind="unique", name=Name("uq_orders_number"), columns=("number",)),),
        ),
    ],
    "base",
)


def body(given: Iterable[Given]) -> Body:
    """One op to a line, from line 10 on."""
    pairs: Sequence[tuple[ops.Op, Mapping[str, Any]]] = [g if isinstance(g, tuple) else (g, {}) for g in given]
    return Body(
        ops=tuple(
            Placed(**{"op": op, "index": i, "span": Span(10 + i, 4, 10 + i, 40), "statement": i, **how})
            for i, (op, how) in enumerate(pairs)
        )
    )


def context(
    *given: Given, before: Schema = KNOWN, downgrade: Iterable[Given] = (), env: EnvFacts | None = None, **settings: Any
) -> Context:
    """One revision of these ops; `settings` are fields of `Settings` and `Target`."""
    target = {k: settings.pop(k) for k in _TARGET if k in settings}
    if "dialects" in target:
        target["dialects"] = frozenset(target["dialects"])
    ids = Identifiers(revision="r", down_revisions=("base",))
    return Context(
        revision=Revision(path="r.py", ids=ids, upgrade=body(given), read_downgrade=lambda: body(downgrade)),
        before=before,
        settings=Settings(target=Target(**target), **settings),
        env=env or EnvFacts(),
    )


def found(code: str, *given: Given, **how: Any) -> list[Finding]:
    """The findings of one rule."""
    return [f for f in findings(context(*given, **how)) if f.code == code]
