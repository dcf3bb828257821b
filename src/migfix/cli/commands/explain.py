"""`migfix explain CODE|REV`: a rule's page, or a revision's lock timeline."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

import click

from migfix.cli.core import core
from migfix.cli.opening import open_project
from migfix.cli.options import OUTPUT, PROJECT, TARGET, Request, takes
from migfix.cli.screen import Screen
from migfix.errors import MigfixError, UsageError
from migfix.rules.api import Rule, rules


@click.command(short_help="Show a rule's page, or a revision's lock timeline.")
@click.argument("what", metavar="CODE|NAME|REV|PATH")
@takes(TARGET, PROJECT, OUTPUT)
@click.option("--verify", is_flag=True, help="Measure the revision on a throw-away PostgreSQL.")
@click.option("--quick", is_flag=True, help="With --verify: fewer rows.")
def command(request: Request, screen: Screen, what: str, verify: bool, quick: bool) -> int:
    """Show a rule's page: the harm, the lock and since which version, the cure, what it assumes.

    Of a revision: each statement with its lock, what that blocks, whether it reads or rewrites the table, and where
    transactions end. This is known without a server; --verify measures it on one.
    """
    found = _page(what)
    if found is None:
        return _revision(replace(request, places=(what,)), screen, verify=verify, quick=quick)
    heading, page = found
    if screen.out_color and screen.out_is_terminal:
        screen.out(_rendered(f"# {heading}\n\n{page.strip()}", screen.width), end="")
    else:
        screen.out(f"{screen.paint(heading, 'title')}\n\n{page.strip()}")
    return 0


def _page(text: str) -> tuple[str, str] | None:
    """Heading and text of a rule's page, or of what `apply --new-revision` calls a thing that is left."""
    found = _known(text)
    if found is not None:
        return f"{found.code} {found.name}", found.page
    from migfix.followups.api import kinds

    named = text.lower().replace("_", "-")
    return next(((f"{k.name}, left by applied revisions", k.page) for k in kinds() if k.name == named), None)


def _known(text: str) -> Rule | None:
    found = {r.code.lower(): r for r in rules()} | {r.name: r for r in rules()}
    return found.get(text.lower().replace("_", "-"))


def named(text: str) -> Rule:
    """The rule with that code or name. Raises UsageError that names the nearest one."""
    known = _known(text)
    if known is not None:
        return known
    found = {r.code.lower(): r for r in rules()} | {r.name: r for r in rules()}
    near = difflib.get_close_matches(text.lower().replace("_", "-"), found, n=1, cutoff=0.5)
    hint = f"did you mean {found[near[0]].code} ({found[near[0]].name})?" if near else "`migfix rules` lists them all"
    raise UsageError(f"no rule {text!r}; {hint}")


def _revision(request: Request, screen: Screen, *, verify: bool, quick: bool) -> int:
    """The timelines of the revisions that are meant; what is neither rule nor revision is a rule misspelt."""
    from migfix.cli.formats.verify_text import render
    from migfix.cli.proving import cases, proofs, server_for
    from migfix.cli.timeline import timeline_lines
    from migfix.read.site import Reading
    from migfix.verify.case import QUICK_ROWS, ROWS, Options

    try:
        opened = open_project(request)
    except MigfixError:
        named(request.places[0])
        raise
    workspace = opened.workspace
    readings = (workspace.at(Path(path)) for path in sorted(opened.paths))
    for reading in (r for r in readings if isinstance(r, Reading)):
        for line in timeline_lines(reading.revision, core().target(workspace), screen):
            screen.out(line)
    if not verify:
        return 0
    wanted = cases(core(), opened, named=True)
    options = Options(rows=QUICK_ROWS if quick else ROWS, batch=workspace.configuration.settings.batch_size)
    verdicts = proofs(wanted, options, server_for(None, major=request.pg_version), screen)
    screen.out()
    render(verdicts, screen, trace=True)
    return 0


def _rendered(markdown: str, width: int) -> str:
    import io

    from rich.console import Console
    from rich.markdown import Markdown

    text = io.StringIO()
    Console(file=text, width=min(width, 100), force_terminal=True).print(Markdown(markdown))
    return text.getvalue()
