"""Options that several commands share, gathered into one `Request`."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from migfix.applied.databases import Address, address
from migfix.cli.screen import Screen

DIALECTS = ("postgresql", "sqlite", "mysql")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the command line asks for; fields as the options are named, None and () for not given."""

    places: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    since: str | None = None
    staged: bool = False
    everything: bool = False
    config: Path | None = None
    name: str | None = None
    pg_version: int | None = None
    dialects: tuple[str, ...] = ()
    stdin_filename: Path | None = None
    layout: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    wheres: Mapping[str, str] = field(default_factory=dict)
    check_db: tuple[Address, ...] = ()
    applied_through: str | None = None
    unapplied: bool = False
    project_python: str = sys.executable

    @property
    def overrides(self) -> dict[str, object]:
        """The options that are configuration keys, by key."""
        return {
            "select": self.select or None,
            "ignore": self.ignore or None,
            "dialects": self.dialects or None,
            "pg-version": self.pg_version,
            "layout": self.layout,
        }


def _codes(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """`--select MF1,MF2 --select create-index`, in any mixture; codes in capitals, names in small letters."""
    words = [w.strip() for text in given for w in text.replace(",", " ").split()]
    return tuple(w.upper() if w[:2].upper() == "MF" and w[2:].isdigit() else w.lower() for w in words)


def _pairs(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> Mapping[str, str]:
    """`table.column=SQL`."""
    found: dict[str, str] = {}
    for text in given:
        key, equals, sql = text.partition("=")
        if not equals or "." not in key or not sql.strip():
            example = "users.tier=\"'free'\"" if param.name == "values" else 'users.email="deleted_at IS NULL"'
            raise click.BadParameter(f"{text!r} is not TABLE.COLUMN=SQL; for example {param.opts[0]} {example}")
        found[key.strip()] = sql.strip()
    return found


_PATH = click.Path(path_type=Path, dir_okay=True)
_FILE = click.Path(path_type=Path, dir_okay=False)

PROJECT = (
    click.option("-c", "--config", type=_PATH, help="alembic.ini or pyproject.toml of the project."),
    click.option("-n", "--name", metavar="SECTION", help="Section of alembic.ini, as in `alembic -n`."),
)
SCOPE = (
    click.option("--since", metavar="REF", help="Only revisions that are new or changed since this git commit."),
    click.option("--staged", is_flag=True, help="Only revisions in the git index, for pre-commit."),
    click.option("--all", "everything", is_flag=True, help="Every revision of the project."),
)
RULES = (
    click.option(
        "--select", multiple=True, callback=_codes, metavar="CODES", help="Only these rules: MF201, MF2, create-index."
    ),
    click.option("--ignore", multiple=True, callback=_codes, metavar="CODES", help="All rules but these."),
)
TARGET = (
    click.option("--pg-version", type=click.IntRange(10, 99), metavar="MAJOR", help="Oldest PostgreSQL in use."),
    click.option(
        "--dialect",
        "dialects",
        multiple=True,
        type=click.Choice(DIALECTS),
        help="A database the revisions run on; repeat it.",
    ),
)
INPUTS = (
    click.option(
        "--value", "values", multiple=True, callback=_pairs, metavar="T.C=SQL", help="The value a rewrite asks for."
    ),
    click.option(
        "--where", "wheres", multiple=True, callback=_pairs, metavar="T.C=SQL", help="The predicate a rewrite asks for."
    ),
)
STDIN = (click.option("--stdin-filename", type=_FILE, metavar="FILE", help="The path of the revision given as `-`."),)
OUTPUT = (
    click.option("-o", "--output", type=_FILE, metavar="FILE", help="Write the answer to a file."),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="When to use colour.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="The answer only, no summary."),
    click.option("-v", "--verbose", is_flag=True, help="Say more about what was looked at."),
)
EXIT_ZERO = click.option("--exit-zero", is_flag=True, help="Exit 0 although there are findings.")
KNOWING = (
    click.option(
        "--check-db",
        multiple=True,
        is_flag=False,
        flag_value="",
        metavar="[[NAME=]URL]",
        help="Ask a database what has run there; without URL the project's own. Repeat it.",
    ),
    click.option("--applied-through", metavar="REV", help="This revision and all before it have run somewhere."),
    click.option(
        "--unapplied", is_flag=True, help="I know that no database has run these: edit published revisions too."
    ),
    click.option(
        "--python",
        "project_python",
        default=sys.executable,
        metavar="PATH",
        show_default=False,
        help="The project's Python, for --check-db, if not this one.",
    ),
)
LAYOUT = click.option(
    "--layout",
    type=click.Choice(["single", "split"]),
    help="Where the steps land: in one file (single), or in a chain of revisions (split).",
)

_FIELDS = frozenset(Request.__dataclass_fields__)


def takes(*groups: tuple[Callable[[F], F], ...], places: str | None = None) -> Callable[[Callable[..., Any]], F]:
    """Give a command these options; it is called with `request`, `screen`, and what belongs to neither by name.

    `places` is the metavar of its arguments, None for a command without any. An integer it returns is the exit code.
    """

    def decorate(command: Callable[..., Any]) -> F:
        @functools.wraps(command)
        def call(**given: Any) -> Any:
            screen = Screen(**{k: given.pop(k) for k in ("output", "color", "quiet", "verbose") if k in given})
            request = Request(**_known({k: given.pop(k) for k in list(given) if k in _FIELDS}))
            _refuse(request)
            code = command(request=request, screen=screen, **given)
            screen.close()
            return code

        found: Any = call
        for option in reversed([o for group in groups for o in group]):
            found = option(found)
        return cast(F, click.argument("places", nargs=-1, metavar=places)(found) if places else found)

    return decorate


def _known(given: dict[str, Any]) -> dict[str, Any]:
    """The addresses of `--check-db`; a word after it that is no URL stands for itself, as in `apply --check-db REV`."""
    asked: tuple[str, ...] = given.pop("check_db", ())
    words = [a for a in asked if a and "places" in given and not {":", "="} & set(a)]
    if words:
        given["places"] = (*given["places"], *words)
    return {**given, "check_db": tuple(address("" if a in words else a) for a in asked)}


def _refuse(request: Request) -> None:
    """Combinations that contradict each other, and what does not exist yet."""
    chosen = [
        name
        for name, on in (("--since", request.since), ("--staged", request.staged), ("--all", request.everything))
        if on
    ]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} exclude each other; choose one")
    if "-" in request.places and len(request.places) > 1:
        raise click.UsageError("`-` reads one revision from standard input and stands alone")
    if request.stdin_filename is not None and request.places != ("-",):
        raise click.UsageError("--stdin-filename names the revision given as `-`")
