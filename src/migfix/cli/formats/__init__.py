"""The output formats of `check`: one file each, the same answer in all."""

from __future__ import annotations

import importlib

from migfix.cli.answer import Answer
from migfix.cli.screen import Screen

FORMATS = ("full", "concise", "json", "lsp-json")


def render(name: str, answer: Answer, screen: Screen) -> None:
    """Print the answer in one of `FORMATS`."""
    importlib.import_module(f"migfix.cli.formats.{name.replace('-', '_')}").render(answer, screen)
