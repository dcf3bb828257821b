"""The one door through which a plan's files are written: kept for `--undo` first, then all of them or none."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from migfix.change import Change, apply, new_folders
from migfix.errors import WriteError
from migfix.moves.journal import Entry, Journal, Store, digest
from migfix.moves.undo import interrupted
from migfix.paths import shown


def write(changes: Iterable[Change], store: Store) -> Journal:
    """Write all changes or none, so that `undo` can take them back. The caller holds the lock (`Store.locked`).

    The journal is complete on disk before the first file is replaced: a crash in between leaves either the old files
    or a journal that knows them. Raises WriteError, with nothing kept.
    """
    todo = tuple(c for c in changes if not c.is_empty)
    journal = Journal(entries=tuple(map(_entry, todo)), folders=new_folders(todo), when=time.time())
    if not todo:
        return journal
    left = interrupted(store)
    if left:
        raise WriteError(
            f"an earlier run was interrupted after it had written {', '.join(map(shown, left))}; "
            "`migfix apply --undo` takes that back; nothing was written"
        )
    store.begin(journal)
    try:
        apply(todo)
    except WriteError:
        store.abandon()
        raise
    store.finish(journal)
    return journal


def rewritten_since(journal: Journal, store: Store) -> Journal:
    """The journal after hooks had their turn: what they made of the files counts as written by this run."""
    entries = tuple(
        Entry(path=e.path, before=e.before, after=digest(e.path.read_bytes()), mode=e.mode)
        for e in journal.entries
        if e.path.exists()
    )
    later = Journal(entries=entries, folders=journal.folders, when=journal.when)
    store.finish(later)
    return later


def _entry(change: Change) -> Entry:
    path = Path(os.path.realpath(change.path))
    try:
        before = None if change.before is None else path.read_bytes()
        after = change.after.encode(change.encoding)
        mode = path.stat().st_mode & 0o7777 if change.before is not None else 0o644
    except (OSError, UnicodeError) as error:
        raise WriteError(f"{change.path}: {error}; nothing was written") from error
    return Entry(path=path, before=before, after=digest(after), mode=mode)
