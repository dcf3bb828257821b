"""Leftovers as files: one new revision on the head for all of them, or one for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from migfix.change import Change
from migfix.emit.body import Bodies, bodies
from migfix.emit.revision_file import NewRevision, directory_beside, revision_file, revision_id, stock_note
from migfix.emit.style import Style, style_of
from migfix.followups.api import Leftover, kinds
from migfix.model.applied import Knowledge
from migfix.model.context import Context
from migfix.model.record import record
from migfix.model.revision import Identifiers, Revision
from migfix.moves.carried import CannotCarry, Carried, carried
from migfix.moves.follow_up import follow_ups
from migfix.plan import Unfixable
from migfix.read.workspace import Workspace

FAULT = "the follow-up would not settle it: a fault of migfix, please report it"
SEVERAL = "finish what earlier revisions left"


@record
class Choice:
    """How the user wants the new revisions; None and False where nothing was said.

    each       one revision for each leftover. directory: the version directory.
    run_template  a script.py.mako that is code may be run.
    """

    head: str
    message: str | None = None
    rev_id: str | None = None
    directory: Path | None = None
    each: bool = False
    run_template: bool = False


@record
class FollowUp:
    """The new files, in the order in which they run; what they settle, and what they could not, with the reason."""

    changes: tuple[Change, ...] = ()
    settled: tuple[Leftover, ...] = ()
    refused: tuple[tuple[Leftover, str], ...] = ()
    note: str | None = None


def new_revisions(
    workspace: Workspace, knowledge: Knowledge, wanted: Sequence[Leftover], choice: Choice
) -> FollowUp | Unfixable:
    """The revisions that settle the leftovers; existing files stay as they are. Nothing is written.

    Each file is read again before it is offered: a second run finds nothing left of what it settles.
    """
    ready, refused = _ready(workspace, wanted)
    groups = [[r] for r in ready] if choice.each else [ready] if ready else []
    changes: list[Change] = []
    parent, now = choice.head, workspace
    for number, group in enumerate(groups):
        made = _revision(now, group, choice, parent=parent, number=number)
        if isinstance(made, Unfixable):
            return made
        parent, change = made
        changes.append(change)
        now = now.with_text(change.after, Path(change.path).absolute())
    left = {(f.kind, f.subject) for f in follow_ups(now, knowledge, head=parent)} if changes else set()
    faulty = [f for f, _ in ready if (f.kind, f.subject) in left]
    if faulty:
        return Unfixable(why=f"{faulty[0].subject}: {FAULT}")
    return FollowUp(
        changes=tuple(changes),
        settled=tuple(f for f, _ in ready),
        refused=tuple(refused),
        note=stock_note(workspace.layout, run_template=choice.run_template) if changes else None,
    )


Ready = tuple[Leftover, Carried]


def _ready(workspace: Workspace, wanted: Sequence[Leftover]) -> tuple[list[Ready], list[tuple[Leftover, str]]]:
    """What can be written into one new file, and what cannot, with the reason."""
    ready: list[Ready] = []
    refused: list[tuple[Leftover, str]] = []
    bound: dict[str, str] = {}
    for each in wanted:
        try:
            made = carried(each.up, each.down, workspace.readings[each.revision].names)
        except CannotCarry as error:
            refused.append((each, f"it cannot be said in another file: {error}"))
            continue
        clash = next((n for n, line in made.imports.items() if bound.get(n, line) != line), None)
        if clash is not None:
            refused.append((each, f"`{clash}` means something else for another step; --one-per keeps them apart"))
            continue
        bound |= made.imports
        ready.append((each, made))
    return ready, refused


def _revision(
    workspace: Workspace, group: Sequence[Ready], choice: Choice, *, parent: str, number: int
) -> tuple[str, Change] | Unfixable:
    """One revision on `parent`, and its id."""
    named = [f"{f.kind} {f.subject}" for f, _ in group]
    identifier = choice.rev_id if choice.rev_id and not number else None
    identifier = identifier or revision_id("follow-up", choice.head, *named, taken=workspace.graph.nodes)
    reading = workspace.readings[parent]
    style = _style(reading.text)
    written = _bodies(workspace, group, identifier, style, parent=parent)
    if isinstance(written, Unfixable):
        return written
    imports = {line for _, made in group for line in made.imports.values()}
    new = NewRevision(
        revision=identifier,
        down_revisions=(parent,),
        message=choice.message or _message([f for f, _ in group]),
        upgrade=written.upgrade,
        downgrade=written.downgrade,
        helpers="\n\n\n".join(h.strip("\n") for h in written.helpers),
        imports=tuple(sorted(imports)),
        directory=choice.directory or directory_beside(workspace.layout, Path(reading.revision.path)),
    )
    made_file = revision_file(new, workspace.layout, run_template=choice.run_template)
    return made_file if isinstance(made_file, Unfixable) else (identifier, made_file)


def _style(text: str) -> Style:
    found = style_of(text, {})
    return Style(quote=found.quote, width=found.width)


def _bodies(
    workspace: Workspace, group: Sequence[Ready], identifier: str, style: Style, *, parent: str
) -> Bodies | Unfixable:
    """upgrade() in the order of the leftovers, downgrade() the other way round."""
    up = [part for _, made in group for part in made.up]
    down = [part for _, made in reversed(group) for part in made.down]
    ctx = Context(
        revision=Revision(path="", ids=Identifiers(revision=identifier, down_revisions=(parent,))),
        before=workspace.schema_before(parent),
        settings=workspace.configuration.settings,
        env=workspace.env,
    )
    return bodies(up, down, ctx, style=style)


def _message(settled: Sequence[Leftover]) -> str:
    """What a person would call it."""
    if len(settled) == 1:
        return settled[0].slug
    found = dict.fromkeys(f.kind for f in settled)
    together = {k.name: k.together for k in kinds()}
    return together[next(iter(found))] if len(found) == 1 else SEVERAL
