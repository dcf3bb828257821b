"""`apply --undo`: the project's last writing taken back, and said."""

from __future__ import annotations

from datetime import datetime

import click

from migfix.cli.opening import layout_of
from migfix.cli.options import Request
from migfix.cli.screen import Screen
from migfix.cli.words import count, listed
from migfix.errors import UsageError
from migfix.moves.journal import Store
from migfix.moves.undo import Undone, planned, undo, written_at
from migfix.paths import shown

UNDO = (click.option("--undo", is_flag=True, help="Take back what migfix wrote last in this project, byte for byte."),)


def take_back(request: Request, screen: Screen, *, dry_run: bool, yes: bool) -> bool:
    """Ask once and undo; False when there is nothing to undo, or nobody wanted it.

    Raises WriteError where a file was changed since, Busy, and UsageError for options that have no meaning here.
    """
    if request.places:
        raise UsageError("--undo takes back the whole last writing; leave the revisions out")
    store = Store.of(layout_of(request))
    if not store.folder.is_dir():
        screen.out("Nothing to undo.")
        return False
    with store.locked():
        plan = planned(store)
        if plan.is_empty:
            screen.out("Nothing to undo.")
            return False
        for line in _said(plan):
            screen.out(line)
        if dry_run:
            screen.note("Dry run: nothing was undone.")
            return False
        if not yes and not click.confirm(f"Undo what was written {_ago(written_at(store))}?", default=False):
            screen.out("Nothing was undone.")
            return False
        undo(store)
    screen.out(f"Undone: {count(len(plan.restored) + len(plan.removed), 'file')}.")
    if any(p.suffix == ".py" for p in plan.removed):
        screen.note("A database that has run a removed revision meanwhile must be downgraded first: put the file back.")
    return True


def _said(plan: Undone) -> list[str]:
    found = (("restore", plan.restored), ("remove", plan.removed))
    return [f"{word}: {listed([shown(p) for p in paths])}" for word, paths in found if paths]


def _ago(when: float) -> str:
    return datetime.fromtimestamp(when).strftime("on %Y-%m-%d at %H:%M:%S")
