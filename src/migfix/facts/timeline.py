"""Which locks a revision holds when, from facts alone: no server, no rows, nothing of the project run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from migfix.facts.effects import Effect, blocked_by, effect
from migfix.model import ops
from migfix.model.maybe import Table
from migfix.model.revision import Placed
from migfix.model.target import Target

RANK = ("nothing", "writes", "reads+writes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A lock that an earlier statement of the same transaction took and that is still there; `since` is its number."""

    table: Table
    lock: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One op of a revision, counted from 1.

    table     the table it locks, None where it is not known or not one.
    fresh     the revision made that table itself: nobody else can be waiting for it.
    commits   its locks are gone before the next op.
    held      blocking locks of earlier ops that others still wait for while this one runs.
    """

    number: int
    placed: Placed
    effect: Effect
    table: Table | None
    fresh: bool
    commits: bool
    held: tuple[Held, ...] = ()

    @property
    def stalls(self) -> bool:
        """Something that grows with the table goes on while a lock keeps others out."""
        own = not self.fresh and blocked_by(self.effect.lock) != "nothing"
        return (self.effect.long or isinstance(self.placed.op, ops.Update)) and (own or bool(self.held))


def timeline(placed: Iterable[Placed], target: Target) -> tuple[Moment, ...]:
    """The ops of a revision with what is held while each of them runs."""
    found: list[Moment] = []
    held: dict[tuple[str | None, str], Held] = {}
    made: set[tuple[str | None, str]] = set()
    known = [p for p in placed if p.dialects is None or "postgresql" in p.dialects]
    for number, here in enumerate(known, 1):
        if not found or here.autocommit or here.transaction != found[-1].placed.transaction:
            held = {}
        table = _table(here.op)
        if isinstance(here.op, ops.CreateTable):
            made.add(here.op.table.key)
        locks = effect(here.op, target)
        fresh = table is not None and table.key in made
        following = known[number] if number < len(known) else None
        commits = following is None or here.autocommit or following.transaction != here.transaction
        found.append(
            Moment(
                number=number,
                placed=here,
                effect=locks,
                table=table,
                fresh=fresh,
                commits=commits,
                held=tuple(h for h in held.values() if table is None or h.table.key != table.key or _weaker(locks, h)),
            )
        )
        if table is not None and not fresh and locks.lock is not None and blocked_by(locks.lock) != "nothing":
            before = held.get(table.key)
            if before is None or _rank(locks.lock) > _rank(before.lock):
                held[table.key] = Held(table=table, lock=locks.lock, since=number)
    return tuple(found)


def _weaker(locks: Effect, held: Held) -> bool:
    """What is held already keeps more out than what the statement takes itself."""
    return locks.lock is None or _rank(locks.lock) < _rank(held.lock)


def _rank(lock: str) -> int:
    return RANK.index(blocked_by(lock))


def _table(op: ops.Op) -> Table | None:
    """The table that an op names; of a data change the one it writes to."""
    inner = op.update if isinstance(op, ops.Backfill) else op
    found = getattr(inner, "table", None)
    return found if isinstance(found, Table) else None
