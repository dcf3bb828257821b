"""Two texts side by side, for wide terminals."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterator, Sequence

from migfix.change import Change
from migfix.cli.screen import Screen, printable

CONTEXT = 3


def side_by_side(change: Change, screen: Screen) -> Iterator[str]:
    """Changed lines next to each other with a little of what surrounds them, as wide as the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, width=screen.width, padding=(0, 1))
    for name in ("", "now", "", "after"):
        table.add_column(
            name, ratio=1 if name else None, justify="left" if name else "right", style=None if name else "dim"
        )
    for left, old, right, new, style in _rows(change):
        table.add_row(
            left, Text(old, style="red" if style == "-" else ""), right, Text(new, style="green" if style else "")
        )
    text = io.StringIO()
    color = {"force_terminal": True} if screen.out_color else {"color_system": None}
    Console(file=text, width=screen.width, **color).print(table)
    yield from text.getvalue().rstrip("\n").split("\n")


def _rows(change: Change) -> Iterator[tuple[str, str, str, str, str]]:
    """Left number and text, right number and text, and "-" for changed, "+" for added lines."""
    old, new = _lines(change.before or ""), _lines(change.after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(CONTEXT)):
        if number:
            yield "", "…", "", "…", ""
        for tag, a, b, c, d in group:
            yield from _row(tag, range(a, b), range(c, d), old, new)


def _row(
    tag: str, left: range, right: range, old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[str, str, str, str, str]]:
    for at in range(max(len(left), len(right))):
        a = left[at] if at < len(left) else None
        c = right[at] if at < len(right) else None
        yield (
            "" if a is None else str(a + 1),
            "" if a is None else old[a],
            "" if c is None else str(c + 1),
            "" if c is None else new[c],
            "" if tag == "equal" else "-" if a is not None else "+",
        )


def _lines(text: str) -> list[str]:
    return [printable(line.rstrip("\r")).expandtabs(4) for line in text.split("\n")]
