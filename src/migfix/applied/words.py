"""What is known of a revision, and why a file must not be edited, as sentences that every surface shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migfix.model.applied import Database, Knowledge
from migfix.model.graph import Graph

NEW_REVISION = "`migfix apply --new-revision` finishes in a new revision what it left undone"
GUESS = (
    "There is no git history and no database was asked: every revision but the heads counts as published. "
    "--check-db asks a database, --applied-through REV or --unapplied say what has run."
)


def standing(revision: str, knowledge: Knowledge, graph: Graph) -> str:
    """ "new since origin/main", "published on origin/main", "applied in staging"."""
    ran = [d.name for d in knowledge.databases if revision in d.applied(graph)]
    state = knowledge.state(revision)
    if state == "applied":
        return f"applied in {both(ran)}" if ran else f"applied, says --applied-through {knowledge.through}"
    if state == "published":
        return f"published {_where(revision, knowledge)}" if knowledge.since else "counts as published: no head"
    if knowledge.source == "nothing":
        return "not under git"
    return f"new since {knowledge.since}" if knowledge.since else "new"


def _where(revision: str, knowledge: Knowledge) -> str:
    where = knowledge.where.get(revision, knowledge.since)
    return f"in {where}" if where == "a tag" else f"on {where}"


def refusal(revision: str, knowledge: Knowledge, graph: Graph) -> str | None:
    """Why the revision's file must not be edited, and what works instead; None where it may be."""
    if not knowledge.unapplied:
        for database, version in knowledge.at_unknown(graph):
            return (
                f"{database.name} is at {version}, which no revision file here has, so what has run there is not known; "
                "get the code that it runs, or say --unapplied"
            )
    if knowledge.may_edit(revision):
        return None
    said = standing(revision, knowledge, graph)
    if knowledge.state(revision) == "applied":
        return f"{said}, so an edit would change nothing there and the histories would part; {NEW_REVISION}"
    return (
        f"{said}, so a database may have run it, and an edit would change nothing there; {NEW_REVISION}; if no "
        "database has run it, let --check-db ask them, or say so with --unapplied"
    )


def broken(revision: str, graph: Graph) -> str | None:
    """Why nothing certain can be said of what runs before a revision; None where its history is whole."""
    if graph.is_sound(revision):
        return None
    above = {revision, *graph.ancestors(revision)}
    causes = [
        *(
            f"the {m.kind} of {m.revision} names {m.target!r}, which no file has"
            for m in graph.missing
            if m.revision in above
        ),
        *(f"several files have the id {d!r}" for d in graph.duplicates if d in above),
        *(f"{', '.join(c)} come before themselves" for c in graph.cycles if above & set(c)),
    ]
    return f"its history is broken, so that what runs before it is not known: {causes[0]}; `migfix status` says more"


def overridden(revision: str, knowledge: Knowledge, graph: Graph) -> str | None:
    """What `--unapplied`, or the word of the databases asked, sets aside for an edit of this revision."""
    from dataclasses import replace

    known = replace(knowledge, unapplied=False)
    if refusal(revision, known, graph) is not None:
        said = f"{standing(revision, known, graph)}; edited on your word that no database has run it (--unapplied)"
        return said if knowledge.unapplied else None
    if known.state(revision) == "published":
        names = both([d.name for d in known.databases])
        why = f"{names}, asked, {_have(known.databases)} not run it" if names else _only(known.through)
        return f"{standing(revision, known, graph)}; edited all the same, since {why}"
    return None


def _only(through: str) -> str:
    return f"you say that nothing after {through} has run (--applied-through)"


def _have(databases: Sequence[Database]) -> str:
    return "has" if len(databases) == 1 else "have"


def remarks(knowledge: Knowledge, graph: Graph) -> Iterator[str]:
    """What is odd about the databases asked, a line each."""
    for database in knowledge.databases:
        if not database.stamped:
            yield f"{database.name} has no alembic_version table: nothing has run there."
        elif not database.versions:
            yield f"{database.name} has an empty alembic_version table: nothing has run there."
    for database, version in knowledge.at_unknown(graph):
        yield f"{database.name} is at {version}, which no revision file here has: it is ahead of this code, or of another branch."


def both(names: Sequence[str]) -> str:
    """ "a, b and c"."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
