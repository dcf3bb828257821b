"""Layout `single`: one file, the author's order; gated steps in autocommit blocks, what stands before made re-runnable.

A commit that the rewrite adds ends the transaction of everything before it, while the revision is stamped only later.
So every op before the last commit must pass a second run. Statements of one transaction were committed together or
not at all: one existence test around them is enough where an op cannot guard itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby

from migfix.layout.draft import Draft, Group, Item, Layout, Piece, Replacement, Wrap
from migfix.layout.portable import is_portable, needs_sql
from migfix.layout.rerun import Guarding, Never, Passes, Tested, With, guarding, marker
from migfix.layout.split import standing_alone
from migfix.layout.timeouts import with_lock_timeout
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Body, Placed
from migfix.plan import Gate, Plan, Step, Unfixable
from migfix.recipes.backfill import loses_later, overwritten_later


def lay_out(plan: Plan, ctx: Context, *, layout: Layout) -> Draft | Unfixable:
    """The plan as changes of this file, or the reason why it cannot be carried out here.

    With layout `split` nothing is guarded: each transaction becomes a revision, which is stamped when it commits.
    A mirror that downgrade() cannot take is left out: the plain form works there too, only with a lock.
    """
    apart = layout == "split"
    upgrade = _Function(body=ctx.revision.upgrade, replaces=plan.replaces, ctx=ctx, apart=apart).group()
    if isinstance(upgrade, Unfixable):
        return upgrade
    found = dict(_mirrored(plan, ctx.revision.downgrade)) if plan.mirrors else {}
    back = _Function(body=ctx.revision.downgrade, replaces=found, ctx=ctx, apart=apart)
    downgrade = back.group() if found else Group()
    return Draft(upgrade=upgrade, downgrade=Group() if isinstance(downgrade, Unfixable) else downgrade)


def _mirrored(plan: Plan, body: Body) -> Iterator[tuple[int, tuple[Step, ...]]]:
    for mirror in plan.mirrors:
        name, table = getattr(mirror.find, "name", None), ops.table_of(mirror.find)
        for placed in body:
            op = placed.op
            if type(op) is not type(mirror.find) or getattr(op, "name", None) != name or placed.autocommit:
                continue
            own = ops.table_of(op)
            if placed.fixed or (own and table and own.key != table.key) or _dropped_later(own or table, placed, body):
                continue
            steps = tuple(replace(s, ops=tuple(_respelled(o, op) for o in s.ops)) for s in mirror.steps)
            yield placed.index, steps


def _respelled(step: ops.Op, author: ops.Op) -> ops.Op:
    """The mirror's op in the author's words, so that only keywords change on the call."""
    if isinstance(step, ops.DropIndex) and isinstance(author, ops.DropIndex):
        return replace(author, concurrently=step.concurrently, if_exists=step.if_exists)
    if isinstance(step, ops.CreateIndex) and isinstance(author, ops.CreateIndex):
        return replace(author, concurrently=step.concurrently, if_not_exists=step.if_not_exists)
    return step


def _dropped_later(table: object, placed: Placed, body: Body) -> bool:
    later = body.ops[placed.index + 1 :]
    return any(isinstance(p.op, ops.DropTable) and p.op.table == table for p in later)


@dataclass(frozen=True, kw_only=True)
class _Function:
    """One function's body, and the steps that replace some of its ops."""

    body: Body
    replaces: Mapping[int, tuple[Step, ...]]
    ctx: Context
    apart: bool = False
    """Each step will be a revision of its own."""

    def group(self) -> Group | Unfixable:
        refusal = self._refusal()
        if refusal:
            return refusal
        replaced = [self._replacement(s) for s in self._statements()]
        refused = next((r for r in replaced if isinstance(r, Unfixable)), None)
        if refused:
            return refused
        replacements = tuple(r for r in replaced if isinstance(r, Replacement))
        added = [r.statement for r in replacements if any(p.autocommit for p in r.pieces)]
        if not added:
            return Group(replacements=replacements)
        if self.ctx.env.autocommit is False:
            return Unfixable(why=self.ctx.env.why or "env.py breaks autocommit_block()", patch=self.ctx.env.patch)
        guarded = Group() if self.apart else self._guards(added)
        if isinstance(guarded, Unfixable):
            return guarded
        return replace(guarded, replacements=(*replacements, *guarded.replacements))

    def _refusal(self) -> Unfixable | None:
        fixed = next((p.fixed for p in self.body if p.index in self.replaces and p.fixed), None)
        return Unfixable(why=fixed) if fixed else None

    def _statements(self) -> list[int]:
        return list(dict.fromkeys(p.statement for p in self.body if p.index in self.replaces))

    def _members(self, statement: int) -> list[Placed]:
        return [p for p in self.body if p.statement == statement]

    def _replacement(self, statement: int) -> Replacement | Unfixable:
        members = self._members(statement)
        turns = {p.iteration for p in members}
        kept = [p for p in members if p.index not in self.replaces]
        if len(turns) > 1 and kept:
            return Unfixable(why="the statement runs several times, and only some of the times it is risky")
        parts = {p.part for p in members if p.index in self.replaces}
        if any(p.part in parts for p in kept):
            return Unfixable(why="one ALTER TABLE makes several changes at once: split it into one statement each")
        first = [p for p in members if p.iteration == min(turns)]
        pieces = tuple(_merged(piece for p in first for piece in self._pieces(p)))
        items = [i for piece in pieces for i in piece.items]
        if any(p.tested or p.unless for p in first) and any(p.autocommit for p in pieces):
            return Unfixable(
                why="it runs only where something does not exist yet: a second run, after an interruption, would skip the rest of it"
            )
        if len(turns) > 1 and any(needs_sql(i.op) for i in items):
            return Unfixable(why="the statement runs several times with different names, which SQL text cannot follow")
        pieces = with_lock_timeout(pieces, self.ctx) if not first[0].autocommit else pieces
        narrow = not self.ctx.target.postgresql_only and first[0].dialects != frozenset({"postgresql"})
        postgresql_only = narrow and not all(is_portable(i.op, self._author(i), self.ctx.target) for i in items)
        return Replacement(statement=statement, pieces=pieces, postgresql_only=postgresql_only)

    def _author(self, item: Item) -> ops.Op | None:
        return None if item.origin is None else self.body.ops[item.origin].op

    def _pieces(self, placed: Placed) -> Iterator[Piece]:
        steps = self.replaces.get(placed.index)
        if steps is None:
            yield Piece(autocommit=False, items=(Item(op=placed.op, origin=placed.index),))
            return
        for step in steps:
            items = tuple(
                Item(op=op, origin=placed.index, comment=step.comment if i == 0 else None)
                for i, op in enumerate(standing_alone(step, placed.op) if self.apart else step.ops)
            )
            yield Piece(autocommit=step.gate >= Gate.COMMIT and not placed.autocommit, items=items)

    def _guards(self, added: Sequence[int]) -> Group | Unfixable:
        """Guards for every op before the last commit that is not itself replaced, those committed together at a time."""
        last = max(p.index for p in self.body if p.autocommit or p.statement in added)
        replaced = set(self._statements())
        lost = self._lost(replaced, last)
        if lost is not None:
            return lost
        before = [p for p in self.body if p.index < last and p.statement not in replaced]
        starts = sorted(p.index for p in _firsts(self.body) if p.statement in added)
        found = Group()
        for _, members in groupby(before, key=lambda p: (p.transaction, bisect_left(starts, p.index))):
            segment = self._guarded(tuple(members))
            if isinstance(segment, Unfixable):
                return segment
            found = Group(
                replacements=(*found.replacements, *segment.replacements), wraps=(*found.wraps, *segment.wraps)
            )
        return found

    def _guarded(self, members: tuple[Placed, ...]) -> Group | Unfixable:
        """Guards for the ops of one transaction, those under one condition together."""
        needs = [(p, self._guarding(p)) for p in members]
        barrier = next(((p, g) for p, g in needs if isinstance(g, Never) and g.barrier), None)
        if barrier:
            return _would_run_twice(*barrier)
        found = Group(replacements=tuple(self._keywords(needs)))
        for condition in dict.fromkeys(p.condition for p, g in needs if isinstance(g, (Never, Tested))):
            wraps = self._wraps([(p, g) for p, g in needs if p.condition == condition])
            if isinstance(wraps, Unfixable):
                return wraps
            covered = {s for w in wraps for s in w.statements}
            kept = tuple(r for r in found.replacements if r.statement not in covered)
            found = Group(replacements=kept, wraps=(*found.wraps, *wraps))
        return found

    def _lost(self, replaced: Set[int], last: int) -> Unfixable | None:
        """A data statement of the plan that a second run would meet without a column it names."""
        for placed in self.body:
            if placed.statement in replaced and isinstance(placed.op, ops.DATA_OPS):
                gone = loses_later(placed.op, self.body.ops[placed.index + 1 : last])
                if gone is not None:
                    return _would_run_twice(
                        placed,
                        Never(
                            f"line {gone.span.line} takes away a column it names, which is better done in a later revision"
                        ),
                    )
        return None

    def _guarding(self, placed: Placed) -> Guarding:
        """What lets the op pass a second run; no plan changes that of another's op."""
        key = ("guarding", id(self.body), placed.index)
        return self.ctx.once(key, lambda: self._own_guarding(placed))

    def _own_guarding(self, placed: Placed) -> Guarding:
        """Databases other than PostgreSQL commit DDL by themselves: a branch for them is as re-runnable as it was."""
        elsewhere = placed.dialects is not None and "postgresql" not in placed.dialects
        if placed.tested or elsewhere or self._dropped_first(placed):
            return Passes()
        if isinstance(placed.op, ops.Update | ops.Delete):
            later = overwritten_later(placed.op, self.body.ops[placed.index + 1 :])
            if later is not None:
                return Never(f"line {later.span.line} changes what it tests, so it would take those rows too")
        if isinstance(placed.op, (*ops.DATA_OPS, ops.RunSql)):
            gone = loses_later(placed.op, self.body.ops[placed.index + 1 :])
            if gone is not None:
                return Never(
                    f"line {gone.span.line} takes away a column it names, which is better done in a later revision"
                )
        return guarding(placed, self.ctx.target)

    def _wraps(self, needs: Sequence[tuple[Placed, Guarding]]) -> tuple[Wrap, ...] | Unfixable:
        """Existence tests: one around each statement that needs one, or around all where one op cannot be tested."""
        never = [(p, g) for p, g in needs if isinstance(g, Never)]
        tested = {p.statement: (p, g) for p, g in reversed(needs) if isinstance(g, Tested)}
        each = tuple(_wrap(g, (s,)) for s, (_, g) in tested.items())
        if not never and len(each) <= 1 and not _makes_table(tested.values()):
            return each
        marked = [m for p, _ in needs if (m := marker(p.op)) and not p.tested and not self._repeats(p)]
        if marked:
            return (_wrap(marked[0], tuple(dict.fromkeys(p.statement for p, _ in needs))),)
        return _would_run_twice(*never[0]) if never else each

    def _repeats(self, placed: Placed) -> bool:
        again = self.ctx.once(("again", id(self.body)), lambda: {p.statement for p in self.body if p.iteration})
        return placed.looped or placed.statement in again

    def _dropped_first(self, placed: Placed) -> bool:
        """What the op makes is dropped IF EXISTS before, so that a second run starts anew."""
        name = getattr(placed.op, "name", None)
        drops = self.ctx.once(("drops", id(self.body)), lambda: _first_drops(self.body))
        return name is not None and drops.get(name, placed.index) < placed.index

    def _keywords(self, needs: Iterable[tuple[Placed, Guarding]]) -> Iterator[Replacement]:
        """Statements written with their guarding keywords; several ops of one statement go together."""
        for statement, members in groupby(needs, key=lambda pair: pair[0].statement):
            pairs = [(p, g) for p, g in members if p.iteration == 0]
            if any(isinstance(g, With) for _, g in pairs):
                items = [i for p, g in pairs for i in _guarded_items(p, g)]
                yield Replacement(statement=statement, pieces=(Piece(autocommit=False, items=tuple(items)),))


