"""The order in which `alembic history` lists revisions: newest first, branch after branch."""

from __future__ import annotations

from migfix.model.graph import Graph


def history(graph: Graph) -> tuple[str, ...]:
    """Every revision, a child before its parents, as Alembic walks from the heads to the bases.

    The same walk as `RevisionMap._topological_sort` (Alembic 1.20), so that people find what they know. With a cycle
    in the graph Alembic refuses to list anything; here it is then the graph's own order, reversed.
    """
    if graph.cycles:
        return tuple(reversed(graph.order))
    todo = dict.fromkeys(graph.nodes)
    heads = list(_real_heads(graph))
    found: list[str] = []
    at = 0
    while heads:
        name = heads[at]
        waiting = next((i for i, h in enumerate(heads) if i != at and graph.is_ancestor(name, h)), None)
        if waiting is not None:
            at = waiting
            continue
        if name in todo:
            found.append(name)
            del todo[name]
        following = [p for p in _direct(graph, name) if p in todo and p not in heads]
        if following:
            heads[at] = following[0]
            heads += following[1:]
        else:
            del heads[at]
            at = max(at - 1, 0)
    return (*found, *(n for n in reversed(graph.order) if n in todo))


def _real_heads(graph: Graph) -> tuple[str, ...]:
    """Those that nothing follows and nothing depends on."""
    return tuple(n for n in graph.nodes if not graph.required_by[n])


def _direct(graph: Graph, name: str) -> tuple[str, ...]:
    """Parents, then dependencies that no other direct predecessor implies."""
    parents, needed = graph.parents[name], graph.requires[name]
    return (*parents, *(d for d in needed if d not in parents and not any(graph.is_ancestor(d, o) for o in needed)))
