"""A copy of a database that stands somewhere already, rows included; the database itself is only read."""

from __future__ import annotations

import subprocess
import tempfile
from typing import Any

from migfix.errors import ServerError, UsageError
from migfix.verify.catalog import table_columns
from migfix.verify.server import Server
from migfix.verify.trace import VERSIONS

LEFT = ("--no-owner", "--no-privileges", "--no-publications", "--no-subscriptions")
"""What belongs to the server, not to the schema."""


def copy_database(server: Server, source: str, into: str) -> None:
    """Fill the empty database `into` with what `source` holds, through pg_dump: it takes ACCESS SHARE locks only.

    A template would be quicker, but keeps others from connecting to `source` meanwhile.
    Raises UsageError when `source` has no tables, ServerError in the words of pg_dump or psql.
    """
    dump = [server.binaries.program("pg_dump"), *LEFT, *server.arguments(source)]
    load = [server.binaries.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *server.arguments(into)]
    with tempfile.TemporaryFile() as complaints:
        dumping = subprocess.Popen(dump, stdout=subprocess.PIPE, stderr=complaints)
        loading = subprocess.Popen(load, stdin=dumping.stdout, stdout=subprocess.DEVNULL, stderr=complaints)
        try:
            assert dumping.stdout is not None
            dumping.stdout.close()
            codes = loading.wait(), dumping.wait()
        finally:
            for process in (loading, dumping):
                process.kill()
                process.wait()
        complaints.seek(0)
        said = complaints.read().decode(errors="replace").strip()
    if any(codes):
        raise ServerError(f"--database {source} cannot be copied: {said}")
    with server.connect(into) as connection:
        if not _tables(connection):
            raise UsageError(f"--database {source} has no tables, so there is nothing to start from; leave it out")
        connection.execute("ANALYZE")


def emptied(server: Server, database: str) -> str:
    """A copy of `database` without rows, except for the revisions that it stands at; the caller drops it."""
    name = server.create_database(f"empty_{database[-24:]}", template=database)
    with server.connect(name) as connection:
        tables = _tables(connection)
        if tables:
            connection.execute(f"TRUNCATE {', '.join(tables)}".encode())
    return name


def _tables(connection: Any) -> list[str]:
    return [table for table in table_columns(connection) if not VERSIONS.search(table)]
