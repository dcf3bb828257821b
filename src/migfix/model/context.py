"""Everything a rule may look at while it judges one revision."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Maybe, Table
from migfix.model.revision import Placed, Revision
from migfix.model.schema import Schema, TableState
from migfix.model.target import EnvFacts, Settings, Target

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Context:
    """One revision, the schema that all its ancestors leave, and the databases it will meet.

    `before` is the schema before the revision. Schemas between ops are folded once, on first use.
    """

    revision: Revision
    before: Schema
    settings: Settings
    env: EnvFacts
    _folds: list[Schema] = field(default_factory=list, repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` answered when it was first asked under this key: plans share what only the revision decides."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    @property
    def target(self) -> Target:
        return self.settings.target

    @property
    def ops(self) -> tuple[Placed, ...]:
        return self.revision.upgrade.ops

    def schema(self, at: Placed) -> Schema:
        """The schema as `at` meets it."""
        if not self._folds:
            schema = self.before
            for placed in self.ops:
                self._folds.append(schema)
                schema = schema.after(placed.op, self.revision.id)
        return self._folds[at.index]

    def state(self, table: Table, at: Placed) -> TableState | None:
        """What is known about a table when `at` runs; None when no op has spoken of it."""
        return self.schema(at).table(table)

    def on_postgresql(self, at: Placed) -> bool:
        """`at` may run on PostgreSQL at all, and the project uses PostgreSQL."""
        return "postgresql" in self.target.dialects and (at.dialects is None or "postgresql" in at.dialects)

    def earlier(self, at: Placed) -> Sequence[Placed]:
        return self.ops[: at.index]

    def later(self, at: Placed) -> Sequence[Placed]:
        return self.ops[at.index + 1 :]

    def is_new(self, table: Table, at: Placed) -> bool:
        """`at` runs in the very transaction that created the table, so no other session can be waiting for it.

        Not new: created under `if_not_exists`, in another transaction of this revision, or under a condition that
        does not hold for `at`.
        """
        made = [p for p in self.earlier(at) if isinstance(p.op, ops.CreateTable) and p.op.table.key == table.key]
        renamed = [p for p in self.earlier(at) if isinstance(p.op, ops.RenameTable) and p.op.new_name == table.name]
        return any(
            p.transaction == at.transaction
            and not (isinstance(p.op, ops.CreateTable) and p.op.if_not_exists)
            and p.condition in (None, at.condition)
            for p in made
        ) or any(
            self.is_new(p.op.table, p) and p.transaction == at.transaction
            for p in renamed
            if isinstance(p.op, ops.RenameTable)
        )

    def is_small(self, table: Table) -> bool:
        """The user listed the table under `small-tables`."""
        return bool({str(table), table.name.text} & self.settings.small_tables)

    def dropped_later(self, table: Table, at: Placed) -> bool:
        """A later op of this revision drops the whole table."""
        return any(isinstance(p.op, ops.DropTable) and p.op.table.key == table.key for p in self.later(at))

    def same_table(self, table: Table, among: Sequence[Placed]) -> Iterator[Placed]:
        for placed in among:
            found = ops.table_of(placed.op)
            if found is not None and found.key == table.key:
                yield placed

    def column_added_here(self, table: Table, column: str, at: Placed) -> Placed | None:
        """The op of this revision, before `at`, that adds the column."""
        for placed in self.same_table(table, self.earlier(at)):
            if isinstance(placed.op, ops.AddColumn) and placed.op.column.name.text == column:
                return placed
        return None

    def primary_key(self, table: Table, at: Placed) -> Maybe[tuple[str, ...]]:
        state = self.state(table, at)
        return UNKNOWN if state is None else state.primary_key
