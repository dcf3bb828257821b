"""The demo's proof: the original and the rewritten chain on a throw-away PostgreSQL, with rows in the tables."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from migfix.cli.screen import Screen, printable
from migfix.verify.catalog import dump_schema, invalid_objects
from migfix.verify.server import Server

TABLE = "valuation_export_logs"
WANTED = ("scenario_id", "task_id", "status")
ROWS = 50_000
PARENT, TABLES = "dc2c0f69c1b1", "658051b7d4f9"

ACCOUNTS = """
INSERT INTO organisations (name) VALUES ('Fenwick & Daughters'), ('Tyne Surveyors');
INSERT INTO accounts (organisation_id, email, full_name)
SELECT 1 + n % 2, 'person' || n || '@example.org', 'Person ' || n FROM generate_series(1, 2000) AS n;
INSERT INTO accounts (organisation_id, email, deleted_at) VALUES (1, 'person7@example.org', now() - interval '1 year');
"""
EXPORTS = f"""
INSERT INTO valuations (organisation_id, title) SELECT 1 + n % 2, 'Valuation ' || n FROM generate_series(1, 500) AS n;
INSERT INTO {TABLE} (valuation_id, export_format) SELECT 1 + n % 500, 'pdf' FROM generate_series(1, {ROWS}) AS n;
"""
_TOLD = re.compile(r"^(FAILED|DETAIL|psycopg\.errors\.\w+)", re.MULTILINE)
"""The lines of a failed run that say why it failed."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A running server, and the project in the working directory."""

    server: Server
    screen: Screen

    def before(self) -> None:
        """How the original fails: at once with one command, in silence with the other."""
        self.server.create_database("live")
        self._quietly("live", "upgrade", PARENT)
        self._execute("live", ACCOUNTS)
        self.screen.out("A database with rows, at the last revision that was deployed; the deploy script runs:")
        self._alembic("live", "upgrade", "head")
        self.screen.out("No SQL was run. And on an empty database, with every head:")
        self.server.create_database("empty_before")
        self._alembic("empty_before", "upgrade", "heads")
        missing = [c for c in WANTED if c not in self._columns("empty_before")]
        self._verdict(not missing, f"no error, and {TABLE} has no {', no '.join(missing)}", f"{TABLE} is complete")

    def between(self) -> None:
        """The chain with one head again, and the revisions as they were written."""
        self.screen.out("\nOne head again. But with the revisions as they are, on a copy of the database with rows:")
        self.server.create_database("copy", template="live")
        self._alembic("copy", "upgrade", "head")

    def after(self) -> None:
        """The same databases with the rewritten chain, and what they end as."""
        self.screen.out(f"PostgreSQL {self.server.binaries.version}.\n")
        self._quietly("live", "upgrade", TABLES)
        self._execute("live", EXPORTS)
        self.screen.out(f"The database with rows ({ROWS:,} exports, 2,001 accounts, one of them deleted):")
        self._alembic("live", "upgrade", "head")
        self.screen.out("An empty database:")
        self.server.create_database("empty_after")
        self._alembic("empty_after", "upgrade", "head")
        self.screen.out("The chain:")
        self._alembic("live", "history")
        self._checks()

    def _checks(self) -> None:
        self.screen.out("Checks:")
        columns = self._columns("live")
        missing = [c for c in WANTED if c not in columns]
        self._verdict(not missing, f"{TABLE} lacks {', '.join(missing)}", f"{TABLE} has {', '.join(WANTED)}")
        filled = self._value("live", f"SELECT count(*) FROM {TABLE} WHERE status = 'queued'")
        self._verdict(
            filled == ROWS,
            f"only {filled:,} rows have their status",
            f"all {ROWS:,} rows have their status, which is NOT NULL",
        )
        invalid = self._invalid("live")
        self._verdict(not invalid, f"left invalid: {', '.join(invalid)}", "every index and constraint is valid")
        same = dump_schema(self.server, "live") == dump_schema(self.server, "empty_after")
        lost = ", no ".join(c for c in WANTED if c not in self._columns("empty_after"))
        differ = "the two databases differ" + (
            f": on the empty one {TABLE} has no {lost}, for the guard skipped" if lost else ""
        )
        self._verdict(same, differ, "both databases ended with the same schema, byte for byte")
        self._alembic("live", "current")

    def _verdict(self, good: bool, bad_text: str, good_text: str) -> None:
        mark = self.screen.paint("ok  ", "good") if good else self.screen.paint("BAD ", "bad")
        self.screen.out(f"  {mark}{good_text if good else bad_text}")

    def _alembic(self, database: str, *arguments: str) -> None:
        """Run the project's Alembic as a deploy would, and show what it says."""
        started = time.monotonic()
        done = self._run(database, arguments)
        seconds = time.monotonic() - started
        self.screen.out(f"  {self.screen.paint('$ alembic ' + ' '.join(arguments), 'title')}")
        for line in _said(done):
            self.screen.out(f"    {printable(line)}")
        ending = (
            self.screen.paint("done", "good")
            if done.returncode == 0
            else self.screen.paint(f"exit {done.returncode}", "bad")
        )
        self.screen.out(f"    {ending} after {seconds:.1f} s\n")

    def _quietly(self, database: str, *arguments: str) -> None:
        done = self._run(database, arguments)
        if done.returncode:
            self.screen.out(printable(done.stderr.strip().splitlines()[-1]))

    def _run(self, database: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "DATABASE_URL": self.server.url(database), "NO_COLOR": "1"}
        command = [sys.executable, "-m", "alembic", *arguments]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    def _execute(self, database: str, sql: str) -> None:
        with closing(self.server.connect(database)) as connection:
            connection.execute(sql.encode())

    def _value(self, database: str, sql: str) -> int:
        with closing(self.server.connect(database)) as connection:
            row = connection.execute(sql.encode()).fetchone()
        return int(row[0]) if row else 0

    def _columns(self, database: str) -> list[str]:
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        with closing(self.server.connect(database)) as connection:
            return [row[0] for row in connection.execute(query, [TABLE])]

    def _invalid(self, database: str) -> tuple[str, ...]:
        with closing(self.server.connect(database)) as connection:
            return invalid_objects(connection)


def _said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What a run said; of a failed one the lines that say why."""
    if done.returncode == 0:
        return [line for line in done.stdout.splitlines() if line.strip()]
    lines = (done.stdout + done.stderr).splitlines()
    return list(dict.fromkeys(line for line in lines if _TOLD.match(line))) or lines[-1:]


@contextmanager
def bench(screen: Screen) -> Iterator[Bench]:
    """A server for as long as the demo runs. Raises ServerError, which names the command that installs one."""
    with Server() as server:
        yield Bench(server=server, screen=screen)
