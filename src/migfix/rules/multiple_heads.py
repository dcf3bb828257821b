"""The revisions have several heads: `alembic upgrade head` stops before any SQL.

Two revisions that name the same parent make two heads, as happens when two branches of the code are merged.
"Multiple head revisions are present for given argument 'head'" is all that a deploy then says; it fails until the
heads are one again, and production goes on with the old code.

The cures. Put the branch that no database has run yet below the other head: one line, and the order is certain. Or, where
one branch needs the other, `depends_on` together with a merge revision. Or a merge revision alone: it makes one head,
and leaves open which branch runs first.

Moving a branch assumes that no database has run it. Heads that carry branch labels of their own are meant to be there.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.model.graph import Graph
from migfix.plan import GraphPlan, GraphRisk
from migfix.recipes.graph import declare_dependency, is_ordered, merge, reparent, roots_of_branch
from migfix.rules.api import GraphContext, graph_rule
from migfix.rules.missing_dependency import undeclared


@graph_rule("MF801")
def stops_upgrade(ctx: GraphContext) -> Iterator[GraphRisk]:
    graph = ctx.graph
    if len(graph.heads) < 2 or graph.cycles or _are_labelled(graph):
        return
    shown = next((u.revision for u in undeclared(ctx)), None)
    head = next((h for h in graph.heads if h == shown or shown in graph.lineage(h)), graph.heads[-1])
    others = [h for h in graph.heads if h != head]
    named = ", ".join(_named(h, ctx) for h in graph.heads)
    loads = not (graph.missing or graph.duplicates)
    yield GraphRisk(
        revision=head,
        message=f"`alembic upgrade head` stops before any SQL: {len(graph.heads)} heads, {named}; make them one",
        subject=", ".join(sorted(graph.heads)),
        graph_plans=tuple(_plans(ctx)) if loads else (),
        why_not=None
        if loads
        else "a parent is missing or an id is given twice, so Alembic loads nothing: correct that first",
        related=tuple(
            (ctx.revisions[h].path, ctx.revisions[h].ids.spans["revision"], "another head")
            for h in others
            if h in ctx.revisions
        ),
    )


def _are_labelled(graph: Graph) -> bool:
    """Each head's line has a branch label that the others do not have: they are meant to be run as `heads`."""
    lines = [{label for n in (h, *graph.lineage(h)) for label in graph.nodes[n].branch_labels} for h in graph.heads]
    return all(own - set().union(*(o for o in lines if o is not own)) for own in lines)


def _named(head: str, ctx: GraphContext) -> str:
    """The head, what its branch did, and where it starts."""
    others = [h for h in ctx.graph.heads if h != head]
    roots = roots_of_branch(ctx.graph, head, beside=others[0])
    start = f", begun by {roots[0]}" if roots and roots[0] != head else ""
    message = ctx.revisions[head].message if head in ctx.revisions else ""
    return f"{head} ({message or 'no message'}{start})"


def _plans(ctx: GraphContext) -> Iterator[GraphPlan]:
    graph = ctx.graph
    if is_ordered(graph):
        yield merge(graph)
        return
    needs = next(iter(undeclared(ctx)), None)
    if needs is not None:
        yield from declare_dependency(graph, needs.revision, creator=needs.creator)
    elif len(graph.heads) == 2:
        one, other = sorted(
            graph.heads,
            key=lambda h: len(set(graph.lineage(h)) - {p for o in graph.heads if o != h for p in graph.lineage(o)}),
        )
        moved = (reparent(graph, one, below=other), reparent(graph, other, below=one))
        yield from (m for m in moved if m is not None)
    yield merge(graph)
