"""Combines what was asked, said, and committed into one `Knowledge`: the strongest source decides."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace

from migfix.model.applied import Database, Knowledge
from migfix.model.graph import Graph
from migfix.scope import Published


def gather(
    graph: Graph,
    *,
    paths: Mapping[str, str],
    databases: Sequence[Database] | None = None,
    through: Sequence[str] = (),
    published: Published | None = None,
    unapplied: bool = False,
) -> Knowledge:
    """What is known of the graph's revisions.

    paths      the file of each revision. databases: None when none was asked.
    through    revisions that have run, with all before them. published: None where git does not know.
    """
    where = _published(paths, published) if published is not None else {}
    since = published.since if published is not None else ""
    git = Knowledge(source="git", published=frozenset(where), where=where, since=since, unapplied=unapplied)
    if databases is not None:
        ran = frozenset[str]().union(*(d.applied(graph) for d in databases))
        return replace(git, source="databases", databases=tuple(databases), applied=ran)
    if through:
        ran = frozenset(through).union(*(graph.ancestors(r) for r in through))
        last = (r for r in through if not any(graph.is_ancestor(r, other) for other in through))
        return replace(git, source="through", applied=ran, through=", ".join(last))
    if published is not None:
        return git
    return Knowledge(source="nothing", published=frozenset(graph.nodes) - set(graph.heads), unapplied=unapplied)


def _published(paths: Mapping[str, str], published: Published) -> Mapping[str, str]:
    """Where each revision's file is published; a file that was only moved here still is."""
    known = {os.path.realpath(p): where for p, where in published.files.items()}
    moved = {p.name: where for p, where in published.files.items() if p.suffix == ".py" and not p.exists()}
    found = {}
    for revision, path in paths.items():
        where = known.get(os.path.realpath(path)) or moved.get(os.path.basename(path))
        if where is not None:
            found[revision] = where
    return found
