"""What the commands do with what is known of databases: say it, refuse edits of what has run, warn when overruled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from migfix.change import Change
from migfix.cli.opening import Opened
from migfix.cli.options import Request
from migfix.cli.screen import Screen
from migfix.cli.words import count
from migfix.errors import UsageError
from migfix.read.site import Reading

MOST_NAMED = 8
"""Revisions that a command is spelled out for."""


def say_known(opened: Opened, screen: Screen) -> None:
    """Before the answer: the choice of files, what is odd about the databases, and how states were guessed."""
    for line in opened.remarks():
        screen.note(line)
    guess = opened.guess()
    if guess:
        screen.note(guess)


def refuse(opened: Opened, changes: Iterable[Change], screen: Screen, *, dry_run: bool) -> None:
    """Raise UsageError when a file that has run, or may have, would be edited; warn where somebody's word allows it."""
    changes = tuple(changes)
    refusal = opened.refusal(changes)
    if refusal and not dry_run:
        rest = _allowed(opened, changes)
        named = f"`migfix apply {' '.join(rest)}` writes those that may be edited; " if rest else ""
        raise UsageError(f"{refusal}\n{named}`migfix apply --dry-run` shows all; nothing was written")
    say_refusal(opened, changes, screen)
    say_overridden(opened, changes, screen)


def _allowed(opened: Opened, changes: Iterable[Change]) -> list[str]:
    """The revisions among these changes that may be edited, unless there are too many to name."""
    edited = [c for c in changes if c.before is not None and opened.refusal([c]) is None]
    found = [opened.workspace.at(Path(c.path)) for c in edited]
    names = [f.revision.id for f in found if isinstance(f, Reading)]
    return names if len(names) <= MOST_NAMED else []


def say_refusal(opened: Opened, changes: Iterable[Change], screen: Screen) -> None:
    """Where nothing is written: that writing would be refused, and why."""
    refusal = opened.refusal(changes)
    if refusal:
        screen.note(f"`migfix apply` would refuse: {refusal}")


def refuse_unknown(opened: Opened) -> None:
    """Raise UsageError where a database is ahead of this code: what it lacks cannot be said. `--unapplied` overrules."""
    if opened.knowledge.unapplied:
        return
    for database, version in opened.knowledge.at_unknown(opened.workspace.graph):
        raise UsageError(
            f"{database.name} is at {version}, which no revision file here has (`migfix status` looks for it in git): "
            "a new revision here could not follow it; get the code that it runs first. Nothing was written"
        )


def say_overridden(opened: Opened, changes: Iterable[Change], screen: Screen) -> None:
    """Whose word it is that these files may be edited; also under -q."""
    warning = opened.overridden(changes)
    if warning:
        screen.err(f"Warning: {warning}")


def editable(opened: Opened, request: Request) -> Opened:
    """Where nothing is known and nothing was named, the heads alone: all others count as published."""
    if request.places or request.everything or opened.knowledge.source != "nothing" or request.unapplied:
        return opened
    paths = frozenset(p for p in opened.paths if opened.state(p) == "new")
    left = len(opened.paths) - len(paths)
    note = f"{count(left, 'revision')} left out; --all or a name looks at them too." if left else opened.note
    return replace(opened, paths=paths, note=note)
