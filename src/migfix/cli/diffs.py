"""Changes as patches for git, and as lines to look at."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from migfix.change import Change
from migfix.cli.screen import Screen, printable

BOM = "\ufeff"


def patch(change: Change, *, base: Path) -> bytes:
    """A patch that `git apply` accepts in the repository at `base`: its path, its encoding, its byte order mark."""
    encoding, before, after = change.encoding, change.before, change.after
    if encoding == "utf-8-sig":
        encoding = "utf-8"
        before, after = before and _marked(before), _marked(after)
    named = replace(change, path=_below(change.path, base), before=before, after=after)
    return named.diff().encode(encoding, "surrogateescape")


def _marked(text: str) -> str:
    return text if text.startswith(BOM) else BOM + text


def _below(path: str, base: Path) -> str:
    """The path relative to `base`; git takes no `..`, so a file elsewhere keeps its whole path."""
    absolute = Path(os.path.realpath(path))
    try:
        return absolute.relative_to(os.path.realpath(base)).as_posix()
    except ValueError:
        return absolute.as_posix()


def patch_base(start: Path) -> Path:
    """What `git apply` counts paths from: the top of the checkout around `start`, else `start` itself."""
    start = start.absolute()
    return next((f for f in (start, *start.parents) if (f / ".git").exists()), start)


def diff_lines(change: Change, screen: Screen) -> list[str]:
    """The diff for a reader: no file header, coloured, control characters spelled out."""
    body = change.diff().split("\n")
    first = next((i for i, line in enumerate(body) if line.startswith("@@")), len(body))
    return [_painted(printable(line.rstrip("\r")), screen) for line in body[first:] if line]


def _painted(line: str, screen: Screen) -> str:
    style = {"+": "added", "-": "removed", "@": "hunk", "\\": "faint"}.get(line[:1])
    return screen.paint(line, style) if style else line


def merged(old: Mapping[str, Change], new: Iterable[Change]) -> dict[str, Change]:
    """The changes of `old` followed by those of `new`, one for each file, from its first text to its last."""
    found = dict(old)
    for change in new:
        earlier = found.get(change.path)
        found[change.path] = change if earlier is None else replace(change, before=earlier.before)
    return {path: change for path, change in found.items() if not change.is_empty}
