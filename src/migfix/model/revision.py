"""A revision as data: its place in the graph, its ops in order, and the circumstances under which each one runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from migfix.model.ops import Op
from migfix.model.record import record


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of source. Lines count from 1, columns from 0 in characters (as LibCST counts); the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@record
class Placed:
    """An op where it stands.

    index       position in `Body.ops`, in order of execution as far as that is known.
    span        what a finding points at: the call, or the SQL statement's string.
    statement   the id of the Python statement that holds it; several ops share one (SQL strings, loops, helpers).
    part        which SQL statement of a string, counted from 0.
    iteration   which turn of a literal loop or which call of a helper produced it, counted from 0.
    spelling    directive: `op.x()`; batch: `batch_op.x()`; sql: a string; core: SQLAlchemy Core or ORM DML.
    transaction ops with the same number commit together; it rises at every autocommit block and explicit commit.
    autocommit  it runs in an `autocommit_block()`: every statement is a transaction of its own.
    dialects    the dialects whose branch it stands in; None when it runs on all.
    condition   why it may not run, in words ("if", "try", "loop over something unknown"); None when it always runs.
    tested      it stands under an existence test (`if not _has_column(...)`), so a second run skips it.
    unless      it runs only where something does not exist yet (the author's own test), so a second run skips it too.
    looped      it stands in a loop whose turns are not known, so it may run any number of times.
    fixed       why its statement must not be rewritten; None when it may be.
    """

    op: Op
    index: int
    span: Span
    statement: int
    part: int = 0
    iteration: int = 0
    spelling: Literal["directive", "batch", "sql", "core"] = "directive"
    transaction: int = 0
    autocommit: bool = False
    dialects: frozenset[str] | None = None
    condition: str | None = None
    tested: bool = False
    unless: bool = False
    looped: bool = False
    fixed: str | None = None


@record
class ExistenceGuard:
    """`if not <table exists>: return`: what follows runs or not depending on the order of revisions.

    `tables` are the tables the test names where that is known.
    """

    span: Span
    tables: tuple[str, ...] = ()
    test: str = ""


@record
class Unread:
    """A place that could not be read, and why: shown to the user, never skipped in silence.

    stops   Alembic itself would stop at it.
    """

    span: Span
    reason: str
    stops: bool = False


@record
class Body:
    """`upgrade()` or `downgrade()` as ops; `span` is the def, None when the function is absent."""

    ops: tuple[Placed, ...] = ()
    guards: tuple[ExistenceGuard, ...] = ()
    unread: tuple[Unread, ...] = ()
    span: Span | None = None

    def __iter__(self) -> Iterator[Placed]:
        return iter(self.ops)


@record
class Identifiers:
    """The revision's own module variables."""

    revision: str
    down_revisions: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    branch_labels: tuple[str, ...] = ()
    spans: Mapping[str, Span] = field(default_factory=dict)
    """Where `revision`, `down_revision`, `depends_on` stand (the whole assignment)."""


@record
class Revision:
    """One revision file. `path` is as the user would write it.

    `downgrade` is read when it is first asked for: most checks never need it.
    """

    path: str
    ids: Identifiers
    message: str = ""
    upgrade: Body = field(default_factory=Body)
    read_downgrade: Callable[[], Body] = field(default=Body, repr=False, compare=False)

    @property
    def downgrade(self) -> Body:
        return self.read_downgrade()

    @property
    def id(self) -> str:
        return self.ids.revision
