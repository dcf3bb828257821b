"""A progress bar on standard error, for work of several stages; on a terminal only, elsewhere a line each under `-v`."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from migfix.cli.screen import PROGRESS_AFTER, Screen, printable

WIDTH = 24
REFRESH = 0.5
"""Seconds between two looks at the clock."""


class Bar:
    """Say what is done now with `stage`; it shows how many of `stages` are over, and the seconds so far."""

    def __init__(self, stages: int, *, say: Callable[[str], None] | None = None) -> None:
        self.stages = max(stages, 1)
        self.say = say
        self.over = -1
        self.text = ""
        self.began = time.monotonic()

    def stage(self, text: str) -> None:
        """The next stage begins."""
        self.over += 1
        self.text = text
        if self.say is not None:
            self.say(f"{time.monotonic() - self.began:6.1f} s  {text}")

    def line(self, columns: int) -> str:
        """What to show now."""
        part = min(self.over / self.stages, 1.0)
        full = int(part * WIDTH)
        seconds = time.monotonic() - self.began
        head = f"{'━' * full}{'─' * (WIDTH - full)} {min(self.over + 1, self.stages)}/{self.stages} {seconds:3.0f} s  "
        return (head + printable(self.text))[: max(columns - 1, 20)]


@contextmanager
def progress_bar(screen: Screen, stages: int) -> Iterator[Bar]:
    """A bar for the length of a `with`; silent under `-q`, in a pipe without `-v`, and in the first half second."""
    if screen.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield Bar(stages, say=screen.err if screen.verbose and not screen.quiet else None)
        return
    bar = Bar(stages)
    done = threading.Event()
    thread = threading.Thread(target=_show, args=(bar, screen, done), daemon=True)
    thread.start()
    try:
        yield bar
    finally:
        done.set()
        thread.join()
        click.echo("\r\x1b[K", err=True, nl=False, color=True)


def _show(bar: Bar, screen: Screen, done: threading.Event) -> None:
    if done.wait(PROGRESS_AFTER):
        return
    while True:
        click.echo(f"\r\x1b[K{bar.line(screen.width)}", err=True, nl=False, color=True)
        if done.wait(REFRESH):
            return
