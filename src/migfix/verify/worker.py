"""Runs the project's own Alembic with hooks on every statement; started with the project's Python, needs only Alembic.

One process imports Alembic once and forks for every run (without fork: one run, then it ends). It reads a request as a
JSON line on standard input and answers with JSON lines on standard output; the project's own output goes to files.

request  argv, cwd, env, url, cluster, database, out, err, kill_before, kill_after, per_migration, trace, stops
answer   connect · before · after · failed · commit · rollback · refused · exit, each with what is known of it, and `at`:
         seconds of the machine's monotonic clock, the same in all processes

With `stops` (true, or a list of statement numbers) the run waits for a line before and after such a statement.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import runpy
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, TextIO

Start = Callable[[list[str], str], None]
REFUSED = 78
KILLED = 137
KEPT_ARGUMENTS = {"options", "server_settings", "application_name", "prepare_threshold", "autocommit", "row_factory"}
KEPT_ARGUMENTS |= {"cursor_factory", "connection_factory", "statement_cache_size", "prepared_statement_cache_size"}
KEPT_ARGUMENTS |= {"prepared_statement_name_func", "connection_class", "client_encoding", "command_timeout"}
PRELOADED = (
    "alembic.config",
    "alembic.command",
    "alembic.runtime.environment",
    "alembic.script",
    "asyncpg",
    "logging.config",
    "psycopg",
    "psycopg2",
    "sqlalchemy.dialects.postgresql",
)
CANNOT_WRAP = re.compile(
    r"\s*(begin|start|commit|end|rollback|abort|savepoint|release|vacuum|call|do\b|create\s+database|drop\s+database"
    r"|alter\s+system|reindex|select|show|set|reset|cluster\s*;?\s*$)|.*\b(concurrently|add\s+value)\b",
    re.IGNORECASE | re.DOTALL,
)
PROBE = """
SELECT 'c', c.oid::bigint, c.relfilenode::bigint, 0::bigint, 0::bigint
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'i', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT 's', relid::bigint, seq_tup_read, n_tup_upd + n_tup_del, n_tup_ins
FROM pg_catalog.pg_stat_xact_all_tables WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'
UNION ALL
SELECT 'w', 0, (pg_catalog.pg_current_wal_insert_lsn() - '0/0'::pg_catalog.pg_lsn)::bigint, 0, 0
"""


class Run:
    """One run of Alembic: counts statements, reports them, and dies where it is told to."""

    def __init__(self, request: dict[str, Any], commands: TextIO, answers: int) -> None:
        self.request = request
        self.commands = commands
        self.answers = answers
        self.number = 0
        self.wrapped: Any = None
        self.probed: dict[str, dict[int, Any]] = {}
        self.started, self.wanted = 0.0, ""
        self.open: dict[int, str] = {}

    def say(self, event: str, **fields: Any) -> None:
        """Report, in one write."""
        answer = {"event": event, "at": time.monotonic(), **fields}
        os.write(self.answers, (json.dumps(answer, default=str) + "\n").encode())

    def wait(self) -> None:
        """Stop until told to go on, where the request says so."""
        stops = self.request.get("stops")
        if stops is True or (stops and self.number in stops):
            self.commands.readline()

    def die(self) -> None:
        """End as `kill -9` would: no rollback, no clean-up."""
        os._exit(KILLED)

    def redirect(self, dialect: Any, _record: Any, cargs: list[Any], cparams: dict[str, Any]) -> None:
        """Whatever address env.py computed: connect to the throw-away server instead."""
        from sqlalchemy.engine import make_url

        if dialect.name != "postgresql":
            self.refuse(f"env.py connects to {dialect.name}; only PostgreSQL can be verified")
        _, ours = dialect.create_connect_args(make_url(self.request["url"]))
        kept = {name: value for name, value in cparams.items() if name in KEPT_ARGUMENTS}
        self.wanted = str(cparams.get("dbname") or cparams.get("database") or "")
        if others := {*self.open.values()} - {self.wanted}:
            self.refuse(f"env.py opens {self.wanted} while {', '.join(others)} is open; only one can be verified")
        cargs[:] = []
        cparams.clear()
        cparams.update(kept, **ours)

    def guard(self, connection: Any, record: Any) -> None:
        """Every new connection must be to the throw-away server (`creator=` escapes the redirection)."""
        rows = self.query(connection, "SELECT current_setting('cluster_name'), pg_backend_pid(), current_database()")
        rollback = getattr(connection, "rollback", None)
        if rollback is not None:
            rollback()
        cluster, pid, database = rows[0]
        if cluster != self.request["cluster"] or self.request.get("database") not in (None, database):
            self.refuse("env.py opened a connection to another server than the throw-away one")
        self.say("connect", pid=pid)
        record.info["database"] = self.wanted

    def refuse(self, why: str) -> None:
        """Stop before anything is touched."""
        self.say("refused", why=why)
        os._exit(REFUSED)

    @staticmethod
    def query(connection: Any, sql: str) -> list[Any]:
        """Rows of a query on the driver's own connection, seen by no hook."""
        cursor = connection.cursor()
        try:
            cursor.execute(sql)
            return list(cursor.fetchall())
        finally:
            cursor.close()

    @staticmethod
    def send(connection: Any, sql: str) -> None:
        """A statement on the driver's own connection, seen by no hook."""
        cursor = connection.cursor()
        try:
            cursor.execute(sql)
        finally:
            cursor.close()

    def is_autocommit(self, connection: Any, driver: Any) -> bool:
        """Whether the driver commits each statement by itself."""
        for name in ("autocommit", "isolation_level"):
            value = getattr(driver, name, None)
            if isinstance(value, bool):
                return value
            if isinstance(value, str):
                return value.lower() == "autocommit"
        return bool(connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT")

    def before(self, connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        """before_cursor_execute."""
        self.number += 1
        driver = connection.connection.dbapi_connection
        autocommit = self.is_autocommit(connection, driver)
        shown = repr(parameters)[:200] if parameters else ""
        self.say("before", n=self.number, sql=statement, parameters=shown, autocommit=autocommit, many=bool(many))
        if self.request.get("kill_before") == self.number:
            self.die()
        self.wait()
        if self.request.get("trace"):
            if autocommit and not CANNOT_WRAP.match(statement):
                self.send(driver, "BEGIN")
                self.wrapped = driver
            self.probed = self.probe(driver)
        self.started = time.perf_counter()

    def after(
        self, connection: Any, cursor: Any, _statement: str, _parameters: Any, _context: Any, _many: bool
    ) -> None:
        """after_cursor_execute."""
        seconds = time.perf_counter() - self.started
        if self.request.get("kill_after") == self.number:
            self.die()
        effect: dict[str, Any] = {}
        if self.request.get("trace"):
            effect = self.effect(self.probe(connection.connection.dbapi_connection))
        self.say("after", n=self.number, seconds=seconds, rows=max(cursor.rowcount or 0, 0), **effect)
        self.wait()
        if self.wrapped is not None:
            self.send(self.wrapped, "COMMIT")
            self.wrapped = None

    def failed(self, context: Any) -> None:
        """handle_error."""
        error = context.original_exception
        state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or ""
        self.say("failed", n=self.number, error=str(error), kind=type(error).__name__, sqlstate=state)
        if self.wrapped is not None:
            self.send(self.wrapped, "ROLLBACK")
            self.wrapped = None

    def probe(self, driver: Any) -> dict[str, dict[int, Any]]:
        """Files of all relations, rows touched so far by this transaction, and how much WAL the server has written."""
        rows = self.query(driver, PROBE)
        return {
            "files": {row[1]: row[2] for row in rows if row[0] == "c"},
            "stats": {row[1]: row[2:] for row in rows if row[0] == "s"},
            "wal": {row[1]: row[2] for row in rows if row[0] == "w"},
        }

    def effect(self, now: dict[str, dict[int, Any]]) -> dict[str, Any]:
        """What the statement itself did: rows scanned, changed, added by relation (oid); new files; bytes of WAL."""
        then = self.probed
        effect: dict[str, dict[int, int]] = {"scanned": {}, "changed": {}, "added": {}}
        for oid, counts in now["stats"].items():
            old = then["stats"].get(oid, (0, 0, 0))
            for place, name in enumerate(("scanned", "changed", "added")):
                if counts[place] > old[place]:
                    effect[name][oid] = counts[place] - old[place]
        same = then["files"].keys() & now["files"].keys()
        rewritten = [oid for oid in same if then["files"][oid] != now["files"][oid]]
        return {**effect, "rewritten": rewritten, "wal_bytes": now["wal"][0] - then["wal"].get(0, now["wal"][0])}

    def listen(self) -> None:
        """Hang the hooks on all engines, sync and async."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "do_connect", self.redirect)
        event.listen(Engine, "connect", self.guard, insert=True)
        event.listen(Engine, "checkout", lambda _c, record, _p: self.open.update({id(record): record.info["database"]}))
        event.listen(Engine, "checkin", lambda _connection, record: self.open.pop(id(record), None))
        event.listen(Engine, "before_cursor_execute", self.before)
        event.listen(Engine, "after_cursor_execute", self.after)
        event.listen(Engine, "handle_error", self.failed)
        event.listen(Engine, "commit", lambda _connection: self.say("commit"))
        event.listen(Engine, "rollback", lambda _connection: self.say("rollback"))

    def set_per_migration(self) -> None:
        """Override what env.py says about `transaction_per_migration`."""
        from alembic.runtime.environment import EnvironmentContext

        configure, wanted = EnvironmentContext.configure, self.request.get("per_migration")

        def configured(environment: Any, *args: Any, **options: Any) -> Any:
            return configure(environment, *args, **{**options, "transaction_per_migration": wanted})

        if wanted is not None:
            EnvironmentContext.configure = configured  # type: ignore[method-assign, assignment]

    def go(self, start: Start) -> int:
        """Run and answer with the exit code."""
        os.chdir(self.request["cwd"])
        os.environ.update(self.request.get("env") or {})
        try:
            self.listen()
            self.set_per_migration()
            start(self.request["argv"], self.request["url"])
        except SystemExit as stop:
            if isinstance(stop.code, int) or stop.code is None:
                return stop.code or 0
            print(stop.code, file=sys.stderr)
            return 1
        except BaseException:
            traceback.print_exc()
            return 1
        return 0


def perform(request: dict[str, Any], commands: TextIO, answers: int, start: Start) -> None:
    """One run with its output in files; does not return."""
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
    code = Run(request, commands, answers).go(start)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def project_start() -> Start:
    """The function of that name beside this file, which is a script of no package here."""
    return runpy.run_path(os.path.join(os.path.dirname(sys.argv[1]), "worker_project.py"))["start"]  # type: ignore[no-any-return]


def main() -> None:
    """Serve requests until standard input closes."""
    answers = os.dup(1)
    commands = os.fdopen(os.dup(0), "r", buffering=1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    for name in PRELOADED:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    start = project_start()
    for line in iter(commands.readline, ""):
        request = json.loads(line)
        if not hasattr(os, "fork"):
            perform(request, commands, answers, start)
        child = os.fork()
        if child == 0:
            perform(request, commands, answers, start)
        _, status = os.waitpid(child, 0)
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
        os.write(answers, (json.dumps({"event": "exit", "at": time.monotonic(), "code": code}) + "\n").encode())


if __name__ == "__main__":
    main()
