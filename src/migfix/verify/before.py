"""The database as it stands before a revision: made by the project's own migrations, or from a dump of its schema."""

from __future__ import annotations

import re
import secrets
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from migfix.errors import ProjectRunError, ServerError, UsageError
from migfix.verify.advice import advice
from migfix.verify.baseline import run_sql
from migfix.verify.migrate import Order, Run, Runner
from migfix.verify.server import Server
from migfix.verify.standing import copy_database
from migfix.verify.worker_project import flask_folder, option

LEFT_OUT = re.compile(
    r"^(\\(un)?restrict |\\connect |(CREATE|DROP|ALTER) DATABASE |GRANT |REVOKE |ALTER DEFAULT PRIVILEGES "
    r"|ALTER .* OWNER TO .*;|SET (default_tablespace|role|ROLE|SESSION AUTHORIZATION) )"
)
SINCE_17 = re.compile(r"^SET transaction_timeout = ")
ARCHIVE = b"PGDMP"
VERSIONS = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relkind = 'r' AND NOT a.attisdropped GROUP BY c.oid HAVING array_agg(a.attname::text) = '{version_num}'
"""


def before_state(
    server: Server,
    runner: Runner,
    project: Path,
    parent: str,
    *,
    schema: Path | None = None,
    source: str = "",
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    origin: Path | None = None,
) -> str:
    """A new database at `parent`; its name is to be used as a template, the caller drops it.

    parent      a revision, several joined by "+" (a merge's, and what it depends on), or "base" for an empty database.
    schema      plain SQL of `pg_dump`: it takes the place of the migrations up to `parent`, which is stamped. When it
                brings rows of alembic_version, the migrations from there to `parent` run instead.
    source      a database of the server: a copy of it, with its rows, takes the place of the migrations that it has seen.
    origin      the user's own folder, to be named in errors when `project` is a copy of it.
    arguments   for Alembic's command line, before its command: `-c FILE`, `-n SECTION`.

    Ownership, privileges and the database itself are left out of a dump: they belong to its server.
    Raises ProjectRunError with the project's own error and the command that shows it again, UsageError for a dump that
    is not SQL, ServerError when the server gives up; then the database is gone again.
    """
    parents = () if parent in {"", "base"} else tuple(parent.split("+"))
    name = server.create_database(f"before_{secrets.token_hex(6)}")
    try:
        state = _Way(server, runner, project, name, tuple(arguments), dict(environment or {}), origin or project)
        if source:
            state.copy(source, parents)
        elif schema is not None:
            state.load(schema, parents)
        else:
            state.upgrade(parents)
    except BaseException:
        server.drop_database(name)
        raise
    return name


class _Way:
    """To the parents, in one database."""

    def __init__(
        self,
        server: Server,
        runner: Runner,
        project: Path,
        database: str,
        arguments: tuple[str, ...],
        environment: Mapping[str, str],
        origin: Path,
    ) -> None:
        self.server, self.runner, self.project, self.database = server, runner, project, database
        self.arguments, self.environment, self.origin = arguments, environment, origin
        self.shown = {**runner.environment, **environment}

    def upgrade(self, parents: Sequence[str]) -> None:
        """Run the migrations up to each."""
        for parent in parents:
            self._run("upgrade", parent)

    def load(self, schema: Path, parents: Sequence[str]) -> None:
        """Run the dump; then say where it stands, or go on from where it says it does."""
        try:
            content = schema.read_bytes()
        except OSError as error:
            raise UsageError(f"{schema} cannot be read: {error.strerror}") from error
        if content.startswith(ARCHIVE):
            raise UsageError(f"{schema} is an archive; make it SQL first: pg_restore -f schema.sql {schema}")
        try:
            run_sql(self.server, self.database, portable(content.decode(errors="replace"), major=self.server.major))
        except ServerError as error:
            raise _explained(str(error), server=self.server, what=f"{schema} does not load") from error
        if self._stands_somewhere():
            self.upgrade(parents)
        elif parents:
            self._run("stamp", *parents)

    def copy(self, source: str, parents: Sequence[str]) -> None:
        """Copy a database, and go on from where it stands; refused when it has no room left for what comes next."""
        copy_database(self.server, source, self.database)
        before = self._revisions()
        if not before:
            raise UsageError(f"--database {source} has tables, and no alembic_version says at which revision it stands")
        self.upgrade(parents)
        if parents and not {*parents} & self._revisions():
            stands = ", ".join(sorted(before))
            raise UsageError(f"--database {source} stands at {stands}, which is beyond {' and '.join(parents)} already")

    def _stands_somewhere(self) -> bool:
        return bool(self._revisions())

    def _revisions(self) -> set[str]:
        """Where the database stands."""
        with self.server.connect(self.database) as connection:
            tables = [row[0] for row in connection.execute(VERSIONS)]
            found = [connection.execute(f"SELECT version_num FROM {table}".encode()) for table in tables]
            return {str(row[0]) for rows in found for row in rows}

    def _run(self, *argv: str) -> None:
        order = Order(argv=(*self.arguments, *argv), environment=self.environment)
        run = self.runner.run(self.project, order, database=self.database)
        if run.code:
            command = self._command(order.argv)
            what = f"The way to revision {argv[-1]} fails"
            raise _explained(_cause(run), server=self.server, what=what, command=command)

    def _command(self, argv: Sequence[str]) -> str:
        """What the user runs to see the same."""
        variables = "".join(f"{name}={shlex.quote(value)} " for name, value in self.shown.items())
        tool, words, folder = f"{self.runner.python} -m alembic", list(argv), self.origin
        migrations = flask_folder(option(words, "-c", "--config"), root=str(self.project))
        if migrations is not None:
            inside = Path(migrations).resolve() == self.project.resolve()
            tool, words, folder = (
                f"{self.runner.python} -m flask db",
                words[len(self.arguments) :],
                folder.parent if inside else folder,
            )
        return f"cd {shlex.quote(str(folder))} && {variables}{tool} {shlex.join(words)}"


def portable(dump: str, *, major: int) -> str:
    """A `pg_dump` without what only its own server has, or only a newer psql or server understands.

    Rows (COPY … FROM stdin) and the bodies of functions are left as they are.
    """
    kept: list[str] = []
    quote = ""
    for line in dump.splitlines():
        if not quote and (LEFT_OUT.match(line) or (major < 17 and SINCE_17.match(line))):
            continue
        kept.append(line)
        if quote == "\\.":
            quote = "" if line == quote else quote
        elif not quote and line.startswith("COPY ") and line.endswith("FROM stdin;"):
            quote = "\\."
        else:
            for mark in re.findall(r"\$\w*\$", line):
                quote = "" if quote == mark else quote or mark
    return "\n".join(kept) + "\n"


def _cause(run: Run) -> str:
    """The project's last words: the statement and the server's error, or the end of the traceback."""
    return run.complaint.strip() or f"it ended with exit code {run.code} and said nothing"


def _explained(cause: str, *, server: Server, what: str, command: str = "") -> ProjectRunError:
    return ProjectRunError(what=what, cause=cause, command=command, hint=advice(cause, server=server))
