"""`migfix check`: findings only, for CI and pre-commit."""

from __future__ import annotations

import time

import click

from migfix.cli.answer import Answer
from migfix.cli.core import core
from migfix.cli.formats import FORMATS, render
from migfix.cli.opening import open_project
from migfix.cli.options import EXIT_ZERO, INPUTS, KNOWING, OUTPUT, PROJECT, RULES, SCOPE, STDIN, TARGET, Request, takes
from migfix.cli.screen import Screen


@click.command(short_help="List findings, for CI and pre-commit. Writes nothing.")
@takes(SCOPE, RULES, TARGET, INPUTS, KNOWING, PROJECT, STDIN, OUTPUT, places="[REV|PATH]…|-")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="full", show_default=True, help="How to say it."
)
@EXIT_ZERO
def command(request: Request, screen: Screen, format_: str, exit_zero: bool) -> int:
    """List findings in revisions: those given, else those that are new since the default branch, else all.

    \b
    Exit codes
      0  no finding
      1  findings
      2  a file that should be a revision cannot be read (all others are still checked),
         or the command or the environment is wrong
    """
    started = time.monotonic()
    with screen.progress("reading revisions"):
        opened = open_project(request)
        report = core().examine(opened.workspace, paths=opened.paths)
    if format_ != "json":
        for line in opened.remarks():
            screen.note(line)
    answer = Answer(
        core=core(),
        workspace=opened.workspace,
        report=report,
        state=opened.state,
        seconds=time.monotonic() - started,
    )
    with screen.progress("planning rewrites"):
        render(format_, answer, screen)
    if any(p.broken for p in report.problems):
        return 2
    return 1 if report.findings and not exit_zero else 0
