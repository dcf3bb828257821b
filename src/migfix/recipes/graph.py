"""Cures of the revision graph, each tried on the graph before it is offered."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from migfix.model.graph import Graph
from migfix.model.revision import Identifiers
from migfix.plan import Applicability, GraphPlan

UNAPPLIED = 'no database has run {branch} yet: one that has stops at its next upgrade ("overlaps with other requested revisions")'
ORDER_OPEN = "the order of the branches does not matter: a merge alone leaves it open which of them runs first"
STAMPED = "no database has run {revision} without {needed}: there it is applied already, and runs nothing again"


def after(graph: Graph, edits: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Graph:
    """The graph once the variables are changed."""
    changed = [
        replace(
            node,
            down_revisions=edits.get(name, {}).get("down_revision", node.down_revisions),
            depends_on=edits.get(name, {}).get("depends_on", node.depends_on),
        )
        for name, node in graph.nodes.items()
    ]
    return Graph.build(changed)


def carried_out(plan: GraphPlan, graph: Graph) -> Graph:
    """The graph once a plan is carried out, its merge revision included (under the id "merge")."""
    edits = {
        revision: {name: _ids(value) for name, value in variables.items()} for revision, variables in plan.edits.items()
    }
    made = after(graph, edits)
    if not plan.merge:
        return made
    return Graph.build([*made.nodes.values(), Identifiers(revision="merge", down_revisions=plan.merge)])


def _ids(value: str) -> tuple[str, ...]:
    found = ast.literal_eval(value)
    return (found,) if isinstance(found, str) else tuple(found or ())


def spelled(revisions: tuple[str, ...]) -> str:
    """Revision ids as Python source: one string, or a tuple of several."""
    return repr(revisions[0]) if len(revisions) == 1 else repr(revisions)


def roots_of_branch(graph: Graph, member: str, *, beside: str) -> tuple[str, ...]:
    """The first revisions of `member`'s branch: those that come before it (or are it) and whose parents `beside` has too."""
    own = {member, *graph.lineage(member)} - {beside, *graph.lineage(beside)}
    return tuple(n for n in graph.order if n in own and not any(p in own for p in graph.parents[n]))


def reparent(graph: Graph, member: str, *, below: str) -> GraphPlan | None:
    """Move `member`'s branch below the head `below`; None where it has several roots, or a cycle would come of it."""
    roots = roots_of_branch(graph, member, beside=below)
    if len(roots) != 1 or len(graph.nodes[roots[0]].down_revisions) > 1:
        return None
    made = after(graph, {roots[0]: {"down_revision": (below,)}})
    if made.cycles or len(made.heads) >= len(graph.heads) or stumbles(made):
        return None
    branch = roots[0] if not graph.children[roots[0]] else f"{roots[0]} (or what follows it)"
    return GraphPlan(
        title=f"put the branch that starts with {roots[0]} below {below}",
        applicability=Applicability.REVIEW,
        edits={roots[0]: {"down_revision": spelled((below,))}},
        assumes=(UNAPPLIED.format(branch=branch),),
    )


def depend(graph: Graph, revision: str, *, needed: str) -> GraphPlan | None:
    """Declare `depends_on`, and merge the heads, which `alembic upgrade head` goes on refusing otherwise."""
    names = (*graph.nodes[revision].depends_on, needed)
    made = after(graph, {revision: {"depends_on": names}})
    if made.cycles or stumbles(made):
        return None
    heads = joinable(made) if len(graph.heads) > 1 else ()
    named = "the heads" if heads == graph.heads else " and ".join(heads)
    return GraphPlan(
        title=f"let {revision} depend on {needed}" + (f", and merge {named}" if heads else ""),
        applicability=Applicability.REVIEW,
        edits={revision: {"depends_on": spelled(names)}},
        merge=heads,
        assumes=(STAMPED.format(revision=revision, needed=needed),),
    )


def is_ordered(graph: Graph, heads: tuple[str, ...] | None = None) -> bool:
    """`depends_on` says of any two (of these) heads which comes first."""
    pairs = combinations(graph.heads if heads is None else heads, 2)
    return all(graph.is_ancestor(one, other) or graph.is_ancestor(other, one) for one, other in pairs)


def merge(graph: Graph) -> GraphPlan:
    """A merge revision over the heads; SAFE when the order of the branches is certain without it."""
    heads = joinable(graph)
    ordered = is_ordered(graph, heads)
    return GraphPlan(
        title=f"merge the heads {', '.join(heads)}",
        applicability=Applicability.SAFE if ordered else Applicability.REVIEW,
        merge=heads,
        assumes=() if ordered else (ORDER_OPEN,),
    )


def stumbles(graph: Graph) -> bool:
    """Alembic ends with a bare KeyError somewhere in the graph (seen with 1.20).

    It takes a revision with three or more direct predecessors, `depends_on` included, for a merge of them all; a parent
    that comes before another of them is no head any more by then.
    """
    for name, needed in graph.requires.items():
        parents = graph.parents[name]
        direct = [d for d in needed if d in parents or not any(graph.is_ancestor(d, o) for o in needed)]
        if len(direct) > 2 and any(graph.is_ancestor(p, other) for p in parents for other in direct):
            return True
    return False


def joinable(graph: Graph) -> tuple[str, ...]:
    """The heads that one merge revision may join: all, or two of several of which one depends on the other.

    A merge of three or more of which one depends on another is one that Alembic stumbles over.
    """
    related = (
        pair for pair in combinations(graph.heads, 2) if graph.is_ancestor(*pair) or graph.is_ancestor(*reversed(pair))
    )
    return next(related, graph.heads) if len(graph.heads) > 2 else graph.heads


def head_above(graph: Graph, creator: str, *, not_of: str) -> str | None:
    """The one head that comes after (or is) `creator` and not after `not_of`."""
    heads = [h for h in graph.heads if h == creator or creator in graph.lineage(h)]
    apart = [h for h in heads if h != not_of and not_of not in graph.lineage(h)]
    return apart[0] if len(apart) == 1 else None


def declare_dependency(graph: Graph, revision: str, *, creator: str) -> Iterator[GraphPlan]:
    """The ways to make `creator` run before `revision`, best first."""
    head = head_above(graph, creator, not_of=revision)
    moved = reparent(graph, revision, below=head) if head is not None else None
    if moved is not None:
        yield moved
    declared = depend(graph, revision, needed=creator)
    if declared is not None:
        yield declared
