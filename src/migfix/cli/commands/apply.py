"""`migfix apply`: write the rewrites in place, all or nothing."""

from __future__ import annotations

from pathlib import Path

import click

from migfix.change import apply
from migfix.cli.core import core
from migfix.cli.diffs import patch, patch_base
from migfix.cli.knowing import editable, refuse, say_known
from migfix.cli.opening import open_project
from migfix.cli.options import (
    EXIT_ZERO,
    INPUTS,
    KNOWING,
    LAYOUT,
    OUTPUT,
    PROJECT,
    RULES,
    SCOPE,
    TARGET,
    Request,
    takes,
)
from migfix.cli.proving import PROOF, Proof
from migfix.cli.rewriting import Rewritten, rewritten, said_assumptions, said_left
from migfix.cli.screen import Screen
from migfix.cli.words import count, place, summary, unreadable
from migfix.errors import UsageError


@click.command(short_help="Write the rewrites in place, all or nothing.")
@takes(SCOPE, RULES, TARGET, INPUTS, (LAYOUT,), KNOWING, PROOF, PROJECT, OUTPUT, places="[REV|PATH]…")
@click.option("--review", is_flag=True, help="Also plans that need a human's eye, where all they ask for is given.")
@click.option("--dry-run", is_flag=True, help="Print the diff and write nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@EXIT_ZERO
def command(
    request: Request,
    screen: Screen,
    review: bool,
    dry_run: bool,
    yes: bool,
    exit_zero: bool,
    verify: bool,
    quick: bool,
) -> int:
    """Write the rewrites that are safe, in place, all files or none; say what stays and why.

    Asks once. Without a terminal it needs --yes or --dry-run. A revision that a database has run is not edited, nor one
    that the default branch has, since a database may have run it: --check-db asks databases, --unapplied says that
    none has. With --verify nothing is written that is not proven.

    \b
    Exit codes: 0 nothing left, 1 findings left, 2 usage or environment, 130 interrupted.
    """
    if "-" in request.places:
        raise click.UsageError("standard input cannot be written to; `migfix suggest -` prints the diff")
    if not (yes or dry_run or (screen.in_is_terminal and screen.out_is_terminal)):
        raise click.UsageError("nobody can be asked without a terminal: give --yes to write, or --dry-run to look")
    with screen.progress("reading revisions"):
        opened = open_project(request)
    opened = editable(opened, request)
    say_known(opened, screen)
    with screen.progress("rewriting"):
        result = rewritten(core(), opened.workspace, paths=opened.paths, review=review)
    refuse(opened, result.changes, screen, dry_run=dry_run)
    proof = Proof(wanted=verify, quick=quick)
    for line in proof.lines(opened, result, screen):
        screen.out(f"# {line}")
    if not proof.holds and not dry_run:
        raise UsageError("not proven, so nothing was written; `migfix verify` shows why")
    written = _write(result, screen, dry_run=dry_run, yes=yes)
    _say_rest(result, screen, review=review)
    if any(p.broken for p in result.report.problems):
        return 2
    left = bool(result.left) or (bool(result.applied) and not written)
    return 1 if left and not exit_zero else 0


def _write(result: Rewritten, screen: Screen, *, dry_run: bool, yes: bool) -> bool:
    """Show and write; False when nothing was written."""
    if dry_run:
        base = patch_base(Path.cwd())
        for change in result.changes:
            screen.out_bytes(patch(change, base=base))
        if result.changes:
            screen.note("Dry run: nothing was written.")
        return False
    for finding in result.applied:
        screen.out(f"{place(finding.path, result.span(finding))}: {finding.code} {finding.rule} rewritten")
    for line in said_assumptions(result, screen):
        screen.out(line)
    if not result.changes:
        return False
    files = count(len(result.changes), "file")
    if not yes and not click.confirm(f"Write {files}?", default=False):
        screen.out("Nothing was written.")
        return False
    apply(result.changes)
    screen.out(f"Written: {', '.join(place(c.path, None) for c in result.changes)}.")
    return True


def _say_rest(result: Rewritten, screen: Screen, *, review: bool) -> None:
    for problem in result.report.problems:
        if problem.broken:
            screen.err(unreadable(problem))
    for line in said_left(result.left, screen, review=review):
        screen.err(line)
    left = count(len(result.left), "finding")
    screen.note(f"{count(len(result.applied), 'rewrite')}, {left} left. Before: {summary(result.report)}")
