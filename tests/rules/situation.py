"""A context out of ops, without a file: what rules and recipes are asked in unit tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Expr, Name, Table, TypeExpr
from migfix.model.revision import Body, Identifiers, Placed, Revision, Span
from migfix.model.schema import Schema
from migfix.model.target import EnvFacts, Settings, Target
from migfix.plan import Finding, Plan
from migfix.rules.api import findings

T, P = Table(Name("t")), Table(Name("p"))
INTEGER = TypeExpr(code="sa.Integer()", name="Integer")
_TARGET = {"dialects", "pg_version", "alembic"}


def placed(given: Sequence[ops.Op | Placed]) -> tuple[Placed, ...]:
    """Ops one to a line; a Placed keeps its circumstances and gets its index."""
    found = []
    for index, each in enumerate(given):
        span = Span(index + 10, 4, index + 10, 40)
        at = each if isinstance(each, Placed) else at_(each)
        found.append(replace(at, index=index, statement=index, span=span))
    return tuple(found)


def at_(op: ops.Op, **changes: Any) -> Placed:
    """An op under circumstances: `transaction`, `autocommit`, `dialects`, `condition` …"""
    return Placed(op=op, index=0, span=Span(1, 0, 1, 1), statement=0, **changes)


def context(
    given: Iterable[ops.Op | Placed], before: Schema | None = None, *, env: EnvFacts | None = None, **settings: Any
) -> Context:
    """One revision of these ops; settings as in `Settings` and `Target`. No naming convention unless `env` has one."""
    target = Target(**{k: settings.pop(k) for k in list(settings) if k in _TARGET})
    body = Body(ops=placed(list(given)))
    revision = Revision(path="r.py", ids=Identifiers(revision="r", down_revisions=("b",)), upgrade=body)
    return Context(
        revision=revision,
        before=before or Schema(),
        settings=Settings(target=target, **settings),
        env=env or EnvFacts(naming={}),
    )


def found(given: Iterable[ops.Op | Placed], before: Schema | None = None, **settings: Any) -> list[Finding]:
    return list(findings(context(given, before, **settings)))


def codes(given: Iterable[ops.Op | Placed], before: Schema | None = None, **settings: Any) -> list[str]:
    return [f.code for f in found(given, before, **settings)]


def plan_of(given: Iterable[ops.Op | Placed], code: str, before: Schema | None = None, **settings: Any) -> Plan:
    """The best plan of the one finding with this code."""
    (finding,) = [f for f in found(given, before, **settings) if f.code == code]
    assert finding.why_not is None, finding.why_not
    return finding.plans[0]


def planned(plan: Plan, index: int = 0) -> list[ops.Op]:
    """What stands in place of the op, in order."""
    return [op for step in plan.replaces[index] for op in step.ops]


def table(name: str = "t", *columns: ops.Column, **changes: Any) -> ops.CreateTable:
    given = columns or (column("id", primary_key=True, nullable=False), column("a", nullable=False), column("n"))
    return ops.CreateTable(table=Table(Name(name)), columns=given, **changes)


def column(name: str, **changes: Any) -> ops.Column:
    return ops.Column(name=Name(name), type=INTEGER, **changes)


def schema(*given: ops.Op) -> Schema:
    """What these ops leave; t and p where none are given."""
    return Schema().after_all(given or (table("t"), table("p")), "b")


def sql(text: str) -> Expr:
    return Expr(code=f'"{text}"', value=text)


def default(text: str, kind: str = "sql") -> ops.Default:
    return ops.Default(expr=Expr(code=f'sa.text("{text}")', value=text), kind=kind)  # type: ignore[arg-type]


def update(text: str, assigned: str, value: str, where: str | None) -> ops.Update:
    return ops.Update(table=T, sql=text, assignments=((assigned, value),), where=where, simple=True)
