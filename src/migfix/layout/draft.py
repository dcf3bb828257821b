"""The layout's answer: for each statement what stands in its place, in which transaction, under which test."""

from __future__ import annotations

from typing import Literal, TypeAlias

from migfix.model.maybe import Name, Table
from migfix.model.ops import Op
from migfix.model.record import record

Layout: TypeAlias = Literal["single", "split"]
"""single: one file, made to pass a second run; split: a revision for each transaction."""


@record
class Item:
    """One op to write. `origin` is the index of the op it stands for: when both are alike the author's call is kept."""

    op: Op
    origin: int | None = None
    comment: str | None = None


@record
class Piece:
    """Items that share a place: in the surrounding transaction, or each on its own in an autocommit block."""

    autocommit: bool
    items: tuple[Item, ...]


@record
class Replacement:
    """What stands in place of a statement. `postgresql_only`: under a dialect test, the author's statement in its else."""

    statement: int
    pieces: tuple[Piece, ...]
    postgresql_only: bool = False


@record
class Wrap:
    """Statements to put under an existence test, so that a second run skips what the first one committed.

    `column` None tests for the table. The statements run when the thing is `wanted` ("absent" or "present").
    """

    statements: tuple[int, ...]
    table: Table
    column: Name | None = None
    wanted: Literal["absent", "present"] = "absent"


@record
class Group:
    """The changes of one function."""

    replacements: tuple[Replacement, ...] = ()
    wraps: tuple[Wrap, ...] = ()


@record
class Draft:
    """The changes of a revision file."""

    upgrade: Group
    downgrade: Group
