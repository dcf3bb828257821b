"""A revision's lock timeline as lines: each statement, its lock, what that blocks, and where transactions end."""

from __future__ import annotations

from collections.abc import Iterator

from migfix.cli.formats.full import labelled
from migfix.cli.screen import Screen, printable
from migfix.cli.sql_text import sql_lines
from migfix.cli.words import BLOCKS, listed, place
from migfix.facts import Effect, blocked_by
from migfix.facts.timeline import Moment, timeline
from migfix.model import ops
from migfix.model.revision import Revision
from migfix.model.target import Target


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
    yield from labelled("   lock", _lock(moment), screen)
    for held in moment.held:
        blocks = BLOCKS[blocked_by(held.lock)]
        yield from labelled("   held", f"{held.lock} on {held.table} since {held.since}: still {blocks}", screen)
    if moment.stalls:
        work = _work(moment.effect) or "writes rows"
        for line in labelled("   stalls", f"others wait while it {work}, for as long as the table is large", screen):
            yield screen.paint(line, "bad")


def _line(moment: Moment) -> str:
    condition = f", if {printable(moment.placed.condition)}" if moment.placed.condition else ""
    return f"line {moment.placed.span.line}{condition}"


def _lock(moment: Moment) -> str:
    """ "ACCESS EXCLUSIVE on users: blocks reads and writes; reads every row"."""
    effect = moment.effect
    if isinstance(moment.placed.op, ops.Opaque):
        return "not known"
    if moment.fresh:
        return f"{effect.lock or 'none'}; the table is new in this revision, nobody waits"
    if effect.lock is None:
        return "no table lock that is known"
    table = f" on {moment.table}" if moment.table is not None else ""
    work = _work(effect) or "catalogue change only"
    also = f"; {effect.referent_lock} on the table it refers to" if effect.referent_lock else ""
    work = "row locks until the commit" if effect.lock == "ROW EXCLUSIVE" else work
    return f"{effect.lock}{table}: {BLOCKS[blocked_by(effect.lock)]}; {work}{also}"


def _work(effect: Effect) -> str:
    return listed(
        words
        for words, does in (
            ("rewrites every row", effect.rewrites),
            ("reads every row", effect.scans),
            ("builds an index", effect.builds),
        )
        if does
    )
