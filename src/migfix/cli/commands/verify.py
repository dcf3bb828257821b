"""`migfix verify`: the original against the rewritten form, on a throw-away PostgreSQL."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migfix.cli.core import core
from migfix.cli.opening import open_project
from migfix.cli.options import INPUTS, LAYOUT, OUTPUT, PROJECT, RULES, SCOPE, TARGET, Request, takes
from migfix.cli.proving import cases, proofs, row_counts, seconds, server_for, variables
from migfix.cli.screen import Screen
from migfix.cli.words import count
from migfix.errors import UsageError, WriteError
from migfix.verify.case import QUICK_ROWS, ROWS, Options

if TYPE_CHECKING:
    from migfix.verify.verdict import Verdict

_FILE = click.Path(path_type=Path, dir_okay=False)
_READ = click.Path(path_type=Path, dir_okay=False, exists=True)
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)

_ROWS = (
    click.option("--rows", type=click.IntRange(0), default=ROWS, metavar="N", help=f"Rows in each table ({ROWS:,})."),
    click.option("--rows-for", multiple=True, callback=row_counts, metavar="TABLE=N", help="Rows of one table."),
    click.option("--quick", is_flag=True, help=f"{QUICK_ROWS:,} rows: faster, but deadlocks stay hidden."),
    click.option("--seed-sql", type=_READ, metavar="FILE", help="Your own rows instead of synthesised ones."),
    click.option("--schema", type=_READ, metavar="FILE.sql", help="A pg_dump instead of the earlier migrations."),
)
_SERVER = (
    click.option("--server", "server_url", metavar="URL", help="Your own server: makes and drops databases there."),
    click.option("--database", metavar="NAME", help="A database of --server to start from: a copy, with its rows."),
    click.option("--pg-bin", type=_FOLDER, metavar="DIR", help="The programs of another PostgreSQL."),
    click.option("--python", default=sys.executable, metavar="PATH", help="The project's Python, if not this one."),
    click.option(
        "--env",
        multiple=True,
        callback=variables,
        metavar="NAME=VALUE",
        help="A variable for env.py; {url} in it is the database's address.",
    ),
)
_HOW = (
    click.option("--no-traffic", is_flag=True, help="Without concurrent requests."),
    click.option(
        "--long-reader", callback=seconds, metavar="3s", help="Keep a transaction open that long which has read."
    ),
    click.option("--crash", is_flag=True, help="Kill the rewritten form at every statement and run it again."),
    click.option("--max-stall", callback=seconds, default="1s", metavar="1s", help="How long a request may wait."),
    click.option("--timeout", callback=seconds, metavar="10min", help="Give up after that time."),
)
_REPORT = (
    click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text"),
    click.option("--html", type=_FILE, metavar="FILE", help="Write a page with the picture of the lock timeline."),
    click.option("--svg", type=_FILE, metavar="FILE", help="Write the picture alone."),
)


@click.command(short_help="Prove on a throw-away PostgreSQL: the original against the rewritten form.")
@takes(_ROWS, _SERVER, _HOW, _REPORT, SCOPE, RULES, TARGET, INPUTS, (LAYOUT,), PROJECT, OUTPUT, places="[REV|PATH]…")
def command(
    request: Request,
    screen: Screen,
    rows: int,
    rows_for: Mapping[str, int],
    quick: bool,
    seed_sql: Path | None,
    schema: Path | None,
    server_url: str | None,
    database: str | None,
    pg_bin: Path | None,
    python: str,
    env: Mapping[str, str],
    no_traffic: bool,
    long_reader: float | None,
    crash: bool,
    max_stall: float,
    timeout: float | None,
    form: str,
    html: Path | None,
    svg: Path | None,
) -> int:
    """Run the original and the rewritten revision on a throw-away PostgreSQL with rows and traffic, and compare.

    Without REV: the revisions in scope that migfix would rewrite. Nothing of yours is written to: the project is
    copied, and the server is a private one (`pip install "migfix[verify]"`) or gets new databases (--server).

    \b
    Exit codes: 0 proven, 1 not equal or a stall over --max-stall, 2 usage or environment, 130 interrupted.
    """
    if "-" in request.places:
        raise click.UsageError("a revision is run with its project: name the file instead of `-`")
    if database is not None and server_url is None:
        raise click.UsageError("--database names a database of your own server; say which: --server URL")
    if database is not None and (schema is not None or rows_for):
        raise click.UsageError("--database brings its own schema and rows; leave --schema and --rows-for out")
    server = server_for(server_url, major=request.pg_version, folder=pg_bin)
    with screen.progress("reading revisions"):
        opened = open_project(request)
    wanted = cases(core(), opened, named=bool(request.places))
    if opened.note:
        screen.note(opened.note)
    if not wanted:
        screen.err("Nothing to verify: migfix would rewrite no revision in scope; name one to measure it as it is.")
        return 0
    settings = opened.workspace.configuration.settings
    options = Options(
        rows=QUICK_ROWS if quick else rows,
        per_table=rows_for,
        seed_sql=_text(seed_sql),
        schema=schema.absolute() if schema is not None else None,
        traffic=not no_traffic,
        long_reader=long_reader or 0.0,
        crash=crash,
        max_stall=max_stall,
        timeout=timeout,
        batch=settings.batch_size,
        python=python,
        environment=env,
        database=database or "",
    )
    verdicts = proofs(wanted, options, server, screen)
    importlib.import_module(f"migfix.cli.formats.verify_{form}").render(verdicts, screen)
    _write_pictures(verdicts, html=html, svg=svg)
    proven = sum(v.proven for v in verdicts)
    took = sum(v.seconds for v in verdicts)
    screen.note(f"{proven} of {count(len(verdicts), 'revision')} proven in {took:.0f} s.")
    return 0 if proven == len(verdicts) else 1


def _text(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--seed-sql {path}: {error}") from error


def _write_pictures(verdicts: Sequence[Verdict], *, html: Path | None, svg: Path | None) -> None:
    """One page for all; one picture each, with the revision in the name where there are several."""
    from migfix.verify import page, picture

    if html is not None:
        _write(html, page.html(verdicts))
    if svg is not None:
        for verdict in verdicts:
            name = svg.stem if len(verdicts) == 1 else f"{svg.stem}-{verdict.revision}"
            _write(svg.with_name(f"{name}{svg.suffix}"), picture.svg(verdict))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WriteError(f"{path}: {error.strerror}; name another file") from error
