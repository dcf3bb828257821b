"""A test for existence returns early: the revision is stamped as applied without having done anything.

`if not table_exists(): return` makes what runs depend on the order of the branches. When the table is made later, by
a revision that nothing puts before this one, its columns are missing for ever and the stamp says otherwise (seen on
PostgreSQL 18 and SQLite with `alembic upgrade heads`: no error, columns gone). Autogenerate shows them as new.

The cure is to say what must run before (`depends_on`, or a parent that has the table), and then to delete the test.
Databases where it has skipped already need a new revision that adds what is missing.

A test for a table that this revision or one before it certainly creates cannot skip, and is not reported; nor is one
that returns because the work is done already (`if table_exists(): return`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from migfix.model.revision import ExistenceGuard, Revision
from migfix.plan import GraphPlan, GraphRisk
from migfix.recipes.graph import declare_dependency
from migfix.rules.api import GraphContext, graph_rule
from migfix.rules.missing_dependency import undeclared

_ABSENT = re.compile(r"\bnot\b|\bis False\b|== False\b|\b\w*(missing|absent)\w*\(")
THEN = "then delete the test; a database where it has skipped needs a new revision that adds what is missing"


@graph_rule("MF805")
def stamps_nothing(ctx: GraphContext) -> Iterator[GraphRisk]:
    for name in ctx.graph.order:
        revision = ctx.revisions.get(name)
        for guard in revision.upgrade.guards if revision is not None else ():
            if revision is not None and _ABSENT.search(guard.test) and not _cannot_skip(guard, revision, ctx):
                yield _risk(guard, revision, ctx)


def _creators(guard: ExistenceGuard, ctx: GraphContext) -> dict[str, set[str]]:
    """Who creates each table that the test names, in whatever schema."""
    named = {t.rpartition(".")[2]: set[str]() for t in guard.tables}
    for (_, table), revisions in ctx.created_in.items():
        if table in named:
            named[table] |= set(revisions)
    return named


def _cannot_skip(guard: ExistenceGuard, revision: Revision, ctx: GraphContext) -> bool:
    above = {revision.id, *ctx.graph.ancestors(revision.id)}
    creators = _creators(guard, ctx)
    return bool(creators) and all(made & above for made in creators.values())


def _risk(guard: ExistenceGuard, revision: Revision, ctx: GraphContext) -> GraphRisk:
    plans: list[GraphPlan] = []
    others = sorted({c for made in _creators(guard, ctx).values() for c in made} - {revision.id})
    later = [c for c in others if ctx.graph.is_ancestor(revision.id, c)]
    if len(others) == 1 and not later:
        plans += declare_dependency(ctx.graph, _topmost(revision.id, others[0], ctx), creator=others[0])
    subject = ", ".join(guard.tables) or "a table"
    made = f" ({others[0]} creates it)" if len(others) == 1 else ""
    return GraphRisk(
        revision=revision.id,
        message=f"does nothing when {subject}{made} is not there yet, and is stamped all the same; say what must run before, {THEN}",
        subject=subject,
        span=guard.span,
        graph_plans=tuple(plans),
        why_not=None
        if plans
        else f"no single revision that could be read creates {subject}, so what must run before is not known",
    )


def _topmost(revision: str, creator: str, ctx: GraphContext) -> str:
    """The first revision of the branch that touches what `creator` makes: the dependency belongs there."""
    found = (u.revision for u in undeclared(ctx) if u.creator == creator)
    return next((f for f in found if f == revision or ctx.graph.is_ancestor(f, revision)), revision)
