"""The original migration's result, found once: where it arrives with rows, and what a rewritten one is compared with."""

from __future__ import annotations

import difflib
import re
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from migfix.errors import ServerError
from migfix.verify.catalog import ColumnDigest, column_digests, data_digest, dump_schema, invalid_objects
from migfix.verify.migrate import Order, Run, Runner
from migfix.verify.server import Server
from migfix.verify.trace import Trace, traced

if TYPE_CHECKING:
    import psycopg

Column = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A traced run, and the database in which it ended: its looker-on may change it."""

    trace: Trace
    database: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Two versions of a project, and from where to where they are upgraded.

    original, rewritten   folders with an alembic.ini; their revisions up to `parent` are the same.
    rows    SQL that fills the tables once `parent` is reached.
    later   SQL that a later release will run after the rewritten form (drop a default) to reach the same schema.
    accepted  where the rewritten form is meant to arrive elsewhere: the lines of `difference`, which must then be so.
    differs   names of objects that are meant to end differently: lines of `difference` that have one are no failure.
    arguments what stands before `upgrade` on Alembic's command line (`-c FILE`).
    filled, empty   databases that are at `parent` already, with rows and without; they are copied, never changed.
    made    runs from `filled` that have been made already, by the project's folder: they need not be made again.
    back    whether to go back, and there again.
    """

    original: Path
    rewritten: Path
    parent: str
    target: str = "head"
    rows: str = ""
    later: str = ""
    accepted: str = ""
    differs: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    filled: str | None = None
    empty: str | None = None
    made: Mapping[Path, Made] = field(default_factory=dict)
    back: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where an upgrade arrived: schema as text, rows as digests (None: not to be compared), what is invalid."""

    schema: str
    data: dict[str, tuple[int, str]] | None
    invalid: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The original there, back, and there again; None from where it could not go on.

    It goes again only if the way back undid everything: a second upgrade on top of a first proves nothing.
    """

    trace: Trace
    end: End | None = None
    returned: str | None = None
    again: End | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Volatile:
    """Columns whose values differ from run to run (random, now), and what can still be compared of everything."""

    columns: frozenset[Column]
    data: dict[str, tuple[int, str]]
    digests: dict[Column, ColumnDigest]


