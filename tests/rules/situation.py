"""Tables t and p, and shorter questions: the unit tests of columns and constraints ask these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import build
from build import INTEGER, Given

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Expr, Name, Table
from migfix.model.schema import Schema
from migfix.model.target import EnvFacts
from migfix.plan import Finding, Plan
from migfix.rules.api import findings

T, P = Table(Name("t")), Table(Name("p"))


def at_(op: ops.Op, **circumstances: Any) -> Given:
    """An op in a transaction, a block, a branch of its own."""
    return op, circumstances


def context(given: Iterable[Given], before: Schema, *, env: EnvFacts | None = None, **settings: Any) -> Context:
    """One revision of these ops, without a naming convention unless `env` has one."""
    return build.context(*given, before=before, env=env or EnvFacts(naming={}), **settings)


def found(given: Iterable[Given], before: Schema, **settings: Any) -> list[Finding]:
    return list(findings(context(given, before, **settings)))


def codes(given: Iterable[Given], before: Schema, **settings: Any) -> list[str]:
    return [f.code for f in found(given, before, **settings)]


def plan_of(given: Iterable[Given], code: str, before: Schema, **settings: Any) -> Plan:
    """The best plan of the one finding with this code."""
    (finding,) = [f for f in found(given, before, **settings) if f.code == code]
    assert finding.why_not is None, finding.why_not
    return finding.plans[0]


def planned(plan: Plan, index: int = 0) -> list[ops.Op]:
    """What stands in place of the op, in order."""
    return [op for step in plan.replaces[index] for op in step.ops]


def column(name: str, **changes: Any) -> ops.Column:
    return build.column(name, INTEGER, **changes)


def table(name: str = "t", *columns: ops.Column, **changes: Any) -> ops.CreateTable:
    """With id, a (NOT NULL) and n where no columns are given."""
    usual = (column("id", primary_key=True, nullable=False), column("a", nullable=False), column("n"))
    return build.table(name, *(columns or usual), **changes)


def schema(*given: ops.Op) -> Schema:
    """What these ops leave; t and p where none are given."""
    return Schema().after_all(given or (table("t"), table("p")), "base")


def sql(text: str) -> Expr:
    return Expr(code=f'"{text}"', value=text)


def default(text: str, kind: str = "sql") -> ops.Default:
    return ops.Default(expr=Expr(code=f'sa.text("{text}")', value=text), kind=kind)  # type: ignore[arg-type]


def update(text: str, assigned: str, value: str, where: str | None) -> ops.Update:
    return ops.Update(table=T, sql=text, assignments=((assigned, value),), where=where, simple=True)
