"""Where text goes and what it may look like there: standard output or a file, colour or none, progress or silence."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

import click

from migfix.errors import WriteError

ColorChoice = Literal["auto", "always", "never"]
PROGRESS_AFTER = 0.5
"""Seconds of silence before progress is shown."""

STYLES: Mapping[str, Mapping[str, Any]] = {
    "path": {"bold": True},
    "code": {"fg": "red", "bold": True},
    "safe": {"fg": "green"},
    "review": {"fg": "yellow"},
    "advice": {"fg": "cyan"},
    "caret": {"fg": "red"},
    "faint": {"dim": True},
    "title": {"bold": True},
    "added": {"fg": "green"},
    "removed": {"fg": "red"},
    "hunk": {"fg": "cyan"},
    "key": {"fg": "blue", "bold": True},
    "good": {"fg": "green", "bold": True},
    "bad": {"fg": "red", "bold": True},
}
"""Meaning to look. Colour never stands alone: every coloured text also says in words what it means."""


def wants_color(stream: IO[Any], choice: ColorChoice, environ: Mapping[str, str]) -> bool:
    """`--color` first, then NO_COLOR (no-color.org), FORCE_COLOR, TERM=dumb, and whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return environ.get("TERM") != "dumb" and _is_terminal(stream)


def _is_terminal(stream: IO[Any] | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def printable(text: str) -> str:
    """Control characters spelled out: a file's content must not be able to steer the terminal. Tabs stay."""
    if text.isprintable():
        return text
    return "".join(
        c if c == "\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else _escaped(c) for c in text
    )


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


@dataclass(kw_only=True)
class Screen:
    """Answers go to `out` (standard output, or the file of `-o`), everything else to `err`."""

    color: ColorChoice = "auto"
    quiet: bool = False
    verbose: bool = False
    output: Path | None = None
    _file: list[bytes] = field(default_factory=list)

    @property
    def out_is_terminal(self) -> bool:
        return self.output is None and _is_terminal(sys.stdout)

    @property
    def in_is_terminal(self) -> bool:
        return _is_terminal(sys.stdin)

    @property
    def out_color(self) -> bool:
        if self.output is not None and self.color != "always":
            return False
        return wants_color(sys.stdout, self.color, os.environ)

    @property
    def err_color(self) -> bool:
        return wants_color(sys.stderr, self.color, os.environ)

    @property
    def width(self) -> int:
        return shutil.get_terminal_size((100, 24)).columns

    def paint(self, text: str, style: str) -> str:
        """`text` in a style of `STYLES`; the escape codes are dropped again where there is no colour."""
        return click.style(text, **STYLES[style])

    def out(self, text: str = "", *, end: str = "\n") -> None:
        """A line of the answer."""
        if self.output is None:
            click.echo(text + end, nl=False, color=self.out_color)
        else:
            self._file.append(((text if self.out_color else click.unstyle(text)) + end).encode())

    def out_bytes(self, content: bytes) -> None:
        """Exact bytes of the answer (a diff, in the file's own encoding and with its line ends)."""
        if self.output is None:
            click.echo(content, nl=False)
        else:
            self._file.append(content)

    def err(self, text: str = "") -> None:
        """A line beside the answer: summaries, reasons, what to do next."""
        click.echo(text, err=True, color=self.err_color)

    def note(self, text: str) -> None:
        """Like `err`, but silent under `-q`."""
        if not self.quiet:
            self.err(text)

    def close(self) -> None:
        """Write the file of `-o`. Raises WriteError."""
        if self.output is None:
            return
        try:
            self.output.write_bytes(b"".join(self._file))
        except OSError as error:
            raise WriteError(f"{self.output}: {error.strerror}; name another file with -o") from error

    @contextmanager
    def progress(self, text: str) -> Iterator[None]:
        """Show `text` on standard error while something takes longer than half a second; terminals only."""
        if self.quiet or not _is_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
            yield
            return
        shown = threading.Event()

        def show() -> None:
            shown.set()
            click.echo(f"{text} …", err=True, nl=False)

        timer = threading.Timer(PROGRESS_AFTER, show)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            if shown.is_set():
                click.echo("\r\x1b[K", err=True, nl=False, color=True)
