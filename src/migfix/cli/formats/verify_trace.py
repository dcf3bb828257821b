"""What a run did, statement by statement as measured: transaction borders, time, locks, rows read and rewritten, WAL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migfix.cli.formats.full import labelled
from migfix.cli.screen import Screen
from migfix.verify.figures import milliseconds, plain, step_line
from migfix.verify.results import BLOCKS, Lock, Measured, Step
from migfix.verify.verdict import Verdict

RULE, LONGEST = 40, 300
UNITS = ((1024**3, "GB"), (1024**2, "MB"), (1024, "kB"))


def trace_lines(verdict: Verdict, screen: Screen) -> Iterator[str]:
    """Both runs, one after the other; statements that come again (batches) are counted where they come first."""
    for who, run in (("original", verdict.original), ("rewritten", verdict.rewritten)):
        if run is not None:
            yield ""
            yield f"{screen.paint(who, 'title')}, statement by statement as measured"
            yield from _run(run, screen)


def _run(run: Measured, screen: Screen) -> Iterator[str]:
    alike: dict[str, list[Step]] = {}
    for step in run.statements:
        alike.setdefault(step.sql, []).append(step)
    transaction = None
    for steps in alike.values():
        first = steps[0]
        if first.transaction != transaction:
            kind = "by itself" if first.autocommit else "transaction"
            yield screen.paint(f"── {kind} ".ljust(RULE, "─"), "faint")
        transaction = first.transaction
        yield from _statement(steps, screen)
    yield screen.paint("── end; all locks are gone ".ljust(RULE, "─"), "faint")


def _statement(steps: Sequence[Step], screen: Screen) -> Iterator[str]:
    first = steps[0]
    sql = labelled("", step_line(first, width=LONGEST), screen)
    yield f"{first.number:>3}  {sql[0].strip()}"
    yield from (f"     {line.strip()}" for line in sql[1:])
    yield from labelled("   took", _took(steps), screen)
    for line in labelled("   lock", "; ".join(map(_lock, _worst(steps))) or "none on a table that was there", screen):
        yield screen.paint(line, "bad") if any(step.blocks and step.scanned for step in steps) else line
    done = _work(steps)
    if done:
        yield from labelled("   work", done, screen)
    if first.error:
        yield from labelled("   error", first.error, screen)


def _took(steps: Sequence[Step]) -> str:
    """ "12 ms", "41 times, 2,300 ms in all, at most 120 ms"."""
    total, longest = (f(step.seconds * 1000 for step in steps) for f in (sum, max))
    waited = sum(step.waited for step in steps) * 1000
    times = f"{len(steps)} times, " if len(steps) > 1 else ""
    most = f" in all, at most {milliseconds(longest)}" if len(steps) > 1 else ""
    return f"{times}{milliseconds(total)}{most}" + (f", {milliseconds(waited)} of it waiting" if waited >= 1 else "")


def _worst(steps: Sequence[Step]) -> Iterator[Lock]:
    """Of each table the lock that blocks most."""
    worst: dict[str, str] = {}
    rank = [*BLOCKS]
    for table, mode in (lock for step in steps for lock in step.locks):
        old = worst.get(table, "")
        if table not in worst or (mode in rank and (old not in rank or rank.index(mode) < rank.index(old))):
            worst[table] = mode
    yield from worst.items()


def _lock(lock: Lock) -> str:
    """ "ACCESS EXCLUSIVE on users: blocks reads and writes"."""
    table, mode = lock
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", mode.removesuffix("Lock")).upper()
    return f"{words} on {plain(table)}: blocks {BLOCKS.get(mode, 'neither reads nor writes')}"


def _work(steps: Sequence[Step]) -> str:
    rewritten = dict.fromkeys(plain(name) for step in steps for name in step.rewritten)
    scanned, updated, wal = (sum(getattr(s, name) for s in steps) for name in ("scanned", "updated", "wal_bytes"))
    said = [
        f"{scanned:,} rows read" if scanned else "",
        f"{updated:,} rows changed" if updated else "",
        f"rewrites {', '.join(rewritten)}" if rewritten else "",
        f"{_bytes(wal)} of WAL" if wal >= 1024 else "",
    ]
    return "; ".join(filter(None, said))


def _bytes(number: int) -> str:
    size, name = next((size, name) for size, name in UNITS if number >= size)
    return f"{number / size:,.0f} {name}"
