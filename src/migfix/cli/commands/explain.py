"""`migfix explain CODE`: a rule's page."""

from __future__ import annotations

import difflib

import click

from migfix.cli.options import OUTPUT, Request, takes
from migfix.cli.screen import Screen
from migfix.errors import UsageError
from migfix.rules.api import Rule, rules


@click.command(short_help="Show a rule's page: the harm, the lock, the cure.")
@click.argument("rule", metavar="CODE|NAME")
@takes(OUTPUT)
def command(request: Request, screen: Screen, rule: str) -> int:
    """Show a rule's page: the harm, the lock and since which version, the cure, what it assumes."""
    found = named(rule)
    heading = f"{found.code} {found.name}"
    if screen.out_color and screen.out_is_terminal:
        screen.out(_rendered(f"# {heading}\n\n{found.page.strip()}", screen.width), end="")
    else:
        screen.out(f"{screen.paint(heading, 'title')}\n\n{found.page.strip()}")
    return 0


def named(text: str) -> Rule:
    """The rule with that code or name. Raises UsageError that names the nearest one."""
    found = {r.code.lower(): r for r in rules()} | {r.name: r for r in rules()}
    wanted = text.lower().replace("_", "-")
    if wanted in found:
        return found[wanted]
    near = difflib.get_close_matches(wanted, found, n=1, cutoff=0.5)
    hint = f"did you mean {found[near[0]].code} ({found[near[0]].name})?" if near else "`migfix rules` lists them all"
    raise UsageError(f"no rule {text!r}; {hint}")


def _rendered(markdown: str, width: int) -> str:
    import io

    from rich.console import Console
    from rich.markdown import Markdown

    text = io.StringIO()
    Console(file=text, width=min(width, 100), force_terminal=True).print(Markdown(markdown))
    return text.getvalue()
