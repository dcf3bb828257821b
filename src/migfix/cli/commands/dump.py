"""`migfix dump FILE`: a revision's operations as read, the first thing to look at in any bug report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import click

from migfix.cli.opening import open_project
from migfix.cli.options import OUTPUT, PROJECT, Request, takes
from migfix.cli.screen import Screen, printable
from migfix.cli.words import place, unreadable
from migfix.model.maybe import UNKNOWN, Expr, Name, Table, TypeExpr
from migfix.model.ops import Op
from migfix.model.revision import Body, Placed, Revision
from migfix.read.site import Reading


@click.command(short_help="Print a revision's operations as migfix reads them.")
@takes(PROJECT, OUTPUT, places="FILE|REV|-")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to say it."
)
def command(request: Request, screen: Screen, format_: str) -> int:
    """Print a revision's operations as migfix reads them: line, transaction, circumstances, operation; then what it could not read."""
    if not request.places:
        raise click.UsageError("name a revision file, a revision id, or `-`")
    opened = open_project(request)
    readings = [f for p in sorted(opened.paths or ()) if isinstance(f := opened.workspace.at(Path(p)), Reading)]
    broken = [
        f for p in sorted(opened.paths or ()) if (f := opened.workspace.at(Path(p))) and not isinstance(f, Reading)
    ]
    if format_ == "json":
        screen.out(json.dumps([_as_json(r.revision) for r in readings], indent=2, ensure_ascii=False))
    else:
        for reading in readings:
            for line in _as_text(reading.revision, screen):
                screen.out(line)
    for problem in broken:
        screen.err(unreadable(problem))
    return 2 if broken else 0


def _as_text(revision: Revision, screen: Screen) -> Iterator[str]:
    ids = revision.ids
    after = ", ".join(ids.down_revisions) or "nothing"
    also = f", requires {', '.join(ids.depends_on)}" if ids.depends_on else ""
    yield f"{screen.paint(place(revision.path, None), 'path')}  revision {ids.revision} after {after}{also}"
    for name, body in (("upgrade", revision.upgrade), ("downgrade", revision.downgrade)):
        yield screen.paint(f"{name}()" if body.span else f"{name}() is absent", "title")
        yield from (f"  {_line(placed)}" for placed in body)
        for guard in body.guards:
            yield f"  line {guard.span.line:<4} guard: the rest runs only if not `{printable(guard.test)}`"
        for unread in body.unread:
            yield f"  line {unread.span.line:<4} {screen.paint('not read', 'review')}: {printable(unread.reason)}"


def _line(placed: Placed) -> str:
    circumstances = [
        f"tx {placed.transaction}" + (" autocommit" if placed.autocommit else ""),
        *([placed.spelling] if placed.spelling != "directive" else []),
        *([f"only {', '.join(sorted(placed.dialects))}"] if placed.dialects else []),
        *([f"under {placed.condition}"] if placed.condition else []),
        *(["loop"] if placed.looped else []),
        *([f"turn {placed.iteration}"] if placed.iteration else []),
        *([f"fixed: {placed.fixed}"] if placed.fixed else []),
    ]
    return printable(f"line {placed.span.line:<4} [{'; '.join(circumstances)}] {_op(placed.op)}")


def _op(op: Op) -> str:
    said = [f"{f.name}={_short(v)}" for f in fields(op) if (v := getattr(op, f.name)) != f.default and v != ()]
    return f"{type(op).__name__}({', '.join(said)})"


def _short(value: Any) -> str:
    """A field's value in as few words as tell it from others; `?` is what could not be read."""
    if value is UNKNOWN:
        return "?"
    if isinstance(value, Name | Table):
        return str(value)
    if isinstance(value, Expr | TypeExpr):
        return value.code
    if isinstance(value, tuple):
        return "(" + ", ".join(_short(v) for v in value) + ")"
    if is_dataclass(value) and not isinstance(value, type):
        return _op(value)  # type: ignore[arg-type]
    return repr(value)


def _as_json(revision: Revision) -> dict[str, Any]:
    return {
        "path": Path(revision.path).as_posix(),
        "ids": _plain(revision.ids),
        "message": revision.message,
        "upgrade": _plain(revision.upgrade),
        "downgrade": _plain(revision.downgrade),
    }


def _plain(value: Any) -> Any:
    if value is UNKNOWN:
        return {"unknown": True}
    if isinstance(value, Op):
        return {"op": type(value).__name__} | {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Body):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(v) for v in (sorted(value) if isinstance(value, frozenset | set) else value)]
    return value
