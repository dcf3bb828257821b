"""How every move ends: what is uncommitted is refused or said, files are written whole, hooks run, and all can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from migfix.change import Change
from migfix.cli.diffs import merged, patch, patch_base
from migfix.cli.opening import Opened
from migfix.cli.screen import Screen, printable
from migfix.cli.words import count, place
from migfix.engine import replace
from migfix.errors import UsageError, WriteError
from migfix.paths import shown
from migfix.read.project import ProjectLayout
from migfix.scope import uncommitted


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How to write: hooks True for every file, None for new ones only, False for none."""

    dry_run: bool = False
    yes: bool = False
    allow_dirty: bool = False
    hooks: bool | None = None


WRITING = (
    click.option("--dry-run", is_flag=True, help="Print the diff and write nothing."),
    click.option("-y", "--yes", is_flag=True, help="Do not ask."),
    click.option("--allow-dirty", is_flag=True, help="Also edit files with changes that are not committed."),
    click.option(
        "--run-hooks/--no-run-hooks",
        default=None,
        help="The project's post_write_hooks: on edited files too, or on none. Without either: on new files, as Alembic.",
    ),
)
"""Options that make a `Manner`."""


def with_head_files(opened: Opened, changes: Iterable[Change], screen: Screen) -> tuple[Change, ...]:
    """The changes with those of files that name the head; files that only a person can update are said."""
    from migfix.moves.head_files import head_files

    changes = tuple(changes)
    found = head_files(opened.workspace, replace(opened.workspace, changes))
    for line in found.named:
        screen.err(f"By hand: {printable(line)}")
    return (*changes, *found.changes)


def say_form(opened: Opened, changes: Iterable[Change], screen: Screen, *, run_template: bool) -> None:
    """Why new files do not have the project's own form, where they have not."""
    from migfix.emit.revision_file import stock_note

    made = any(c.before is None for c in changes)
    note = stock_note(opened.workspace.layout, run_template=run_template) if made else None
    if note is not None:
        screen.note(f"{note[:1].upper()}{printable(note[1:])}.")


def write_out(opened: Opened, changes: Iterable[Change], screen: Screen, manner: Manner, *, python: str) -> bool | None:
    """Show or write the changes; True when they are written, False when not, None when written but a hook failed.

    Raises UsageError for files with changes that are not committed, WriteError, and Busy.
    """
    changes = tuple(c for c in changes if not c.is_empty)
    if manner.dry_run:
        return _shown(changes, screen)
    if not changes:
        return False
    refuse_uncommitted(changes, allow=manner.allow_dirty)
    files = count(len(changes), "file")
    if not manner.yes and not click.confirm(f"Write {files}?", default=False):
        screen.out("Nothing was written.")
        return False
    return write_now(opened, changes, screen, hooks=manner.hooks, python=python)


def _shown(changes: tuple[Change, ...], screen: Screen) -> bool:
    base = patch_base(Path.cwd())
    for change in merged({}, changes).values():
        screen.out_bytes(patch(change, base=base))
    if changes:
        screen.note("Dry run: nothing was written.")
    return False


def refuse_uncommitted(changes: Iterable[Change], *, allow: bool) -> None:
    """Raise UsageError when a file that git knows would be edited while it has changes that are not committed."""
    found = () if allow else uncommitted(Path(c.path) for c in changes if c.before is not None)
    if found:
        names = ", ".join(place(str(p), None) for p in found)
        raise UsageError(
            f"{names}: has changes that are not committed, so nothing was written; commit or stash them, or give "
            "--allow-dirty (`migfix apply --undo` gives back the file as it is now)"
        )


def say_uncommitted(changes: Iterable[Change], screen: Screen) -> None:
    """What a person has looked at and accepted is written all the same; it is said what git cannot give back."""
    found = uncommitted(Path(c.path) for c in changes if c.before is not None)
    if found:
        names = ", ".join(place(str(p), None) for p in found)
        screen.note(f"{names} had changes that are not committed; `migfix apply --undo` gives back the file with them.")


def write_now(
    opened: Opened, changes: tuple[Change, ...], screen: Screen, *, hooks: bool | None, python: str
) -> bool | None:
    """Write without asking, then let hooks have their turn; None when one of them failed.

    Raises Busy when another run writes to the project, WriteError when one did since it was read.
    """
    from migfix.moves.journal import Store
    from migfix.moves.writing import rewritten_since, write

    layout = opened.workspace.layout
    store = Store.of(layout)
    with store.locked():
        _refuse_stale(opened)
        journal = write(changes, store)
        failed = _run_hooks(layout, changes, screen, hooks=hooks, python=python)
        rewritten_since(journal, store)
    screen.out(f"Written: {', '.join(place(c.path, None) for c in changes)}.")
    return None if failed else True


def _refuse_stale(opened: Opened) -> None:
    """A revision that came or went since the project was read may be a head: what was planned may not fit any more."""
    found = opened.workspace.layout.listing()
    now = {p.absolute() for p in (*found.files, *(p for p, _ in found.skipped))}
    gone = sorted(shown(p) for p in now ^ set(opened.workspace.files))
    if gone:
        raise WriteError(f"{', '.join(gone[:3])}: came or went while this ran, so nothing was written; run again")


def _run_hooks(
    layout: ProjectLayout, changes: tuple[Change, ...], screen: Screen, *, hooks: bool | None, python: str
) -> bool:
    """Whether a hook failed; it is said, with what it printed."""
    from migfix.moves.hooks import has_hooks, run_hooks

    paths = [Path(c.path).absolute() for c in changes if (c.before is None or hooks) and c.path.endswith(".py")]
    if hooks is False or not paths or not has_hooks(layout):
        return False
    with screen.progress("running post-write hooks"):
        failures = run_hooks(paths, layout, python=python)
    for failure in failures:
        screen.err(printable(str(failure)))
    for line in dict.fromkeys(line for f in failures for line in f.said.splitlines()):
        screen.err(f"  {printable(line)}")
    if failures:
        screen.err("The files are written; `migfix apply --undo` takes them back.")
    return bool(failures)