class Baseline:
    """Runs the original from a copy of the database at `parent`; used with `with`, after which the copies are gone.

    When the original fails on rows, its end is taken from a database without rows, `error` says why it failed, and
    data are not compared. When it fails there too, the rewritten form is compared with its own undisturbed run:
    `reference` says which of the two it is. `chosen` are lines of the end schemas that differ on purpose.
    Raises ServerError when even the way to `parent`, or both forms, fail.
    """

    def __init__(self, question: Question, runner: Runner) -> None:
        self.question = question
        self.runner = runner
        self.reference = question.original
        self.error: str | None = None
        self.chosen: tuple[str, ...] = ()
        self.filled = ""
        self._databases: list[str] = []
        self._made = dict(question.made)

    def __enter__(self) -> Self:
        self.filled = self.question.filled or self._template()
        run_sql(self.server, self.filled, self.question.rows)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._databases:
            self.server.drop_database(name)

    @property
    def server(self) -> Server:
        return self.runner.server

    @cached_property
    def journey(self) -> Journey:
        """The original's own way; from a database without rows, or the rewritten form's, when it fails."""
        filled = self._travel(self.filled)
        if filled.end is not None:
            return filled
        self.error = filled.trace.run.complaint
        empty = self._travel(self.question.empty or self._template())
        if empty.end is not None:
            again = empty.again and replace(empty.again, data=None)
            return replace(empty, trace=filled.trace, end=replace(empty.end, data=None), again=again)
        self.reference = self.question.rewritten
        own = self._travel(self.filled)
        if own.end is None:
            raise ServerError(f"Both fail; the original: {self.error}; the rewritten form: {own.trace.run.complaint}")
        return replace(own, trace=filled.trace)

    @property
    def end(self) -> End:
        end = self.journey.end
        assert end is not None
        return end

    @cached_property
    def offline(self) -> bool:
        """Whether the original (or what stands for it) can be rendered as SQL at all."""
        return self.offline_run(self.reference).code == 0

    def offline_run(self, project: Path) -> Run:
        """`alembic upgrade parent:target --sql`."""
        order = self._order("upgrade", f"{self.question.parent}:{self.question.target}", "--sql")
        return self.runner.run(project, order, database=self.filled)

    def upgrade(self, *, per_migration: bool | None = None) -> Order:
        return replace(self._order("upgrade", self.question.target), per_migration=per_migration)

    def downgrade(self, *, per_migration: bool | None = None) -> Order:
        return replace(self._order("downgrade", self.question.parent), per_migration=per_migration)

    def _order(self, *argv: str) -> Order:
        return Order(argv=(*self.question.arguments, *argv))

    def judge(self, database: str, *, expected: End | None = None) -> str | None:
        """How the end in `database` (after the later SQL) differs from the original's; None when it does not."""
        expected = expected or self.end
        run_sql(self.server, database, self.question.later)
        end = arrived(self.server, database)
        extra = [line for line in end.invalid if line not in expected.invalid]
        if extra and (extra := [line for line in extra if line not in self.standing]):
            return f"left behind: {', '.join(extra)}"
        accepted = "" if self.reference == self.question.rewritten else self.question.accepted.strip()
        found = difference(expected.schema, end.schema)
        if found != accepted and not self.is_chosen(found):
            return f"schemas differ:\n{found}"
        if expected.data is None or end.data == expected.data:
            return None
        return self._judge_data(database)

    def is_chosen(self, found: str) -> bool:
        """Whether every line of a difference is about something that is meant to end differently."""
        names = "|".join(map(re.escape, self.question.differs))
        if not names or not all(re.search(rf"\b({names})\b", line) for line in found.splitlines()):
            return False
        self.chosen = tuple(dict.fromkeys([*self.chosen, *found.splitlines()]))
        return True

    @cached_property
    def standing(self) -> tuple[str, ...]:
        """What was invalid before; an end that comes from a database without rows does not show all of it."""
        with self.server.connect(self.filled) as connection:
            return invalid_objects(connection)

    def _judge_data(self, database: str) -> str | None:
        """Whole-row digests differ: is it only in columns that the original itself fills differently every time?"""
        volatile = self.volatile
        with self.server.connect(database) as connection:
            data, digests = data_digest(connection, without=volatile.columns), column_digests(connection)
        different = sorted(table for table in data if data[table] != volatile.data.get(table))
        if different:
            columns = [".".join(name) for name, digest in digests.items() if digest != volatile.digests.get(name)]
            return f"data differ in {', '.join(different)}; columns: {', '.join(sorted(columns)) or 'in combination'}"
        for name in sorted(volatile.columns):
            if _spread(digests[name]) != _spread(volatile.digests[name]):
                return f"{'.'.join(name)}: {digests[name]} where the original has {volatile.digests[name]}"
        return None

    @cached_property
    def volatile(self) -> Volatile:
        """Found by running the original twice more."""
        with self._ended() as connection:
            first = column_digests(connection)
        with self._ended() as connection:
            second = column_digests(connection)
            columns = frozenset(name for name in first if first[name] != second.get(name))
            return Volatile(columns=columns, data=data_digest(connection, without=columns), digests=second)

    @contextmanager
    def _ended(self) -> Iterator[psycopg.Connection[Any]]:
        with self.server.scratch(template=self.filled) as database:
            self.runner.run(self.reference, self.upgrade(), database=database)
            with self.server.connect(database) as connection:
                yield connection

    def _template(self) -> str:
        """A new database at `parent`."""
        name = self.server.create_database(f"parent_{secrets.token_hex(6)}")
        self._databases.append(name)
        order = self._order("upgrade", self.question.parent)
        run = self.runner.run(self.question.original, order, database=name)
        if run.code:
            raise ServerError(f"The way to revision {self.question.parent} fails: {run.complaint}")
        return name

    @contextmanager
    def ran(self, project: Path, template: str, *, per_migration: bool | None = None) -> Iterator[tuple[Trace, str]]:
        """The upgrade, traced, from a copy of `template`, and where it ended; once a run that was made already."""
        made = self._made.pop(project, None) if template == self.filled and per_migration is None else None
        if made is not None:
            yield made.trace, made.database
            return
        order = self.upgrade(per_migration=per_migration)
        with self.server.scratch(template=template) as database:
            yield traced(self.runner, project, order, database=database), database

    def _travel(self, template: str) -> Journey:
        project = self.reference
        with self.ran(project, template) as (trace, database):
            if trace.run.code:
                return Journey(trace=trace)
            end = arrived(self.server, database)
            if not self.question.back or self.runner.run(project, self.downgrade(), database=database).code:
                return Journey(trace=trace, end=end)
            returned = dump_schema(self.server, database)
            undone = returned == dump_schema(self.server, template)
            if not undone or self.runner.run(project, self.upgrade(), database=database).code:
                return Journey(trace=trace, end=end, returned=returned)
            return Journey(trace=trace, end=end, returned=returned, again=arrived(self.server, database))


def arrived(server: Server, database: str) -> End:
    """Look at a database."""
    with server.connect(database) as connection:
        data, invalid = data_digest(connection), invalid_objects(connection)
    return End(schema=dump_schema(server, database), data=data, invalid=invalid)


def run_sql(server: Server, database: str, sql: str) -> None:
    """Run a script with psql; it stops at the first error.

    Raises ServerError in psql's words.
    """
    if not sql.strip():
        return
    command = [server.binaries.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *server.arguments(database)]
    done = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerError(f"psql: {done.stderr.strip()}")


def difference(expected: str, actual: str) -> str:
    """The lines that one of them lacks, marked - and +; empty when equal."""
    lines = difflib.unified_diff(expected.splitlines(), actual.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _spread(digest: ColumnDigest) -> tuple[int, int]:
    """What two sets of random values must still share: how many are NULL, and whether they repeat."""
    return digest.nulls, digest.distinct
