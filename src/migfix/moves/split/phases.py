"""Where the revisions of a chain go in the graph: one after the other, or on two labelled branches."""

from __future__ import annotations

from collections.abc import Sequence

from migfix.model.graph import Graph
from migfix.model.record import record
from migfix.model.revision import Identifiers
from migfix.moves.split.units import CannotSplit


@record
class Place:
    """`parents` None: the revision of the chain before it. `after_expand`: it depends on the last one of the first phase."""

    parents: tuple[str, ...] | None = None
    depends: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    after_expand: bool = False


def places(
    releases: Sequence[str | None], ids: Identifiers, graph: Graph, phases: tuple[str, ...]
) -> tuple[Place, ...]:
    """A place for each revision of the chain, given the release that each one waits for.

    With two phases (`expand`, `contract`) what comes before the first release goes on top of the first branch, and the
    rest stays where the original is, on the second. A branch that does not exist yet begins here. Raises CannotSplit.
    """
    first = Place(parents=ids.down_revisions, depends=ids.depends_on)
    wait = next((i for i, release in enumerate(releases) if release is not None), None)
    if len(phases) != 2 or wait is None:
        return (first, *(Place() for _ in releases[1:]))
    expand, contract = phases
    later = Place(parents=ids.down_revisions, labels=() if contract in graph.labels else (contract,), after_expand=True)
    between = [Place() for _ in releases]
    return (_on_branch(expand, ids, graph), *between[1:wait], later, *between[wait + 1 :])


def _on_branch(label: str, ids: Identifiers, graph: Graph) -> Place:
    if label not in graph.labels:
        return Place(parents=ids.down_revisions, depends=ids.depends_on, labels=(label,))
    begins = graph.labels[label]
    heads = [h for h in graph.heads if h == begins or begins in graph.lineage(h)]
    if len(heads) != 1:
        raise CannotSplit(1, f"the branch {label!r} has {len(heads)} heads")
    known = {heads[0], *graph.lineage(heads[0])}
    missing = tuple(p for p in ids.down_revisions if p not in known)
    return Place(parents=(heads[0],), depends=(*ids.depends_on, *missing))
