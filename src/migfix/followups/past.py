"""What a database that stands at the head went through: every op in order, and the schema that is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import cache
from typing import TypeVar

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.declared import Declared
from migfix.model.graph import Graph
from migfix.model.maybe import Name, Table
from migfix.model.record import record
from migfix.model.revision import ExistenceGuard, Placed, Revision
from migfix.model.schema import Schema, TableKey, TableState
from migfix.model.target import EnvFacts, Settings, Target

T = TypeVar("T", bound=ops.Op)
_ANYTHING = frozenset({"DO", "CALL", "SELECT"})
"""Command tags of SQL that may do anything to a table it names."""


@record
class Done:
    """One op of the past. `number` counts them from 0 in the order in which a fresh database runs them."""

    number: int
    revision: str
    path: str
    at: Placed

    @property
    def op(self) -> ops.Op:
        return self.at.op

    @property
    def is_certain(self) -> bool:
        """It ran on every PostgreSQL database, or what it makes was there already."""
        return self.at.condition is None or self.at.tested or self.at.unless


@record
class Seen:
    """What a database has, as asked. Keys are tables, with schema None for the one that names need not be qualified in.

    ran          revisions that have run there.
    columns      names of columns. indexes: names of indexes that are valid.
    constraints  whether each is validated, by name. enums: the values of each type.
    invalid      indexes that are not valid, as (table, name).
    """

    name: str
    ran: frozenset[str]
    columns: Mapping[TableKey, frozenset[str]] = field(default_factory=dict)
    indexes: Mapping[TableKey, frozenset[str]] = field(default_factory=dict)
    constraints: Mapping[TableKey, Mapping[str, bool]] = field(default_factory=dict)
    enums: Mapping[str, frozenset[str]] = field(default_factory=dict)
    invalid: frozenset[tuple[TableKey, str]] = frozenset()


@record
class Past:
    """All that revisions up to the head do, in order.

    done      the ops of their upgrade() that run on PostgreSQL; those of the other dialects are in `elsewhere`.
    ran       the revisions that may have run somewhere: only they leave anything that `apply` cannot cure.
    schema    what is left when all have run.
    revisions, texts  each revision and its source, by id, ancestors first.
    seen      the databases that were asked.
    models    what the project's models declare, None where they cannot be read; read when first asked for.
    """

    done: tuple[Done, ...]
    ran: frozenset[str]
    schema: Schema
    revisions: Mapping[str, Revision] = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    read_context: Callable[[str], Context] = field(repr=False)
    settings: Settings
    env: EnvFacts
    read_models: Callable[[], Declared | None] = field(repr=False)
    graph: Graph
    elsewhere: tuple[Done, ...] = ()
    seen: tuple[Seen, ...] = ()

    @property
    def target(self) -> Target:
        return self.settings.target

    @property
    def models(self) -> Declared | None:
        return self.read_models()

    def of(self, kind: type[T]) -> Iterator[tuple[Done, T]]:
        """Every op of a type, in order."""
        for done in self.done:
            if isinstance(done.op, kind):
                yield done, done.op

    def later(self, done: Done) -> tuple[Done, ...]:
        return self.done[done.number + 1 :]

    def context(self, done: Done) -> Context:
        return self.read_context(done.revision)

    def state(self, table: Table) -> TableState | None:
        """What is left of a table; None where it is gone or was never spoken of."""
        return self.schema.table(table)

    def is_doubtful(self, done: Done, name: str | None, *tables: str) -> bool:
        """Something later that could not be read may have changed the thing: its file, or its SQL, has the word.

        `name` is the thing's own, None where it has none; `tables` are those it is on.
        """
        later = self.later(done)
        unread = dict.fromkeys(d.revision for d in later if isinstance(d.op, ops.Opaque))
        own = () if name is None else (name,)
        if any(_has_word(self.texts.get(r, ""), n) for r in unread for n in (*own, *tables)):
            return True
        plain = [d.op for d in later if isinstance(d.op, ops.RunSql)]
        return any(_has_word(op.sql, n) for op in plain for n in ((*own, *tables) if op.tag in _ANYTHING else own))

    def is_moved(self, done: Done, table: Table, *texts: str) -> bool:
        """A column that one of the texts names was renamed or dropped later: what they say is of the past."""
        keys = {table.key, *((t.key,) if (t := ops.table_of(done.op)) is not None else ())}
        for later in self.later(done):
            op = later.op
            gone = isinstance(op, ops.DropColumn) or (
                isinstance(op, ops.AlterColumn) and op.new_column_name is not None
            )
            if gone and op.table.key in keys and any(_has_word(t, op.column.text) for t in texts):  # type: ignore[attr-defined]
                return True
        return False

    def asked(self, done: Done) -> tuple[Seen, ...]:
        """The databases that were asked and that have run this."""
        return tuple(s for s in self.seen if done.revision in s.ran)

    def broken_on(self, done: Done, table: Table, index: str) -> str:
        """The databases that lack the index, or have it invalid, in words; empty for none."""
        lacking = [s.name for s in self.asked(done) if index not in s.indexes.get(table.key, frozenset())]
        return " and ".join(lacking)

    def is_invalid(self, done: Done, table: Table, index: str) -> bool:
        """A database that was asked has the index, and not valid."""
        return any((table.key, index) in s.invalid for s in self.asked(done))

    def may_be_invalid(self, done: Done, table: Table, index: str) -> bool:
        """Some database was asked and lacks the index, or none was asked."""
        return not self.asked(done) or bool(self.broken_on(done, table, index))

    def may_be_unvalidated(self, done: Done, table: Table, constraint: str) -> bool:
        """The same for a constraint that was not validated."""
        asked = self.asked(done)
        return not asked or any(s.constraints.get(table.key, {}).get(constraint) is False for s in asked)

    def guards(self) -> Iterator[tuple[ExistenceGuard, tuple[Done, ...]]]:
        """Tests for existence that return early, each with the ops that it may skip."""
        for name, revision in self.revisions.items():
            if not revision.upgrade.guards:
                continue
            own = [d for d in self.done if d.revision == name]
            for guard in revision.upgrade.guards:
                after = tuple(d for d in own if d.at.span.line > guard.span.line and d.at.condition is not None)
                if after:
                    yield guard, after


@cache
def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _has_word(text: str, name: str) -> bool:
    return name in text and _word(name).search(text) is not None


def table_at(key: TableKey) -> Table:
    """The table that a schema's key names."""
    schema, name = key
    return Table(Name(name), Name(schema) if schema else None)


def final(name: str) -> Name:
    """A name as the database has it: no naming convention may touch it again."""
    return Name(name, final=True)
