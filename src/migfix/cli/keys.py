"""Where single keys come from: a terminal in raw mode, or text that was piped in."""

from __future__ import annotations

import os
import sys
from typing import Protocol

import click

from migfix.cli.screen import Screen

KEYS_VARIABLE = "MIGFIX_KEYS"
_ESCAPES = ("\x1b", "\xe0", "\x00")
_ARROWS = {"\x1b[A": "k", "\x1b[B": "j", "\x1bOA": "k", "\x1bOB": "j", "\xe0H": "k", "\xe0P": "j"}


class Keys(Protocol):
    """One key at a time; None at the end of input."""

    def key(self) -> str | None: ...
    def line(self, question: str) -> str | None: ...


class TerminalKeys:
    """Keys from the terminal; click restores its mode after each one, Ctrl-C included.

    What was typed before the question was asked is dropped (by click, which flushes the input): nobody accepts a
    rewrite that was not on the screen yet.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def key(self) -> str | None:
        try:
            read = click.getchar()
        except EOFError:
            return None
        pressed = _ARROWS.get(read, read if read.startswith(_ESCAPES) else read[:1])
        self._screen.out(pressed if pressed.isprintable() else "")
        return pressed

    def line(self, question: str) -> str | None:
        self._screen.out(question, end="")
        sys.stdout.flush()
        text = sys.stdin.readline()
        return text.rstrip("\r\n") if text else None


class PipedKeys:
    """Keys from text: one a character, newlines skipped; what a key asks for is the rest of its line."""

    def __init__(self, text: str, screen: Screen) -> None:
        self._text = text
        self._at = 0
        self._screen = screen

    def key(self) -> str | None:
        while self._at < len(self._text):
            char = self._text[self._at]
            self._at += 1
            if char not in "\r\n":
                self._screen.out(char)
                return char
        self._screen.out()
        return None

    def line(self, question: str) -> str | None:
        if self._at >= len(self._text):
            return None
        end = self._text.find("\n", self._at)
        end = len(self._text) if end < 0 else end
        text = self._text[self._at : end].rstrip("\r")
        self._at = end + 1
        self._screen.out(f"{question}{text}")
        return text.lstrip()


def keys(screen: Screen, *, interactive: bool | None) -> Keys | None:
    """Where keys come from; None means: print a diff instead.

    `interactive` None is the user's silence: then a terminal on both ends decides. Raises UsageError when a review was
    asked for and there is nobody to answer.
    """
    given = os.environ.get(KEYS_VARIABLE)
    if given is not None and interactive is not False:
        return PipedKeys(given, screen)
    if interactive is False or (interactive is None and not (screen.in_is_terminal and screen.out_is_terminal)):
        return None
    if screen.in_is_terminal:
        return TerminalKeys(screen)
    text = "" if sys.stdin is None or sys.stdin.closed else sys.stdin.read()
    if not text:
        raise click.UsageError(
            "--interactive needs a terminal, or keys on standard input (`echo yyq | migfix suggest --interactive`)"
        )
    return PipedKeys(text, screen)
