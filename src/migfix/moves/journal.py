"""What migfix last wrote, kept so that it can be taken back, and the lock that keeps two runs apart.

Both lie in a folder of migfix's own: below the git directory, or in the user's state directory where there is no git.
The folder is the project's: several projects of one checkout have one each.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from migfix.errors import Busy, WriteError
from migfix.model.record import record
from migfix.paths import shown
from migfix.read.project import ProjectLayout
from migfix.scope import git_directory

_VERSION = 1
_PENDING, _LAST, _LOCK = "pending.json", "last.json", "lock"


@record
class Entry:
    """One file as it was and as it was written. `before` is None for a file that was created; `after` a SHA-256."""

    path: Path
    before: bytes | None
    after: str
    mode: int = 0o644


@record
class Journal:
    """One writing: its files, and the folders that it made for them, outermost first."""

    entries: tuple[Entry, ...]
    folders: tuple[Path, ...] = ()
    when: float = 0.0


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


class Store:
    """The folder in which a project's journal and lock lie. Nothing is created before something is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, layout: ProjectLayout) -> Store:
        """Raises nothing: where neither git nor a home is at hand, the folder is below the system's temporary one."""
        place = os.path.realpath(layout.script_location)
        name = sha256(os.fsencode(place)).hexdigest()[:12]
        start = next((d for d in (layout.script_location, layout.root) if d.is_dir()), Path.cwd())
        git = git_directory(start)
        first = git / "migfix" / name if git is not None else _user_state() / "migfix" / name
        return cls(first if _writable(first) else _user_state() / "migfix" / name)

    def pending(self) -> Journal | None:
        """What a run began to write and did not finish."""
        return self._read(_PENDING)

    def last(self) -> Journal | None:
        return self._read(_LAST)

    def begin(self, journal: Journal) -> None:
        """Keep the journal before the first file is touched. Raises WriteError."""
        self._write(_PENDING, journal)

    def finish(self, journal: Journal) -> None:
        """The writing went through: this is what `--undo` takes back."""
        self._write(_LAST, journal)
        self.abandon()

    def abandon(self) -> None:
        """The writing did not happen, or was taken back."""
        (self.folder / _PENDING).unlink(missing_ok=True)

    def forget(self) -> None:
        self.abandon()
        (self.folder / _LAST).unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the project for one run. The system gives the lock back when the process ends, however it ends.

        Raises Busy when another run holds it, WriteError when the lock cannot be made.
        """
        path = self.folder / _LOCK
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise WriteError(f"{shown(path)}: {error.strerror}; nothing was written") from error
        try:
            if not _take(handle):
                raise Busy(_holder(path))
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()} {int(time.time())}\n".encode(), 0) if hasattr(os, "pwrite") else None
            yield
        finally:
            os.close(handle)

    def _read(self, name: str) -> Journal | None:
        try:
            found = json.loads((self.folder / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise WriteError(f"{shown(self.folder / name)}: cannot be read ({error}); delete it to go on") from error
        if not isinstance(found, dict) or found.get("version") != _VERSION:
            raise WriteError(f"{shown(self.folder / name)}: written by another version of migfix; delete it to go on")
        return _journal(found)

    def _write(self, name: str, journal: Journal) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=self.folder)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(_plain(journal), file)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, self.folder / name)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise
        except OSError as error:
            raise WriteError(
                f"{shown(self.folder)}: what `--undo` needs cannot be kept ({error.strerror}); nothing was written"
            ) from error


def _user_state() -> Path:
    named = os.environ.get("XDG_STATE_HOME") or (os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None)
    return Path(named) if named else Path.home() / ".local" / "state"


def _writable(folder: Path) -> bool:
    there = next((f for f in (folder, *folder.parents) if f.exists()), folder)
    return os.access(there, os.W_OK)


def _take(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _holder(path: Path) -> str:
    """Who holds the lock, in words: the process and since when."""
    with suppress(OSError, ValueError):
        pid, since = path.read_text(encoding="ascii").split()
        return f"process {pid}, for {max(int(time.time()) - int(since), 0)} s"
    return "another process"


def _plain(journal: Journal) -> dict[str, Any]:
    files = [
        {
            "path": str(e.path),
            "before": None if e.before is None else base64.b64encode(e.before).decode("ascii"),
            "after": e.after,
            "mode": e.mode,
        }
        for e in journal.entries
    ]
    return {"version": _VERSION, "when": journal.when, "files": files, "folders": [str(f) for f in journal.folders]}


def _journal(found: dict[str, Any]) -> Journal:
    return Journal(
        entries=tuple(_entries(found["files"])), folders=tuple(map(Path, found["folders"])), when=found["when"]
    )


def _entries(files: Iterable[dict[str, Any]]) -> Iterator[Entry]:
    for each in files:
        before = None if each["before"] is None else base64.b64decode(each["before"])
        yield Entry(path=Path(each["path"]), before=before, after=each["after"], mode=each["mode"])
