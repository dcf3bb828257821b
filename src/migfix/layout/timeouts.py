"""`lock-timeout`: no step of a rewrite may queue traffic behind itself for longer than the configured time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.facts import blocked_by, effect
from migfix.layout.draft import Item, Piece
from migfix.model import ops
from migfix.model.context import Context


def with_lock_timeout(pieces: tuple[Piece, ...], ctx: Context) -> tuple[Piece, ...]:
    """The pieces with the configured lock timeout set around every op that takes a blocking lock.

    In a transaction SET LOCAL ends by itself. In an autocommit block it would be a no-op, so the value is SET and
    RESET; a concurrent index build must not be under any timeout (it would leave an invalid index).
    """
    if ctx.settings.lock_timeout is None or "postgresql" not in ctx.target.dialects:
        return pieces
    return tuple(_timed(piece, ctx.settings.lock_timeout, ctx) for piece in pieces)


def _blocks(op: ops.Op, ctx: Context) -> bool:
    return blocked_by(effect(op, ctx.target).lock) != "nothing"


def _timed(piece: Piece, value: str, ctx: Context) -> Piece:
    if not any(_blocks(i.op, ctx) for i in piece.items):
        return piece
    if not piece.autocommit:
        first = Item(op=ops.SetParameter(name="lock_timeout", value=value, local=True), comment=piece.items[0].comment)
        rest = (Item(op=piece.items[0].op, origin=piece.items[0].origin), *piece.items[1:])
        return Piece(autocommit=False, items=(first, *rest))
    return Piece(autocommit=True, items=tuple(_switched(piece, value, ctx)))


def _switched(piece: Piece, value: str, ctx: Context) -> Iterator[Item]:
    on, before = False, ctx.env.session.get("lock_timeout")
    for item in piece.items:
        if _blocks(item.op, ctx) != on:
            yield Item(op=ops.SetParameter(name="lock_timeout", value=before if on else value), comment=item.comment)
            item = replace(item, comment=None)
            on = not on
        yield item
    if on:
        yield Item(op=ops.SetParameter(name="lock_timeout", value=before))