def _firsts(body: Body) -> Iterator[Placed]:
    """The first op of each statement."""
    return iter({p.statement: p for p in reversed(body.ops)}.values())


def _first_drops(body: Body) -> Mapping[Hashable, int]:
    """Where each name is first dropped IF EXISTS."""
    dropped = [p for p in body if isinstance(p.op, (ops.DropIndex, ops.DropConstraint)) and p.op.if_exists is True]
    return {getattr(p.op, "name", None): p.index for p in reversed(dropped)}


def _guarded_items(placed: Placed, guard: Guarding) -> tuple[Item, ...]:
    if not isinstance(guard, With):
        return (Item(op=placed.op, origin=placed.index),)
    return (*(Item(op=op, origin=placed.index) for op in guard.before), Item(op=guard.op, origin=placed.index))


def _makes_table(tested: Iterable[tuple[Placed, Guarding]]) -> bool:
    """A new table: what follows on it belongs under the same test, or it would not be new any more."""
    return any(isinstance(p.op, ops.CreateTable) for p, _ in tested)


def _wrap(guard: Tested, statements: tuple[int, ...]) -> Wrap:
    return Wrap(statements=statements, table=guard.table, column=guard.column, wanted=guard.wanted)


def _would_run_twice(placed: Placed, guard: Guarding) -> Unfixable:
    why = guard.why if isinstance(guard, Never) else "it stands in a loop or a condition"
    return Unfixable(
        why=f"the rewrite has to commit after line {placed.span.line}, which could then run twice after an interruption: {why}"
    )


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbouring pieces of one kind as one."""
    for autocommit, members in groupby(pieces, key=lambda p: p.autocommit):
        items = tuple(item for piece in members for item in piece.items)
        if items:
            yield Piece(autocommit=autocommit, items=items)
