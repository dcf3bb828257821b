"""What a check could not read, and ignore comments that are for nothing: said after the findings, in every text format."""

from __future__ import annotations

from collections.abc import Iterator

from migfix.cli.core import Report
from migfix.cli.screen import Screen, printable
from migfix.cli.words import count, place, unreadable
from migfix.model.revision import Span

SHOWN = 10
"""Unread places that are listed without `-v`; the summary counts all."""


def rest(report: Report, screen: Screen) -> Iterator[str]:
    """One line each."""
    for problem in report.problems:
        if problem.broken or screen.verbose:
            yield unreadable(problem)
    unread = report.unread if screen.verbose else report.unread[:SHOWN]
    for path, one in unread:
        yield f"{screen.paint(place(path, one.span) + ':', 'path')} not read: {printable(one.reason)}"
    if len(unread) < len(report.unread):
        yield screen.paint(
            f"… and {count(len(report.unread) - len(unread), 'more place')} not read: -v lists all", "faint"
        )
    for ignore in report.unused_ignores:
        where = place(ignore.path, Span(ignore.line, ignore.column, ignore.line, ignore.column))
        yield f"{screen.paint(where + ':', 'path')} {printable(ignore.message)}"
