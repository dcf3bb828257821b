"""The follow-up: a new revision on the head that finishes what applied revisions left wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby

from migfix.followups.api import Leftover, leftovers
from migfix.followups.past import Done, Past
from migfix.model.applied import Knowledge
from migfix.model.schema import Schema
from migfix.read.models import read_models
from migfix.read.workspace import Workspace

__all__ = ["Leftover", "follow_ups", "holding_together", "past_of"]

_ELSEWHERE = "a revision of another head renames, drops or changes what it is about: make the heads one first"


def follow_ups(workspace: Workspace, knowledge: Knowledge, *, head: str | None = None) -> tuple[Leftover, ...]:
    """What revisions that may have run left wrong, for a database at `head` (None: at all heads).

    A revision that is new (by `knowledge`) leaves nothing: `apply` rewrites it before it runs. What a later revision
    has put right, new or not, is no leftover either. Runs nothing of the project.
    """
    return leftovers(past_of(workspace, knowledge, head=head))


def holding_together(found: Iterable[Leftover], whole: Past) -> Iterator[Leftover]:
    """Of what one head left, what holds with the other heads too, step by step; the rest with the reason.

    A database may stand at several heads, and what one branch left another may have renamed, dropped or finished.
    `whole` is the past of all heads.
    """
    together = {(f.kind, f.subject): f.up for f in leftovers(whole)}
    for left in found:
        same = not left.up or together.get((left.kind, left.subject)) == left.up
        yield left if same else replace(left, up=(), down=(), why_not=_ELSEWHERE)


def past_of(workspace: Workspace, knowledge: Knowledge, *, head: str | None = None) -> Past:
    """Everything that a database at the head has run, in Alembic's order."""
    graph = workspace.graph
    names = graph.order if head is None else (*graph.ancestors(head), head)
    names = tuple(n for n in names if n in workspace.readings)
    revisions = {n: workspace.readings[n].revision for n in names}
    everything = tuple(_numbered(workspace, names, postgresql=True))
    schema = Schema(complete=all(graph.is_sound(n) for n in names))
    for name, done in groupby(everything, key=lambda d: d.revision):
        schema = schema.after_all((d.op for d in done), name)
    return Past(
        done=everything,
        elsewhere=tuple(_numbered(workspace, names, postgresql=False)),
        ran=frozenset(n for n in names if knowledge.state(n) != "new"),
        schema=schema,
        graph=graph,
        revisions=revisions,
        texts={n: workspace.readings[n].text for n in names},
        read_context=workspace.context,
        settings=workspace.configuration.settings,
        env=workspace.env,
        read_models=cache(lambda: read_models(workspace.layout)),
    )


def _numbered(workspace: Workspace, names: tuple[str, ...], *, postgresql: bool) -> Iterator[Done]:
    number = 0
    for name in names:
        revision = workspace.readings[name].revision
        for at in revision.upgrade:
            if (at.dialects is None or "postgresql" in at.dialects) is postgresql:
                yield Done(number=number, revision=name, path=revision.path, at=at)
                number += 1
