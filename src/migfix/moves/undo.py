"""`apply --undo`: the last writing taken back byte for byte, unless somebody changed its files since."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from migfix.change import complaint
from migfix.errors import WriteError
from migfix.model.record import record
from migfix.moves.journal import Entry, Journal, Store, digest
from migfix.paths import shown


@record
class Undone:
    """Files put back as they were, and files removed because the writing had made them."""

    restored: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.restored and not self.removed


def undo(store: Store) -> Undone:
    """Take back what migfix last wrote in this project; empty when there is nothing to take back.

    All files or none. What an interrupted run wrote of its plan comes first. The caller holds the lock.
    Raises WriteError that names every file that is no longer as migfix left it; nothing is changed then.
    """
    journal = _newest(store)
    if journal is None:
        store.forget()
        return Undone()
    entries = _checked(journal)
    _take_back(entries, journal.folders)
    if journal == store.pending():
        store.abandon()
    else:
        store.forget()
    return _outcome(entries)


def planned(store: Store) -> Undone:
    """What `undo` would do, without doing it. Raises WriteError where it would."""
    journal = _newest(store)
    return Undone() if journal is None else _outcome(_checked(journal))


def written_at(store: Store) -> float:
    """When what `undo` would take back was written, in seconds since the epoch; 0 when there is nothing."""
    journal = _newest(store)
    return 0.0 if journal is None else journal.when


def interrupted(store: Store) -> tuple[Path, ...]:
    """Files that a run had written of its plan when it was interrupted."""
    pending = store.pending()
    return () if pending is None else tuple(e.path for e in pending.entries if not _is_as_before(e))


def _newest(store: Store) -> Journal | None:
    """The last journal of which something is left to take back."""
    journals = (store.pending(), store.last())
    return next((j for j in journals if j is not None and not all(map(_is_as_before, j.entries))), None)


def _now(entry: Entry) -> bytes | None:
    try:
        return entry.path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WriteError(f"{shown(entry.path)}: {error.strerror}; nothing was undone") from error


def _is_as_before(entry: Entry) -> bool:
    return _now(entry) == entry.before


def _checked(journal: Journal) -> tuple[Entry, ...]:
    """The entries that are still as written. Raises WriteError for files changed since."""
    left = tuple(e for e in journal.entries if not _is_as_before(e))
    changed = [e for e in left if (found := _now(e)) is None or digest(found) != e.after]
    if changed:
        names = ", ".join(shown(e.path) for e in changed)
        one = len(changed) == 1
        raise WriteError(
            f"{names}: changed since migfix wrote {'it' if one else 'them'}, so nothing was undone; put "
            f"{'it' if one else 'them'} back first, or use git"
        )
    return left


def _outcome(entries: tuple[Entry, ...]) -> Undone:
    return Undone(
        restored=tuple(e.path for e in entries if e.before is not None),
        removed=tuple(e.path for e in entries if e.before is None),
    )


def _take_back(entries: tuple[Entry, ...], folders: tuple[Path, ...]) -> None:
    """Old content is staged beside every file, then renamed into place; new files go last."""
    staged: list[tuple[Entry, Path]] = []
    done: list[tuple[Entry, bytes]] = []
    try:
        staged.extend((e, _staged(e, e.before)) for e in entries if e.before is not None)
        for entry, temporary in staged:
            now = entry.path.read_bytes()
            os.replace(temporary, entry.path)
            done.append((entry, now))
        for entry in entries:
            if entry.before is None:
                now = entry.path.read_bytes()
                entry.path.unlink()
                done.append((entry, now))
    except OSError as error:
        _put_again(done)
        _discard(t for _, t in staged)
        raise WriteError(f"{complaint(error)}; nothing was undone") from error
    for folder in reversed(folders):
        with suppress(OSError):
            folder.rmdir()


def _staged(entry: Entry, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{entry.path.name}.", suffix=".migfix", dir=entry.path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(entry.mode)
    return Path(name)


def _put_again(done: Iterable[tuple[Entry, bytes]]) -> None:
    for entry, content in done:
        with suppress(OSError):
            entry.path.write_bytes(content)


def _discard(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
