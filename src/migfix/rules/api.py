"""The only door to the rules: declare one, list them, run them."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias, TypeVar

from migfix.model.context import Context
from migfix.model.graph import Graph
from migfix.model.ops import Op, table_of
from migfix.model.revision import Placed, Revision
from migfix.model.schema import TableKey
from migfix.plan import Finding, GraphRisk, Risk

Check: TypeAlias = Callable[[Any, Placed, Context], Iterator[Risk]]


@dataclass(frozen=True, kw_only=True)
class GraphContext:
    """All revisions of a project; `created_in` says which revisions create a table (in upgrade())."""

    graph: Graph
    revisions: Mapping[str, Revision]
    created_in: Mapping[TableKey, tuple[str, ...]] = field(default_factory=dict)


GraphCheck: TypeAlias = Callable[[GraphContext], Iterator[GraphRisk]]
C = TypeVar("C", bound=Callable[..., Iterator[Risk]])


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule as users know it. `page` is its documentation, the module's docstring; `summary` that docstring's first line."""

    code: str
    name: str
    page: str
    on: tuple[type[Op], ...] = ()
    on_existing: bool = True
    check: Check | None = None
    graph_check: GraphCheck | None = None

    @property
    def summary(self) -> str:
        return self.page.strip().splitlines()[0].rstrip(".")


_RULES: dict[str, Rule] = {}


def _page(module: str) -> str:
    page = sys.modules[module].__doc__
    if not page:
        raise TypeError(f"{module} has no docstring: a rule's docstring is its page")
    return page


def _register(made: Rule) -> None:
    if made.code in _RULES and _RULES[made.code].name != made.name:
        raise TypeError(f"code {made.code} belongs to {_RULES[made.code].name}")
    _RULES[made.code] = made


def rule(code: str, *on: type[Op], on_existing: bool = True) -> Callable[[C], C]:
    """Declare a rule about ops of the types `on`; its name is its file's name.

    `on_existing` rules are asked only about ops that may run on PostgreSQL, on a table that other sessions can be
    using: not created in the same transaction, not dropped later in the revision, not listed under small-tables.
    """

    def declare(check: C) -> C:
        module = check.__module__
        name = module.rpartition(".")[2].replace("_", "-")
        _register(Rule(code=code, name=name, page=_page(module), on=on, on_existing=on_existing, check=check))
        return check

    return declare


def graph_rule(code: str) -> Callable[[C], C]:
    """Declare a rule about the revision graph as a whole."""

    def declare(check: C) -> C:
        module = check.__module__
        name = module.rpartition(".")[2].replace("_", "-")
        _register(Rule(code=code, name=name, page=_page(module), graph_check=check))  # type: ignore[arg-type]
        return check

    return declare


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule in `migfix.rules`, by code."""
    package = importlib.import_module("migfix.rules")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name != "api":
            importlib.import_module(f"migfix.rules.{module.name}")
    return tuple(_RULES[code] for code in sorted(_RULES))


def _is_in_use(at: Placed, ctx: Context) -> bool:
    """The op meets a table that other sessions of a PostgreSQL can be using."""
    table = table_of(at.op)
    return ctx.on_postgresql(at) and (
        table is None or not (ctx.is_small(table) or ctx.is_new(table, at) or ctx.dropped_later(table, at))
    )


@cache
def _by_type() -> Mapping[type[Op], tuple[Rule, ...]]:
    found: dict[type[Op], list[Rule]] = {}
    for each in rules():
        for kind in each.on:
            found.setdefault(kind, []).append(each)
    return {kind: tuple(named) for kind, named in found.items()}


def findings(ctx: Context) -> Iterator[Finding]:
    """What the rules say of one revision's upgrade(), in the order of its ops, then by code."""
    by_type = _by_type()
    for at in ctx.ops:
        asked = by_type.get(type(at.op), ())
        in_use = bool(asked) and _is_in_use(at, ctx)
        for each in asked:
            if each.check is not None and (in_use or not each.on_existing):
                for risk in each.check(at.op, at, ctx):
                    yield _finding(each, risk, ctx.revision, at)


def graph_findings(ctx: GraphContext) -> Iterator[Finding]:
    """What the rules say of the graph."""
    for each in rules():
        if each.graph_check is not None:
            for risk in each.graph_check(ctx):
                yield _finding(each, risk, ctx.revisions[risk.revision], None)


def _finding(rule: Rule, risk: Risk, revision: Revision, at: Placed | None) -> Finding:
    span = risk.span or (at.span if at else revision.ids.spans.get("revision"))
    if span is None:
        raise TypeError(f"{rule.code} gave a risk without a place")
    return Finding(
        code=rule.code,
        rule=rule.name,
        message=risk.message,
        path=revision.path,
        revision=revision.id,
        span=span,
        index=at.index if at else None,
        table=risk.table or (table_of(at.op) if at else None),
        subject=risk.subject,
        lock=risk.lock,
        blocks=risk.blocks,
        plans=risk.plans,
        graph_plans=risk.graph_plans,
        why_not=risk.why_not,
        related=risk.related,
    )
