"""A file before and after: the one thing that diffs, writes and editor edits are made from."""

from __future__ import annotations

import contextlib
import difflib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from migfix.errors import WriteError
from migfix.model.record import record
from migfix.paths import shown


@record
class TextEdit:
    """Replace the text from (line, column) up to (end_line, end_column); lines from 1, columns from 0 in characters."""

    line: int
    column: int
    end_line: int
    end_column: int
    new_text: str


@record
class Change:
    """`before` is None for a new file. `encoding` is the file's own, with "utf-8-sig" for a byte order mark."""

    path: str
    before: str | None
    after: str
    encoding: str = "utf-8"

    @property
    def is_empty(self) -> bool:
        return self.before == self.after

    def diff(self, *, context: int = 3) -> str:
        """A unified diff that `git apply` accepts: line ends kept, a missing newline at the end of the file said."""
        old, new = _lines(self.before or ""), _lines(self.after)
        path = Path(self.path).as_posix().lstrip("/")
        source = "/dev/null" if self.before is None else f"a/{path}"
        head = [f"diff --git a/{path} b/{path}\n"] + (["new file mode 100644\n"] if self.before is None else [])
        found = difflib.unified_diff(old, new, source, f"b/{path}", n=context)
        body = [x if x.endswith("\n") else f"{x}\n\\ No newline at end of file\n" for x in found]
        return "".join(head + body) if body else ""

    def text_edits(self) -> tuple[TextEdit, ...]:
        """The change as the fewest whole-line edits, in order, for editors."""
        old, new = _lines(self.before or ""), _lines(self.after)
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        return tuple(
            TextEdit(line=a + 1, column=0, end_line=b + 1, end_column=0, new_text="".join(new[c:d]))
            for tag, a, b, c, d in matcher.get_opcodes()
            if tag != "equal"
        )


def _lines(text: str) -> list[str]:
    """Lines as Python and git see them: only LF, CRLF and CR end one (str.splitlines knows form feeds and more)."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def apply(changes: Iterable[Change]) -> None:
    """Write all changes or none.

    Every file is written to a temporary neighbour first, then renamed into place; a failure restores what was renamed.
    A file whose content is no longer `before` is not overwritten. Raises WriteError, with nothing kept.
    """
    todo = [c for c in changes if not c.is_empty]
    staged: list[tuple[Change, Path]] = []
    folders = new_folders(todo)
    try:
        for folder in folders:
            folder.mkdir()
        staged.extend((change, _staged(change)) for change in todo)
    except (OSError, UnicodeError) as error:
        _discard((path for _, path in staged), folders)
        raise WriteError(f"{complaint(error)}; nothing was written") from error
    except WriteError:
        _discard((path for _, path in staged), folders)
        raise
    done: list[Change] = []
    try:
        for change, temporary in staged:
            os.replace(temporary, _real(change.path))
            done.append(change)
    except OSError as error:
        _discard(path for _, path in staged)
        _restore(done)
        _discard((), folders)
        raise WriteError(f"{complaint(error)}; nothing was written") from error


def new_folders(changes: Iterable[Change]) -> tuple[Path, ...]:
    """Folders that do not exist yet and that new files need, outermost first."""
    found: dict[Path, None] = {}
    for change in changes:
        if change.before is None:
            found |= dict.fromkeys(p for p in reversed(_real(change.path).parents) if not p.exists())
    return tuple(found)


def complaint(error: Exception) -> str:
    """The system's complaint with the file's own name instead of a temporary one's."""
    if not isinstance(error, OSError) or error.filename is None:
        return str(error)
    path = Path(os.fsdecode(error.filename))
    return f"{shown(path.parent if path.suffix == '.migfix' else path)}: {error.strerror}"


def _real(path: str) -> Path:
    """Follow a symbolic link, so that the link stays and its target changes."""
    return Path(os.path.realpath(path))


def _staged(change: Change) -> Path:
    target = _real(change.path)
    if change.before is None and target.exists():
        raise WriteError(f"{change.path} exists already; nothing was written")
    if change.before is not None and target.read_bytes() != change.before.encode(change.encoding):
        raise WriteError(f"{change.path} was changed by someone else meanwhile; nothing was written, run again")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".migfix", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(change.after.encode(change.encoding))
        temporary.chmod(target.stat().st_mode & 0o7777 if change.before is not None else 0o644)
    except BaseException:
        _discard([temporary])
        raise
    return temporary


def _discard(paths: Iterable[Path], folders: tuple[Path, ...] = ()) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _restore(done: Iterable[Change]) -> None:
    for change in done:
        if change.before is None:
            _discard([_real(change.path)])
        else:
            _real(change.path).write_bytes(change.before.encode(change.encoding))
