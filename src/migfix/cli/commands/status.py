"""`migfix status`: the graph, where its revisions have run, and what migfix would do."""

from __future__ import annotations

from dataclasses import replace

import click

from migfix.cli.core import core
from migfix.cli.opening import open_project
from migfix.cli.options import KNOWING, OUTPUT, PROJECT, RULES, TARGET, Request, takes
from migfix.cli.screen import Screen


@click.command(short_help="Show the revision graph, where each revision has run, and what can be done.")
@takes(KNOWING, RULES, TARGET, PROJECT, OUTPUT)
@click.option("--all", "everything", is_flag=True, help="Every revision: fold no stretch of applied ones into a line.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(request: Request, screen: Screen, form: str) -> int:
    """Show the revision graph as a tree, in the order of `alembic history`: where each revision has run, what is risky
    in it, and what migfix would do. What is wrong with the graph stands first, with the moves to choose from.

    --check-db asks databases, several side by side: --check-db production=URL --check-db staging=URL. Of a database
    `alembic_version` is read and nothing else; without --check-db git tells what is published.

    \b
    Exit codes: 0 the graph is sound, 1 it is not, 2 usage or environment, 130 interrupted.
    """
    with screen.progress("reading revisions"):
        opened = open_project(replace(request, everything=True), lenient=True)
        report = core().examine(opened.workspace, paths=None)
    from migfix.moves.status import status

    knowledge = opened.knowledge
    with screen.progress("looking for what was left behind"):
        found = status(opened.workspace, knowledge, findings=report.findings, unreadable=report.problems)
    if form == "json":
        from migfix.cli.formats.status_json import render as render_json

        render_json(found, knowledge, opened.unreachable, screen)
    else:
        from migfix.cli.formats.status_text import render

        render(found, knowledge, opened.unreachable, screen, everything=request.everything)
        for line in opened.remarks():
            screen.note(line)
    if opened.unreachable:
        return 2
    return 0 if found.is_sound else 1
