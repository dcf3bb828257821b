"""`migfix rules`: every rule on one line."""

from __future__ import annotations

import json

import click

from migfix.cli.options import OUTPUT, Request, takes
from migfix.cli.screen import Screen
from migfix.cli.words import count


@click.command(short_help="List every rule.")
@takes(OUTPUT)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to say it.",
)
def command(request: Request, screen: Screen, format_: str) -> int:
    """List every rule: code, name, and the harm in one sentence. `migfix explain CODE` shows the rest."""
    from migfix.rules.api import rules

    found = rules()
    if format_ == "json":
        rows = [{"code": r.code, "rule": r.name, "summary": r.summary} for r in found]
        screen.out(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    width = max(len(r.name) for r in found)
    for rule in found:
        screen.out(f"{screen.paint(rule.code, 'code')}  {rule.name.ljust(width)}  {rule.summary}")
    screen.note(
        f"{count(len(found), 'rule')}; `migfix explain CODE` shows one, `--select` and `--ignore` choose among them."
    )
    return 0
