"""A revision's lock timeline as lines: each statement, its lock, what that blocks, and where transactions end."""

from __future__ import annotations

from collections.abc import Iterator

from migfix.cli.formats.full import labelled
from migfix.cli.screen import Screen, printable
from migfix.cli.words import BLOCKS, place
from migfix.emit.short_sql import sql_lines
from migfix.facts import blocked_by
from migfix.facts.timeline import Moment, timeline
from migfix.model import ops
from migfix.model.revision import Revision
from migfix.model.target import Target
from migfix.words import effect_work, moment_lock


def timeline_lines(revision: Revision, target: Target, screen: Screen) -> Iterator[str]:
    """The whole revision, from facts alone."""
    moments = timeline(revision.upgrade.ops, target)
    title = f"{revision.id} {printable(revision.message)}".rstrip()
    yield f"{screen.paint(title, 'title')}   {place(revision.path, None)} · PostgreSQL ≥ {target.pg_version}"
    if not moments:
        yield "  upgrade() runs nothing that migfix reads as an operation."
    begun = True
    for moment in moments:
        if begun:
            kind = "by itself" if moment.placed.autocommit else "transaction"
            yield screen.paint(f"── {kind} ".ljust(40, "─"), "faint")
        yield from _moment(moment, screen)
        begun = moment.commits
    yield screen.paint("── commit; all locks are gone ".ljust(40, "─"), "faint")
    for unread in revision.upgrade.unread:
        yield from labelled("not read", f"line {unread.span.line}: {unread.reason}", screen)


def _moment(moment: Moment, screen: Screen) -> Iterator[str]:
    op = moment.placed.op
    first, *rest = sql_lines(op) if not isinstance(op, ops.Opaque) else (f"… ({op.why})",)
    yield f"{moment.number:>3}  {printable(' '.join(first.split()))}  {screen.paint(_line(moment), 'faint')}"
    yield from (f"     {printable(' '.join(line.split()))}" for line in rest)
    yield from labelled("   lock", printable(moment_lock(moment)), screen)
    for held in moment.held:
        blocks = BLOCKS[blocked_by(held.lock)]
        yield from labelled("   held", f"{held.lock} on {held.table} since {held.since}: still {blocks}", screen)
    if moment.stalls:
        work = effect_work(moment.effect) or "writes rows"
        for line in labelled("   stalls", f"others wait while it {work}, for as long as the table is large", screen):
            yield screen.paint(line, "bad")


def _line(moment: Moment) -> str:
    condition = f", if {printable(moment.placed.condition)}" if moment.placed.condition else ""
    return f"line {moment.placed.span.line}{condition}"
