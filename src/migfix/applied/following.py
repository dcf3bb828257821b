"""Whether each known database can go on after a change of the graph, as Alembic would see it there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.model.applied import Database, Knowledge
from migfix.model.graph import Graph
from migfix.plan import Finding, GraphPlan
from migfix.recipes.graph import carried_out


def cannot_follow(before: Graph, after: Graph, database: Database) -> str | None:
    """Why the database's next upgrade would stop, or leave revisions out or run them twice; None where all is well.

    Revisions that only `after` has are taken for pieces of those below them (a split), or for ones yet to run.
    Versions that no file has are left out: nothing can be said of them.
    """
    versions = [v for v in database.versions if v in before]
    gone = [v for v in versions if v not in after]
    if gone:
        return f"{database.name} is at {gone[0]}, which would be no revision any more"
    for older in versions:
        above = next((v for v in versions if after.is_ancestor(older, v)), None)
        if above is not None:
            return (
                f"{database.name} is at {older} and {above}: its next upgrade would stop with "
                f'"Requested revision {above} overlaps with other requested revisions {older}"'
            )
    ran, counts = database.applied(before), database.applied(after)
    skipped = [r for r in after.order if r in counts - ran and r in before]
    if skipped:
        return f"{database.name} has not run {skipped[0]}, and would never: it would count as run there"
    twice = [r for r in before.order if r in ran - counts]
    if twice:
        return f"{database.name} has run {twice[0]}, and would run it again"
    return None


def narrowed(finding: Finding, graph: Graph, knowledge: Knowledge) -> Finding:
    """The finding without the moves of the graph that some database cannot follow; they are `withheld`, with the reason."""
    kept: list[GraphPlan] = []
    withheld: list[tuple[str, str]] = []
    for plan in finding.graph_plans:
        why = next(_against(plan, graph, knowledge), None)
        if why is None:
            kept.append(_without_assumption(plan, knowledge))
        else:
            withheld.append((plan.title, why))
    if not withheld and tuple(kept) == finding.graph_plans:
        return finding
    return replace(finding, graph_plans=tuple(kept), withheld=tuple(withheld))


def _against(plan: GraphPlan, graph: Graph, knowledge: Knowledge) -> Iterator[str]:
    if knowledge.unapplied:
        return
    for revision in plan.edits:
        ran = [d.name for d in knowledge.databases if revision in d.applied(graph)]
        if ran:
            yield f"{ran[0]} has run {revision} already, and a file that has run is not edited"
        elif knowledge.state(revision) == "applied":
            yield f"{revision} has run already, says --applied-through {knowledge.through}"
        elif knowledge.source == "git" and not knowledge.may_edit(revision):
            yield f"{revision} is published on {knowledge.since}; --check-db asks a database whether it has run"
    if plan.edits:
        for database, version in knowledge.at_unknown(graph):
            yield f"{database.name} is at {version}, which no file has: whether it has run the branch is not known"
    after = carried_out(plan, graph)
    for database in knowledge.databases or _said(knowledge):
        why = cannot_follow(graph, after, database)
        if why is not None:
            yield why


def _said(knowledge: Knowledge) -> tuple[Database, ...]:
    """The database that `--applied-through` speaks of."""
    if not knowledge.through:
        return ()
    versions = tuple(knowledge.through.split(", "))
    return (Database(name=f"a database at {versions[0]}" if len(versions) == 1 else "a database", versions=versions),)


def _without_assumption(plan: GraphPlan, knowledge: Knowledge) -> GraphPlan:
    """Once databases were asked, what they have run is no assumption any more; who was asked stands in its place."""
    if knowledge.source != "databases" or not plan.edits or knowledge.unapplied:
        return plan
    asked = ", ".join(d.name for d in knowledge.databases)
    return replace(plan, assumes=(f"there are no databases but {asked} (asked: each can follow)",))
