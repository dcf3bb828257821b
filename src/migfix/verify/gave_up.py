"""A migration that gave up by its lock timeout kept others from waiting: what counts is that the next run arrives."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from migfix.verify.baseline import difference
from migfix.verify.catalog import dump_schema
from migfix.verify.migrate import Order, Runner
from migfix.verify.server import Server

MOST_SECONDS = 30
"""A migration that waits longer than that behind a reader has no lock timeout there; the server ends the reader."""


def second_run(runner: Runner, project: Path, order: Order, *, template: str, tables: Sequence[str]) -> str | None:
    """Let it give up behind a reader on a copy of `template`, and run it again: why that does not arrive, None if it does.

    Arriving means the schema of a run that nobody disturbed.
    """
    server = runner.server
    with server.scratch(template=template) as undisturbed, server.scratch(template=template) as database:
        with _reader(server, database, tables):
            runner.run(project, order, database=database)
        again = runner.run(project, order, database=database)
        if again.code:
            return f"a second run fails: {again.complaint}"
        runner.run(project, order, database=undisturbed)
        found = difference(dump_schema(server, undisturbed), dump_schema(server, database))
        return f"a second run ends elsewhere:\n{found}" if found else None


@contextlib.contextmanager
def _reader(server: Server, database: str, tables: Sequence[str]) -> Iterator[None]:
    """A transaction that has read these tables and stays open."""
    import psycopg

    with server.connect(database) as connection:
        connection.execute(f"SET idle_in_transaction_session_timeout = '{MOST_SECONDS}s'".encode())
        connection.execute("BEGIN")
        for table in tables:
            connection.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE".encode())
        yield
        with contextlib.suppress(psycopg.Error):
            connection.execute("ROLLBACK")
