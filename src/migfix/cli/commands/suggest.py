"""`migfix suggest`: review rewrites one by one on a terminal, print them as a diff elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from migfix.cli.core import core
from migfix.cli.diffs import merged, patch, patch_base
from migfix.cli.keys import Keys, keys
from migfix.cli.knowing import say_known, say_overridden, say_refusal
from migfix.cli.opening import Opened, open_project
from migfix.cli.options import (
    EXIT_ZERO,
    INPUTS,
    KNOWING,
    LAYOUT,
    OUTPUT,
    PROJECT,
    RULES,
    SCOPE,
    STDIN,
    TARGET,
    Request,
    takes,
)
from migfix.cli.prompt import Prompt, accepted_changes
from migfix.cli.proving import PROOF, Proof
from migfix.cli.review import Review
from migfix.cli.rewriting import rewritten, said_assumptions, said_left
from migfix.cli.screen import Screen
from migfix.cli.words import count, summary, unreadable
from migfix.cli.writing import say_form, say_uncommitted, with_head_files, write_now


@click.command(short_help="Review rewrites one by one, or print them as a diff. Writes only what you accept.")
@takes(SCOPE, RULES, TARGET, INPUTS, (LAYOUT,), KNOWING, PROOF, PROJECT, STDIN, OUTPUT, places="[REV|PATH]…|-")
@click.option(
    "--interactive/--diff", default=None, help="Ask for each one, or print a diff; a terminal asks by default."
)
@EXIT_ZERO
def command(
    request: Request,
    screen: Screen,
    interactive: bool | None,
    exit_zero: bool,
    verify: bool,
    quick: bool,
) -> int:
    """Review rewrites one by one; without a terminal, print them as a diff that `git apply` accepts.

    The diff goes to standard output, what cannot be rewritten and the summary to standard error. It holds what
    `migfix apply --review` would write.

    \b
    Exit codes: 0 no finding, 1 findings, 2 usage or environment, 130 interrupted.
    """
    silent = request.places == ("-",) or screen.output is not None
    if silent and interactive:
        raise click.UsageError("--interactive goes neither with `-` nor with -o")
    if verify and request.places == ("-",):
        raise click.UsageError("--verify runs a project: name the file instead of `-`")
    source = keys(screen, interactive=False if silent else interactive)
    with screen.progress("reading revisions"):
        opened = open_project(request)
    say_known(opened, screen)
    proof = Proof(wanted=verify, quick=quick)
    if source is None:
        code = _print_diff(opened, screen, proof)
    else:
        code = _converse(opened, source, screen, proof, python=request.project_python)
    return 0 if exit_zero and code == 1 else code


def _converse(opened: Opened, source: Keys, screen: Screen, proof: Proof, *, python: str) -> int:
    report = core().examine(opened.workspace, paths=opened.paths)
    for problem in report.problems:
        if problem.broken:
            screen.err(unreadable(problem))
    if not report.findings:
        screen.out(f"Nothing to rewrite. {summary(report)}")
        return 2 if any(p.broken for p in report.problems) else 0
    for line in proof.lines(opened, rewritten(core(), opened.workspace, paths=opened.paths, review=True), screen):
        screen.out(line)
    review = Review(core(), opened.workspace, report.findings, paths=opened.paths, refusal=opened.refusal)
    Prompt(review, source, screen, core=core(), opened=opened).run()
    changes = with_head_files(opened, accepted_changes(review), screen)
    say_overridden(opened, changes, screen)
    left = sum(x.decision in ("open", "skipped") for x in review.state.items)
    screen.out()
    if changes:
        say_form(opened, changes, screen, run_template=False)
        say_uncommitted(changes, screen)
        written = write_now(opened, changes, screen, hooks=None, python=python)
    else:
        written = False
        screen.out("Nothing accepted, nothing written.")
    screen.out(f"{count(left, 'finding')} left as they were." if left else "No finding left.")
    return 2 if written is None else 1 if left else 0


def _print_diff(opened: Opened, screen: Screen, proof: Proof) -> int:
    with screen.progress("rewriting"):
        result = rewritten(core(), opened.workspace, paths=opened.paths, review=True)
    for line in proof.lines(opened, result, screen):
        screen.out(f"# {line}")
    base = patch_base(Path.cwd())
    changes = merged({}, with_head_files(opened, result.changes, screen))
    if not result.chains:
        say_form(opened, result.changes, screen, run_template=False)
    for path in sorted(changes):
        screen.out_bytes(patch(changes[path], base=base))
    for line in said_left(result.left, screen, review=True):
        screen.note(line)
    for line in said_assumptions(result, screen):
        screen.note(line)
    broken = [p for p in result.report.problems if p.broken]
    for problem in broken:
        screen.err(unreadable(problem))
    say_refusal(opened, changes.values(), screen)
    screen.note(summary(result.report))
    if changes:
        screen.note(
            f"Diff of {count(len(result.applied), 'rewrite')} in {count(len(changes), 'file')}; nothing was written."
        )
    if broken:
        return 2
    return 1 if result.report.findings else 0
