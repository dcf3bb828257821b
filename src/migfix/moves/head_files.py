"""Files in which a project names its head, and what a move that changes the heads must do about them.

Teams keep the head's id in a file so that two branches which both add a revision conflict in git
(`.current-alembic-head`, `max_migration.txt`, `HEAD`), or list revisions in notes. A file that holds nothing but heads is
updated; any other that names one is told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from migfix.change import Change
from migfix.model.record import record
from migfix.paths import shown
from migfix.read.project import ProjectLayout
from migfix.read.workspace import Workspace

_MOST_BYTES = 256 * 1024
_CODE = frozenset({".py", ".pyc", ".mako", ".ini", ".lock"})


@record
class HeadFiles:
    """changes: files that hold heads and nothing else, brought up to date. named: one line for each other file."""

    changes: tuple[Change, ...] = ()
    named: tuple[str, ...] = ()


def head_files(before: Workspace, after: Workspace) -> HeadFiles:
    """What a move from one workspace to the other asks of files that name the head, or list revisions.

    Looked for in the version locations, beside env.py, and in the project's root; not below.
    """
    old, new = before.graph.heads, after.graph.heads
    added = tuple(r for r in after.graph.order if r not in before.graph)
    if not added and set(old) == set(new):
        return HeadFiles()
    changes: list[Change] = []
    named: list[str] = []
    known = _names(before, before.graph.order)
    for path, text in _candidates(before.layout):
        made = _updated(text, _spelled(before, old), _spelled(after, new))
        if made is not None and made != text:
            changes.append(Change(path=shown(path), before=text, after=made))
        elif made is None:
            named += _told(path, text, old, new, added, known)
    return HeadFiles(changes=tuple(changes), named=tuple(named))


def _names(workspace: Workspace, revisions: Iterable[str]) -> frozenset[str]:
    return frozenset(name for pair in _spelled(workspace, tuple(revisions)) for name in pair)


def _spelled(workspace: Workspace, revisions: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each revision as its id, and as the name of its file without the ending (as `max_migration.txt` has it)."""
    return tuple((r, Path(workspace.readings[r].revision.path).stem) for r in revisions if r in workspace.readings)


def _candidates(layout: ProjectLayout) -> Iterator[tuple[Path, str]]:
    """Small text files that are no code, in the places where a head is kept."""
    seen: set[str] = set()
    for folder in (*layout.version_dirs, layout.script_location, layout.root):
        for path in _files(folder):
            real = os.path.realpath(path)
            if real not in seen and path.suffix not in _CODE:
                seen.add(real)
                text = _text(path)
                if text is not None:
                    yield path, text


def _files(folder: Path) -> list[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
        return [Path(e.path) for e in entries if e.is_file() and 0 < e.stat().st_size <= _MOST_BYTES]
    except OSError:
        return []


def _text(path: Path) -> str | None:
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return None if "\0" in text else text


def _updated(text: str, old: tuple[tuple[str, str], ...], new: tuple[tuple[str, str], ...]) -> str | None:
    """The text with the new heads, where it lists the old ones, one a line, and nothing else; None for any other text.

    A file that holds one of several old heads is such a list only where a single head takes their place.
    """
    words = text.split()
    for form in (0, 1):
        names, fresh = [pair[form] for pair in old], [pair[form] for pair in new]
        is_one = len(words) == len(fresh) == 1 and words[0] in names
        if words and (sorted(words) == sorted(names) or is_one):
            kept = [w for w in words if w in fresh]
            newline = "\r\n" if "\r\n" in text else "\n"
            lead = text[: len(text) - len(text.lstrip())]
            return lead + newline.join([*kept, *(f for f in fresh if f not in kept)]) + text[len(text.rstrip()) :]
    return None


def _told(
    path: Path, text: str, old: tuple[str, ...], new: tuple[str, ...], added: tuple[str, ...], known: frozenset[str]
) -> Iterator[str]:
    """A file that names a head which is none any more, or that lists revisions and lacks the new ones."""
    words = frozenset(re.findall(r"[\w.-]+", text))
    gone = [r for r in old if r not in new and r in words]
    if gone:
        yield f"{shown(path)} names {' and '.join(gone)}, the head until now; the head is {' and '.join(new)} now"
        return
    missing = [r for r in added if r not in words]
    if missing and len(words & known) > 1:
        yield f"{shown(path)} lists revisions; new are {', '.join(missing)}"
