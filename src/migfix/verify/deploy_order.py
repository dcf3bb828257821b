"""After which statement the application before the migration begins to fail: asked while the migration waits."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from migfix.verify.application import Request, advance_sequences, counters_kept, old_requests
from migfix.verify.migrate import Statement
from migfix.verify.results import TrafficError
from migfix.verify.server import Server
from migfix.verify.steps import own
from migfix.verify.touched import relations
from migfix.verify.trace import Trace

ROWS_ONLY = re.compile(r"\s*(select|update|insert|delete|with|set|reset|show)\b", re.IGNORECASE)
"""Statements that change no table's form: the old application need not be asked after them."""
BLOCKED = {"55P03", "57014"}
"""Somebody's lock is in the way: no answer."""
WORDS = {
    "23502": r"not\s+null",
    "23503": r"foreign\s+key|references",
    "23505": r"unique|primary",
    "23514": r"check|not\s+null",
    "42703": r"drop|rename",
    "42P01": r"drop|rename",
}
"""What the statement says that causes such an error, where a transaction has several."""
MOST_TABLES = 40


class OldApplication:
    """Its requests on `tables` (else on up to MOST_TABLES of them), used with `with`, `at_stop` given to `traced`."""

    def __init__(self, server: Server, database: str, tables: Sequence[str] | None) -> None:
        self._connection = server.connect(database)
        self._tables = tables
        self._requests: list[Request] = []
        self._changes: list[Statement] = []
        self._found: dict[tuple[str, str, str], TrafficError] = {}

    @property
    def pid(self) -> int:
        """Its backend."""
        return self._connection.info.backend_pid

    def __enter__(self) -> Self:
        self._connection.prepare_threshold = None
        tables = self._tables
        if tables is None:
            tables = sorted({*relations(self._connection).tables.values()})[:MOST_TABLES]
            self._connection.execute("RESET search_path")
        with counters_kept(self._connection):
            for table in tables:
                self._requests += old_requests(self._connection, table)[0]
        self._connection.execute("SET lock_timeout = '5ms'")
        self._connection.execute("SET statement_timeout = '2s'")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def at_stop(self, _pid: int, statement: Statement, moment: str) -> None:
        """Ask before a statement when a transaction before it has changed a table's form."""
        if moment == "before":
            self._ask([s for s in self._changes if s.transaction < statement.transaction])
        elif not own(statement) and not ROWS_ONLY.match(statement.sql):
            self._changes.append(statement)

    def errors(self, trace: Trace) -> tuple[TrafficError, ...]:
        """The first of each kind, once the run is over."""
        committed = {s.number for s in trace.run.statements if s.committed}
        self._ask([s for s in self._changes if s.number in committed])
        return tuple(self._found.values())

    def _ask(self, changes: Sequence[Statement]) -> None:
        """Send every request once after these changes, which are then done with."""
        import psycopg

        if not changes:
            return
        self._changes = [s for s in self._changes if s not in changes]
        with counters_kept(self._connection):
            for table in {request.table for request in self._requests}:
                with contextlib.suppress(psycopg.Error):
                    advance_sequences(self._connection, table)
            for request in self._requests:
                try:
                    request.send(self._connection, request.values[0])
                except psycopg.Error as problem:
                    state = problem.sqlstate or "08006"
                    if state not in BLOCKED:
                        self._note(request, state, str(problem).partition("\n")[0], _cause(changes, state))

    def _note(self, request: Request, state: str, message: str, step: int) -> None:
        key = state, request.operation, request.table
        if key not in self._found:
            self._found[key] = TrafficError(
                sqlstate=state,
                operation=request.operation,
                table=request.table,
                message=message,
                step=step,
            )


def _cause(changes: Sequence[Statement], state: str) -> int:
    """The last statement that speaks of such a thing, else the last of all."""
    said = [s for s in changes if re.search(WORDS.get(state, "(?!)"), s.sql, re.IGNORECASE)]
    return (said or [*changes])[-1].number
