"""`migfix apply`: write the rewrites in place, all or nothing."""

from __future__ import annotations

from typing import Any

import click

from migfix.cli.core import core
from migfix.cli.knowing import editable, refuse, say_known
from migfix.cli.new_revision import NEW_REVISION, asked, write_new_revision
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
from migfix.cli.rewriting import Rewritten, rewritten, said_assumptions, said_chains, said_left
from migfix.cli.screen import Screen
from migfix.cli.undoing import UNDO, take_back
from migfix.cli.words import count, place, summary, unreadable
from migfix.cli.writing import WRITING, Manner, refuse_uncommitted, say_form, with_head_files, write_out
from migfix.errors import UsageError


@click.command(short_help="Write the rewrites in place, all or nothing.")
@takes(
    SCOPE,
    RULES,
    TARGET,
    INPUTS,
    (LAYOUT,),
    NEW_REVISION,
    UNDO,
    WRITING,
    KNOWING,
    PROOF,
    PROJECT,
    OUTPUT,
    places="[REV|PATH]…",
)
@click.option("--review", is_flag=True, help="Also plans that need a human's eye, where all they ask for is given.")
@EXIT_ZERO
def command(
    request: Request,
    screen: Screen,
    review: bool,
    undo: bool,
    dry_run: bool,
    yes: bool,
    allow_dirty: bool,
    run_hooks: bool | None,
    exit_zero: bool,
    verify: bool,
    quick: bool,
    **given: Any,
) -> int:
    """Write the rewrites that are safe, in place, all files or none; say what stays and why.

    Asks once. Without a terminal it needs --yes or --dry-run. A revision that a database has run is not edited, nor one
    that the default branch has, since a database may have run it: --check-db asks databases, --unapplied says that
    none has. With --verify nothing is written that is not proven.

    A file with changes that are not committed is not edited unless you say --allow-dirty. --undo takes back what was
    written last.

    With --new-revision no file is edited: what revisions that have run left wrong is finished by a new one on the head.

    \b
    Exit codes: 0 nothing left, 1 findings left, 2 usage or environment, 130 interrupted.
    """
    if "-" in request.places:
        raise click.UsageError("standard input cannot be written to; `migfix suggest -` prints the diff")
    if not (yes or dry_run or (screen.in_is_terminal and screen.out_is_terminal)):
        raise click.UsageError("nobody can be asked without a terminal: give --yes to write, or --dry-run to look")
    manner = Manner(dry_run=dry_run, yes=yes, allow_dirty=allow_dirty, hooks=run_hooks)
    wanted = asked(given)
    if undo:
        if wanted is not None or verify:
            raise click.UsageError("--undo stands alone; it takes back what was written last")
        take_back(request, screen, dry_run=dry_run, yes=yes)
        return 0
    if wanted is not None:
        if verify or request.layout is not None:
            raise click.UsageError("--new-revision edits no revision: --verify and --layout are about edits")
        settled = write_new_revision(wanted, request, screen, review=review, manner=manner)
        return 2 if settled is None else 0 if settled or exit_zero else 1
    code = _edit(request, screen, review=review, manner=manner, proof=Proof(wanted=verify, quick=quick))
    return 0 if code == 1 and exit_zero else code


def _edit(request: Request, screen: Screen, *, review: bool, manner: Manner, proof: Proof) -> int:
    """The rewrites written in place, or shown; the exit code."""
    with screen.progress("reading revisions"):
        opened = open_project(request)
    opened = editable(opened, request)
    say_known(opened, screen)
    with screen.progress("rewriting"):
        result = rewritten(core(run_template=True), opened.workspace, paths=opened.paths, review=review)
    refuse(opened, result.changes, screen, dry_run=manner.dry_run)
    for line in proof.lines(opened, result, screen):
        screen.out(f"# {line}")
    if not manner.dry_run:
        if not proof.holds:
            raise UsageError("not proven, so nothing was written; `migfix verify` shows why")
        refuse_uncommitted(result.changes, allow=manner.allow_dirty)
        _say_applied(result, screen)
    if not result.chains:
        say_form(opened, result.changes, screen, run_template=True)
    changes = with_head_files(opened, result.changes, screen)
    written = write_out(opened, changes, screen, manner, python=request.project_python)
    _say_rest(result, screen, review=review)
    if written is None or any(p.broken for p in result.report.problems):
        return 2
    return 1 if result.left or (result.applied and not written) else 0


def _say_applied(result: Rewritten, screen: Screen) -> None:
    for finding in result.applied:
        screen.out(f"{place(finding.path, result.span(finding))}: {finding.code} {finding.rule} rewritten")
    for line in (*said_assumptions(result, screen), *said_chains(result, screen)):
        screen.out(line)


def _say_rest(result: Rewritten, screen: Screen, *, review: bool) -> None:
    for problem in result.report.problems:
        if problem.broken:
            screen.err(unreadable(problem))
    for line in said_left(result.left, screen, review=review):
        screen.err(line)
    left = count(len(result.left), "finding")
    screen.note(f"{count(len(result.applied), 'rewrite')}, {left} left. Before: {summary(result.report)}")
