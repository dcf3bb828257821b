"""Ops as they are met: under which circumstances each one runs, and where it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from migfix.model.ops import Op
from migfix.model.record import record
from migfix.model.revision import Body, ExistenceGuard, Placed, Span, Unread
from migfix.read.scope import FunctionNode
from migfix.read.site import Batch, Site
from migfix.read.source import Source

Spelling = Literal["directive", "batch", "sql", "core"]


RECREATED = 'its batch block copies the whole table (recreate="always"): what leaves the block would not be in the copy'


@record
class Where:
    """The circumstances of a statement; `calls` are the functions of this file through which it is reached."""

    function: str
    dialects: frozenset[str] | None = None
    condition: str | None = None
    looped: bool = False
    tested: bool = False
    unless: bool = False
    fixed: str | None = None
    autocommit: bool = False
    calls: tuple[FunctionNode, ...] = ()

    def only_on(self, dialects: frozenset[str]) -> Where:
        return replace(self, dialects=dialects if self.dialects is None else self.dialects & dialects)

    def if_(self, condition: str) -> Where:
        return replace(self, condition=condition if self.condition is None else f"{self.condition}; {condition}")

    def kept(self, reason: str) -> Where:
        """Its statements must not be rewritten; the outermost reason counts."""
        return self if self.fixed is not None else replace(self, fixed=reason)


@record
class Draft:
    """One op as met; its index follows from the order of execution."""

    op: Op
    call: ast.expr | ast.stmt
    statement: ast.stmt
    iteration: int
    where: Where
    transaction: int
    alias: str
    spelling: Spelling = "directive"
    part: int = 0
    span: Span | None = None
    sql: str | None = None
    batch: Batch | None = None
    fixed: str | None = None


class Recorder:
    """Collects the ops of one body in order of execution; ops of a batch wait until its block ends."""

    def __init__(self, source: Source, ids: dict[ast.stmt, int]) -> None:
        self.source = source
        self.drafts: list[Draft] = []
        self.guards: list[ExistenceGuard] = []
        self.unread: list[Unread] = []
        self.transaction = 0
        self.statement: ast.stmt = ast.Pass()
        self.reached: set[str] = set()
        self._ids = ids
        self._visits: dict[ast.stmt, int] = {}
        self._waiting: list[tuple[Batch, list[Draft]]] = []

    def begin(self, statement: ast.stmt) -> None:
        """The walk comes to a statement, for the first time or again."""
        self.statement = statement
        self._visits[statement] = self._visits.get(statement, -1) + 1

    def add(
        self,
        op: Op,
        call: ast.expr | ast.stmt,
        where: Where,
        *,
        alias: str,
        spelling: Spelling = "directive",
        part: int = 0,
        span: Span | None = None,
        sql: str | None = None,
        batch: Batch | None = None,
        fixed: str | None = None,
        waits: bool = False,
    ) -> None:
        """One op; `waits` for an op that runs when its batch block ends."""
        if where.autocommit and part == 0 and not waits:
            self.transaction += 1
        draft = Draft(
            op=op,
            call=call,
            statement=self.statement,
            iteration=self._visits.get(self.statement, 0),
            where=where,
            transaction=self.transaction,
            alias=alias,
            spelling=spelling,
            part=part,
            span=span,
            sql=sql,
            batch=batch,
            fixed=where.fixed or fixed,
        )
        waiting = next((w for site, w in reversed(self._waiting) if waits and site is batch), self.drafts)
        waiting.append(draft)

    def open_batch(self, site: Batch) -> None:
        self._waiting.append((site, []))

    def close_batch(self) -> None:
        """The innermost block ends: what its alias was told runs now."""
        for draft in self._waiting.pop()[1]:
            if draft.where.autocommit:
                self.transaction += 1
            self.drafts.append(replace(draft, transaction=self.transaction))

    def finish(self, shared: Iterable[str], other: str, span: Span | None) -> tuple[Body, tuple[Site, ...]]:
        """The body and its sites; ops in functions that `other` reaches too (`shared`) must not be rewritten."""
        names = frozenset(shared)
        sites = tuple(self._site(draft, index, names, other) for index, draft in enumerate(self.drafts))
        body = Body(ops=tuple(s.placed for s in sites), guards=tuple(self.guards), unread=tuple(self.unread), span=span)
        return body, sites

    def _site(self, draft: Draft, index: int, shared: frozenset[str], other: str) -> Site:
        where, call = draft.where, self.source.span(draft.call)
        helper = next((c.name for c in where.calls if c.name in shared), None)
        reason = None if helper is None else f"{other}() also calls {helper}(): rewriting it changes both"
        placed = Placed(
            op=draft.op,
            index=index,
            span=draft.span or call,
            statement=self._ids.setdefault(draft.statement, len(self._ids)),
            part=draft.part,
            iteration=draft.iteration,
            spelling=draft.spelling,
            transaction=draft.transaction,
            autocommit=where.autocommit,
            dialects=where.dialects,
            condition=where.condition,
            looped=where.looped,
            tested=where.tested,
            unless=where.unless,
            fixed=draft.fixed or reason or (RECREATED if draft.batch and draft.batch.recreate_always else None),
        )
        return Site(
            placed=placed,
            statement=self.source.span(draft.statement),
            call=call,
            alias=draft.alias,
            batch=draft.batch,
            sql=draft.sql,
            function=where.function,
        )


def names_of(calls: Sequence[FunctionNode]) -> set[str]:
    return {c.name for c in calls}
