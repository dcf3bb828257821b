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
from migfix.model.maybe import Name, Table
from migfix.model.record import record
from migfix.model.revision import ExistenceGuard, Placed, Revision
from migfix.model.schema import Schema, TableKey, TableState
from migfix.model.target import EnvFacts, Settings, Target

T = TypeVar("T", bound=ops.Op)


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
class Past:
    """All that revisions up to the head do, in order.

    done      the ops of their upgrade() that run on PostgreSQL; those of the other dialects are in `elsewhere`.
    ran       the revisions that may have run somewhere: only they leave anything that `apply` cannot cure.
    schema    what is left when all have run.
    revisions, texts  each revision and its source, by id, ancestors first.
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
    elsewhere: tuple[Done, ...] = ()

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

    def is_doubtful(self, done: Done, *names: str) -> bool:
        """Something later that could not be read may have changed what is named so: its file has the word."""
        later = dict.fromkeys(d.revision for d in self.later(done) if _is_unread(d, done))
        return any(_has_word(self.texts.get(r, ""), n) for r in later for n in names)

    def guards(self) -> Iterator[tuple[Done, ExistenceGuard]]:
        """Tests for existence that return early, each with the first op after it."""
        for name, revision in self.revisions.items():
            if not revision.upgrade.guards:
                continue
            own = [d for d in self.done if d.revision == name]
            for guard in revision.upgrade.guards:
                after = [d for d in own if d.at.span.line > guard.span.line]
                if after:
                    yield after[0], guard


def _is_unread(done: Done, culprit: Done) -> bool:
    if not isinstance(done.op, ops.Opaque):
        return False
    return done.revision != culprit.revision or done.number > culprit.number


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
