"""Where an op stands in its file and how it was said: what the emitter needs and no rule ever sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from migfix.model.record import record
from migfix.model.revision import Placed, Revision, Span


@record
class Batch:
    """The `with op.batch_alter_table(...) as alias:` around a site; `recreate_always` where it copies the table."""

    statement: Span
    call: Span
    alias: str
    recreate_always: bool = False


@record
class Site:
    """statement  the smallest Python statement that holds the op (inside a batch block: the statement in the block).
    call       the op's own call expression (`op.create_index(...)`, `batch_op.x(...)`, `op.execute(...)`).
    alias      how `op` is spelled there ("op", "alembic.op"); what a new statement at this place must call.
    sql        the text of this one SQL statement where the spelling is sql, without the closing semicolon.
    """

    placed: Placed
    statement: Span
    call: Span
    alias: str = "op"
    batch: Batch | None = None
    sql: str | None = None
    function: str = "upgrade"


@record
class Reading:
    """A revision file as read: the revision, and the site of each op by its index."""

    text: str
    revision: Revision
    upgrade: tuple[Site, ...] = ()
    read_downgrade: Callable[[], tuple[Site, ...]] = field(default=tuple, repr=False, compare=False)
    names: Mapping[str, str] = field(default_factory=dict)
    """What module-level names are bound to ("sa" → "sqlalchemy", "op" → "alembic.op", "_key_ranges" → "def")."""

    @property
    def downgrade(self) -> tuple[Site, ...]:
        """The sites of downgrade(), read when first asked for."""
        return self.read_downgrade()


@record
class NotRevision:
    """A file that is no revision, or cannot be read as one: one clear reason. `broken` when it should have been one."""

    path: str
    reason: str
    span: Span | None = None
    broken: bool = True
