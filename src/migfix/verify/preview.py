"""A first run on few rows: does the revision fail on NULLs or duplicates, and which columns must be without to go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migfix.errors import UsageError
from migfix.verify.catalog import table_columns
from migfix.verify.causes import offence
from migfix.verify.migrate import Order, Run, Runner
from migfix.verify.rows import fill
from migfix.verify.verdict import Offence

FEW = 2000
"""Rows that show a failure as well as many do: one in ten is NULL, values come back four times."""
MOST_ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What few rows showed: why each form fails on them, and the columns that both need without NULLs and duplicates."""

    clean: tuple[str, ...] = ()
    original: Offence | None = None
    rewritten: Offence | None = None


def preview(
    runner: Runner,
    original: Path,
    rewritten: Path | None,
    order: Order,
    *,
    empty: str,
    only: tuple[str, ...],
    seed: int,
) -> Preview:
    """Fill, run, and where both forms fail on a column's values fill again without those, until one arrives."""
    first: tuple[Offence | None, Offence | None] | None = None
    clean: tuple[str, ...] = ()
    for _ in range(MOST_ROUNDS):
        with runner.server.scratch(template=empty) as filled:
            fill(runner.server, filled, rows=FEW, only=only, clean=clean, seed=seed)
            run, why = _failure(runner, original, order, filled)
            _, other = _failure(runner, rewritten, order, filled) if rewritten is not None else (run, why)
            first = first or (why, other if rewritten is not None else None)
            if why is None or other is None:
                break
            more = [c for c in _columns(runner, run, why, filled) if c not in clean]
        if not more or not _can_be_clean(runner, empty, (*clean, *more)):
            break
        clean = (*clean, *more)
    original_why, rewritten_why = first or (None, None)
    return Preview(clean=clean, original=original_why, rewritten=rewritten_why)


def _failure(runner: Runner, project: Path, order: Order, template: str) -> tuple[Run, Offence | None]:
    with runner.server.scratch(template=template) as database:
        run = runner.run(project, order, database=database)
    return run, offence(runner.server, run, template=template) if run.code else None


def _columns(runner: Runner, run: Run, why: Offence, database: str) -> Iterator[str]:
    """The columns to blame; for one that the revision itself makes, those that its statements name."""
    if why.sqlstate not in ("23505", "23502") or not why.table:
        return
    with runner.server.connect(database) as connection:
        known = table_columns(connection).get(why.table, ())
    blamed = [name for name in why.columns if name in known]
    if len(blamed) < len(why.columns) or not blamed:
        words = {word for s in run.statements for word in re.findall(r"\w+", s.sql)}
        blamed += [name for name in known if name in words and name not in blamed]
    for name in blamed:
        yield f"{why.table}.{name}"


def _can_be_clean(runner: Runner, empty: str, clean: tuple[str, ...]) -> bool:
    with runner.server.scratch(template=empty) as database:
        try:
            fill(runner.server, database, rows=1, clean=clean)
        except UsageError:
            return False
    return True
