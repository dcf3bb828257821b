"""From revisions to proofs: which are verified, on which server, with a progress bar; shared by all that take --verify."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from migfix.change import Change
from migfix.cli.core import Core
from migfix.cli.opening import Opened
from migfix.cli.progress import progress_bar
from migfix.cli.rewriting import Rewritten
from migfix.cli.screen import Screen
from migfix.errors import UsageError
from migfix.plan import Finding

if TYPE_CHECKING:
    from migfix.verify.case import Case, Options
    from migfix.verify.server import Server
    from migfix.verify.verdict import Verdict

STAGES = 7
"""Of one proof, for the progress bar."""
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min)?")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0}
PROOF = (
    click.option("--verify", is_flag=True, help="Prove it on a throw-away PostgreSQL first, and show the figures."),
    click.option("--quick", is_flag=True, help="With --verify: 10,000 rows in each table instead of 200,000."),
)


def seconds(ctx: click.Context, param: click.Parameter, given: str | None) -> float | None:
    """ "3s", "500ms", "2min" or "1.5" in seconds."""
    if given is None:
        return None
    found = DURATION.fullmatch(given.strip())
    if found is None:
        raise click.BadParameter(f"{given!r} is no duration; write 3s, 500ms or 2min", ctx, param)
    return float(found[1]) * UNITS[found[2] or "s"]


def row_counts(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> Mapping[str, int]:
    """`users=1000000`."""
    found = {}
    for text in given:
        table, equals, number = text.rpartition("=")
        digits = number.replace("_", "").replace(",", "")
        if not equals or not digits.isdigit():
            raise click.BadParameter(f"{text!r} is not TABLE=NUMBER", ctx, param)
        found[table.strip()] = int(digits)
    return found


def variables(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> Mapping[str, str]:
    """`APP_DATABASE={url}`."""
    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise click.BadParameter(f"{text!r} is not NAME=VALUE; for example {param.opts[0]} APP_DATABASE={{url}}")
        found[name] = value
    return found


def server_for(url: str | None, *, major: int | None = None, folder: Path | None = None) -> Server:
    """The server that the options name, not yet started; else the one that came with the extra.

    Raises ServerError with the line that installs one.
    """
    from migfix.verify.binaries import chosen_server, server_in
    from migfix.verify.remote import RemoteServer
    from migfix.verify.server import Server

    if url is not None:
        return RemoteServer(url)
    return Server(server_in(folder) if folder is not None else chosen_server(major))


def cases(core: Core, opened: Opened, *, named: bool) -> list[Case]:
    """The revisions asked about that would be rewritten; of revisions named on the command line also the others."""
    found = []
    workspace = opened.workspace
    for identifier in workspace.graph.order:
        reading = workspace.readings[identifier]
        if os.path.abspath(reading.revision.path) not in opened.paths:
            continue
        fixed = core.fix(workspace, identifier, review=True, choose={})
        if fixed.changes or named:
            found.append(_case(workspace, identifier, fixed.changes, fixed.applied))
    return found


def proofs(wanted: Sequence[Case], options: Options, server: Server, screen: Screen) -> list[Verdict]:
    """Verify them one after the other on one server. Raises ServerError."""
    from migfix.verify.session import Session

    with (
        _ended_by_sigterm(),
        progress_bar(screen, 1 + STAGES * len(wanted)) as bar,
        Session(server, options, progress=bar.stage) as session,
    ):
        return [session.verify(case) for case in wanted]


@dataclass(kw_only=True)
class Proof:
    """What `--verify` adds to a rewrite: a measured line for each revision, and whether all of them are proven."""

    wanted: bool
    quick: bool
    holds: bool = True

    def lines(self, opened: Opened, result: Rewritten, screen: Screen) -> list[str]:
        """Verify the rewritten revisions; nothing when it is not wanted, or nothing was rewritten."""
        if not self.wanted or not result.changes:
            return []
        from migfix.verify.case import QUICK_ROWS, ROWS, Options
        from migfix.verify.figures import measured_line

        workspace = opened.workspace
        options = Options(rows=QUICK_ROWS if self.quick else ROWS, batch=workspace.configuration.settings.batch_size)
        wanted = []
        for identifier in workspace.graph.order:
            changes = result.of_revision(identifier, workspace.readings[identifier].revision.path)
            if changes:
                applied = [f for f in result.applied if f.revision == identifier]
                wanted.append(_case(workspace, identifier, changes, applied))
        verdicts = proofs(wanted, options, server_for(None), screen)
        self.holds = all(v.proven for v in verdicts)
        return [f"{v.path}: {measured_line(v)}" for v in verdicts]


def _cures(applied: Iterable[Finding]) -> Iterator[str]:
    """What the rewrite does, and what is worth asking of real rows first."""
    for finding in applied:
        for plan in finding.plans[:1]:
            yield f"{finding.code} {plan.title}"
            yield from (f"run first on real rows: {query}" for query in plan.checks)


def _later(applied: Iterable[Finding]) -> str:
    """The statements that a later release runs, as a script."""
    from migfix.emit.sql import statement

    found = [statement(op) for finding in applied for plan in finding.plans[:1] for op in plan.later]
    return "".join(f"{sql};\n" for sql in found if sql)


def _case(workspace: Any, identifier: str, changes: Sequence[Change], applied: Sequence[Finding]) -> Case:
    from migfix.verify.case import Case

    layout, reading = workspace.layout, workspace.readings[identifier]
    parents = workspace.graph.parents[identifier]
    return Case(
        project=layout.root,
        revision=identifier,
        parent=parents[0] if parents else "base",
        requires=workspace.graph.requires[identifier],
        path=reading.revision.path,
        files={Path(c.path).absolute(): c.after.encode(c.encoding) for c in changes},
        arguments=_arguments(layout),
        later="" if any(c.before is None for c in changes) else _later(applied),
        differs=tuple(name for finding in applied for plan in finding.plans[:1] for name in plan.differs),
        cures=tuple(dict.fromkeys(_cures(applied))),
    )


def _arguments(layout: Any) -> tuple[str, ...]:
    """What Alembic's command line needs to find the configuration from the project's folder."""
    config = layout.config_path
    if config is None:
        raise UsageError("Alembic needs an alembic.ini or pyproject.toml to run; -c names it")
    named = () if layout.section in ("", "alembic") else ("-n", layout.section)
    if config.name in ("alembic.ini", "pyproject.toml") and config.parent == layout.root:
        return named
    return ("-c", os.path.relpath(config, layout.root), *named)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends as Ctrl-C does: servers stopped, folders removed."""

    def stop(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except SystemExit:
        click.echo("migfix: ended by SIGTERM; everything was ended and removed", err=True)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
