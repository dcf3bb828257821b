"""The demo's proof: what the deploys did, and the rewritten chain, on the server of a verify session."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from migfix.cli.formats.verify_text import lines
from migfix.cli.screen import Screen, printable
from migfix.verify.baseline import arrived, run_sql
from migfix.verify.case import Case, Options
from migfix.verify.catalog import table_columns
from migfix.verify.migrate import Order
from migfix.verify.server import Server
from migfix.verify.session import Session
from migfix.verify.statements import Run

TABLE = "valuation_export_logs"
WANTED = ("scenario_id", "task_id", "status")
ROWS = 50_000
PARENT, CULPRIT = "dc2c0f69c1b1", "89a67cacf69a"
"""The last revision that was deployed, and the one that the deploys were for."""

ACCOUNTS = """
INSERT INTO organisations (name) VALUES ('Fenwick & Daughters'), ('Tyne Surveyors');
INSERT INTO accounts (organisation_id, email, full_name)
SELECT 1 + n % 2, 'person' || n || '@example.org', 'Person ' || n FROM generate_series(1, 2000) AS n;
INSERT INTO accounts (organisation_id, email, deleted_at) VALUES (1, 'person7@example.org', now() - interval '1 year');
"""
_TOLD = re.compile(r"^(FAILED|DETAIL|psycopg\.errors\.\w+)", re.MULTILINE)
"""The lines of a failed run that say why it failed."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A running session, and the project in the working directory."""

    session: Session
    screen: Screen

    @property
    def server(self) -> Server:
        return self.session.server

    def before(self) -> None:
        """How the original fails: at once with one command, in silence with the other."""
        self.server.create_database("live")
        self._run("live", "upgrade", PARENT)
        run_sql(self.server, "live", ACCOUNTS)
        self.screen.out("A database with rows, at the last revision that was deployed; the deploy script runs:")
        self._alembic("live", "upgrade", "head")
        self.screen.out("No SQL was run. And on an empty database, with every head:")
        self.server.create_database("empty_before")
        self._alembic("empty_before", "upgrade", "heads")
        missing = self._missing("empty_before")
        self._verdict(not missing, f"no error, and {TABLE} has no {', no '.join(missing)}", f"{TABLE} is complete")

    def between(self) -> None:
        """The chain with one head again, and the revisions as they were written."""
        self.screen.out("\nOne head again. But with the revisions as they are, on a copy of the database with rows:")
        self.server.create_database("copy", template="live")
        self._alembic("copy", "upgrade", "head")

    def after(self, case: Case) -> None:
        """The incident's revision, original against rewritten; then the same databases with the rewritten chain."""
        self.screen.out(f"The revision that the deploys were for, as `migfix verify {CULPRIT}` proves it:\n")
        with self.screen.progress("proving it"):
            verdict = self.session.verify(case)
        for line in lines(verdict, self.screen):
            self.screen.out(line)
        self.screen.out("\nThe whole chain, on the database with rows:")
        self._alembic("live", "upgrade", "head")
        self.screen.out("On an empty database:")
        self.server.create_database("empty_after")
        self._alembic("empty_after", "upgrade", "head")
        self.screen.out("The chain:")
        self._alembic("live", "history")
        self._checks()

    def _checks(self) -> None:
        self.screen.out("Checks:")
        missing = self._missing("live")
        self._verdict(not missing, f"{TABLE} lacks {', '.join(missing)}", f"{TABLE} has {', '.join(WANTED)}")
        live, empty = arrived(self.server, "live"), arrived(self.server, "empty_after")
        self._verdict(
            not live.invalid, f"left invalid: {', '.join(live.invalid)}", "every index and constraint is valid"
        )
        lost = ", no ".join(self._missing("empty_after"))
        differ = "the two databases differ" + (
            f": on the empty one {TABLE} has no {lost}, for the guard skipped" if lost else ""
        )
        self._verdict(live.schema == empty.schema, differ, "both databases ended with the same schema, byte for byte")
        self._alembic("live", "current")

    def _verdict(self, good: bool, bad_text: str, good_text: str) -> None:
        mark = self.screen.paint("ok  ", "good") if good else self.screen.paint("BAD ", "bad")
        self.screen.out(f"  {mark}{good_text if good else bad_text}")

    def _alembic(self, database: str, *arguments: str) -> None:
        """Run the project's Alembic as a deploy would, and show what it says."""
        started = time.monotonic()
        done = self._run(database, *arguments)
        seconds = time.monotonic() - started
        self.screen.out(f"  {self.screen.paint('$ alembic ' + ' '.join(arguments), 'title')}")
        for line in _said(done):
            self.screen.out(f"    {printable(line)}")
        ending = self.screen.paint(f"exit {done.code}", "bad") if done.code else self.screen.paint("done", "good")
        self.screen.out(f"    {ending} after {seconds:.1f} s\n")

    def _run(self, database: str, *arguments: str) -> Run:
        return self.session.runner.run(Path.cwd(), Order(argv=arguments), database=database)

    def _missing(self, database: str) -> list[str]:
        with closing(self.server.connect(database)) as connection:
            columns = table_columns(connection).get(f"public.{TABLE}", ())
        return [name for name in WANTED if name not in columns]


def _said(done: Run) -> list[str]:
    """What a run said; of a failed one the lines that say why."""
    if done.code == 0:
        return [line for line in done.out.splitlines() if line.strip()]
    said = (done.out + done.err).splitlines()
    return list(dict.fromkeys(line for line in said if _TOLD.match(line))) or said[-1:]


@contextmanager
def bench(screen: Screen) -> Iterator[Bench]:
    """A session for as long as the demo runs. Raises ServerError, which names the command that installs a server."""
    with Session(Server(), Options(rows=ROWS)) as session:
        yield Bench(session=session, screen=screen)
