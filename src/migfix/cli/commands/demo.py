"""`migfix demo`: the bundled incident from the first finding to the proof on a server."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack, chdir
from pathlib import Path

import click

from migfix.change import Change, apply
from migfix.cli.core import core
from migfix.cli.demo_server import CULPRIT, Bench, bench
from migfix.cli.diffs import diff_lines
from migfix.cli.formats.full import cure, finding_lines, labelled
from migfix.cli.keys import keys
from migfix.cli.opening import Opened, open_project
from migfix.cli.options import OUTPUT, Request, takes
from migfix.cli.proving import cases
from migfix.cli.rewriting import said_left
from migfix.cli.screen import Screen
from migfix.cli.words import count, place, plans_of
from migfix.errors import ServerError, UsageError
from migfix.plan import Finding, Unfixable
from migfix.verify.case import Case

CAUSE = "MF801"
"""The finding that stopped the deploys; its cures are the ones on offer."""

LIVING = ("accounts.email", "deleted_at IS NULL")
"""The demo's answer to what rows a unique index shall cover, as `--where` takes it."""


@click.command(short_help="Run the bundled incident from finding to proof, no set-up.")
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Leave the project there."
)
@takes(OUTPUT)
def command(request: Request, screen: Screen, keep: Path | None) -> int:
    """Run the bundled incident: what stopped the deploys, the cure, the rewrite, and the proof on a PostgreSQL.

    Works on a copy; nothing of yours is read or touched. The proof needs `pip install "migfix[verify]"`.
    """
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="migfix-demo-"))) / "valuations"
        copy_project(folder)
        stack.enter_context(chdir(folder))
        screen.out(
            f"A valuation service whose deploys stopped. Its migrations are copied to {folder}; nothing else is touched."
        )
        server = _server(stack, screen)
        if server is not None:
            _heading(screen, "The deploys as they were")
            server.before()
        _heading(screen, "What migfix says: the cause first")
        _cure_graph(screen)
        if server is not None:
            server.between()
        _heading(screen, "Then the revisions themselves")
        case = _case(stack, folder) if server is not None else None
        _cure_revisions(screen)
        if server is not None and case is not None:
            _heading(screen, "Proof on PostgreSQL")
            server.after(case)
        if keep is not None:
            screen.out(f"\nThe project stays in {keep}: `cd {keep} && migfix check --all`.")
    return 0


def copy_project(target: Path) -> None:
    """The bundled project, into a folder that is not there yet or empty. Raises UsageError."""
    if target.exists() and any(target.iterdir()):
        raise UsageError(f"{target} is not empty; name another folder with --keep")
    source = Path(__file__).resolve().parents[2] / "demo" / "project"
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))


def _server(stack: ExitStack, screen: Screen) -> Bench | None:
    try:
        with screen.progress("starting PostgreSQL"):
            return stack.enter_context(bench(screen))
    except ServerError as error:
        screen.out(f"Everything static is shown; the proof on a server is not: {error}")
        return None


def _case(stack: ExitStack, folder: Path) -> Case:
    """The incident's revision, in a copy of the project as it is before its revisions are rewritten."""
    copy = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="migfix-demo-"))) / folder.name
    shutil.copytree(folder, copy)
    with chdir(copy):
        (case,) = cases(core(), open_project(Request(places=(CULPRIT,))), named=True)
    return case


def _cure_graph(screen: Screen) -> None:
    opened = _opened()
    report = core().examine(opened.workspace, paths=None)
    graph = [f for f in report.findings if f.index is None]
    for finding in sorted(graph, key=lambda f: f.code):
        _show(finding, opened, screen)
    _cure(next(f for f in graph if f.code == CAUSE), opened, screen)


def _cure_revisions(screen: Screen) -> None:
    opened = _opened()
    for finding in core().examine(opened.workspace, paths=None).findings:
        _show(finding, opened, screen)
    _rewrite(opened, screen)


def _heading(screen: Screen, text: str) -> None:
    screen.out(f"\n{screen.paint(f'── {text} '.ljust(min(screen.width, 100), '─'), 'title')}\n")


def _opened() -> Opened:
    return open_project(Request(everything=True))


def _show(finding: Finding, opened: Opened, screen: Screen) -> None:
    for line in finding_lines(finding, core().text(opened.workspace, finding.path), screen):
        screen.out(line)
    screen.out()


def _cure(finding: Finding, opened: Opened, screen: Screen) -> None:
    """Offer the cures of the graph, and write the chosen one."""
    plans = plans_of(finding)
    screen.out("The branch has not been applied anywhere, so each of these is open:")
    for number, plan in enumerate(plans, 1):
        for line in (
            *labelled(f"  {number}", cure(plan), screen),
            *(x for a in plan.assumes for x in labelled("", a, screen)),
        ):
            screen.out(line)
    chosen = _choice(len(plans), screen)
    made = core().propose(opened.workspace, finding, plan=chosen)
    if isinstance(made, Unfixable):
        raise UsageError(made.why)
    _write(made, screen)


def _choice(plans: int, screen: Screen) -> int:
    """Which cure; without anybody to ask, the first. Enter chooses nothing."""
    source = keys(screen, interactive=None)
    if source is None:
        screen.out("\nNobody to ask: the first is taken.\n")
        return 0
    while True:
        screen.out(f"\nWhich one? {screen.paint(f'1-{plans}, q to stop', 'key')} ", end="")
        key = source.key()
        if key is None or key == "q":
            raise click.Abort
        if key.isdigit() and 1 <= int(key) <= plans:
            screen.out()
            return int(key) - 1


def _rewrite(opened: Opened, screen: Screen) -> None:
    """Rewrite every revision that has findings, as `apply --review --where …` does."""
    workspace = core().answered(opened.workspace, values={}, wheres={LIVING[0]: LIVING[1]})
    left: list[tuple[Finding, str]] = []
    rewrites = 0
    changes: list[Change] = []
    for revision in dict.fromkeys(f.revision for f in core().examine(workspace, paths=None).findings):
        fixed = core().fix(workspace, revision, review=True, choose={})
        left += fixed.left
        rewrites += len(fixed.applied)
        changes += fixed.changes
        workspace = core().replace(workspace, fixed.changes)
    command = f'migfix apply --review --where {LIVING[0]}="{LIVING[1]}"'
    made = f"{count(rewrites, 'rewrite')} in {count(len(changes), 'file')}"
    screen.out("Whether a deleted account may give its email back is a decision. Here it may, so the answer is given:")
    screen.out(f"`{command}` makes {made}:\n")
    _write(changes, screen)
    for line in said_left(left, screen, review=True):
        screen.out(line)


def _write(changes: list[Change] | tuple[Change, ...], screen: Screen) -> None:
    for change in changes:
        new = " (new file)" if change.before is None else ""
        screen.out(screen.paint(f"{place(change.path, None)}{new}", "path"))
        for line in diff_lines(change, screen):
            screen.out(line)
        screen.out()
    apply(changes)
    screen.out(f"Written: {count(len(changes), 'file')}.")
