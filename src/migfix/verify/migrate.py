"""Runs a project's own Alembic against a throw-away database, statement by statement, dying where it is told to."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from migfix.errors import ServerError
from migfix.verify.server import Server
from migfix.verify.statements import KILLED, Log, Run, Statement

__all__ = ["AtStop", "Order", "Run", "Runner", "Statement"]

DISK_FULL = "53100"
BOOT = "import sys; sys.path[:1] = []; path = sys.argv[1]; exec(compile(open(path).read(), path, 'exec'))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How to run: `argv` as for `alembic` ("upgrade", "head"); the folder to run in holds alembic.ini.

    kill_before, kill_after   the statement at which the process ends without a word, as with SIGKILL.
    per_migration             overrides `transaction_per_migration` of env.py.
    trace                     measure every statement; autocommitted ones are wrapped in BEGIN and COMMIT where legal.
    stops                     statements before and after which `at_stop` is called while the run waits; True: all.
    environment               added to the environment variables.
    """

    argv: tuple[str, ...]
    kill_before: int | None = None
    kill_after: int | None = None
    per_migration: bool | None = None
    trace: bool = False
    stops: bool | tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


AtStop = Callable[[int, Statement, str], None]
"""Called with the server process id of the migration, the statement, and "before" or "after"."""


class Runner:
    """Keeps one process of the project's Python ready with Alembic imported; a run then costs a fork, not a start.

    Used with `with`. Not for several threads. `environment` is added to every order's; `{url}` in a value becomes the
    throw-away database's address, as libpq and SQLAlchemy read it.
    """

    def __init__(
        self,
        server: Server,
        *,
        python: str = sys.executable,
        seconds: float = 120.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.server = server
        self.python = python
        self.seconds = seconds
        self.environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._pending = b""
        self._scratch = tempfile.TemporaryDirectory(prefix="migfix-run-")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start the process now; it imports what it needs while the server starts."""
        self._started()

    def close(self) -> None:
        """End the process and everything it started."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)
        self._pending = b""
        self._scratch.cleanup()

    def run(self, project: Path, order: Order, *, database: str, at_stop: AtStop | None = None) -> Run:
        """Run Alembic in `project` against `database` and wait for its end.

        Raises ServerError when it takes longer than the time limit, or when the project's Python has no Alembic.
        """
        out, err = Path(self._scratch.name) / "out", Path(self._scratch.name) / "err"
        self._write(self._request(project, order, database=database, out=out, err=err))
        log = Log()
        deadline = time.monotonic() + self.seconds
        while log.code is None:
            answer = self._read(deadline)
            if answer is None:
                self._abandon(database)
                raise ServerError(f"The migration did not end within {self.seconds:.0f} s and was stopped")
            statement = log.add(answer)
            if statement is not None and (order.stops is True or (order.stops and statement.number in order.stops)):
                if at_stop is not None:
                    at_stop(log.pid, statement, str(answer["event"]))
                self._write({})
        _require_machine(log, order)
        texts = [path.read_text(errors="replace") if path.exists() else "" for path in (out, err)]
        return log.run(out=texts[0], err=texts[1])

    def _request(self, project: Path, order: Order, *, database: str, out: Path, err: Path) -> dict[str, Any]:
        """What worker.py reads: the only place where an Order becomes JSON."""
        for path in (out, err):
            path.unlink(missing_ok=True)
        url = self.server.url(database)
        plain = "postgresql" + url[url.index("://") :]
        return {
            "argv": order.argv,
            "cwd": str(project),
            "env": {k: v.replace("{url}", plain) for k, v in {**self.environment, **order.environment}.items()},
            "url": url,
            "cluster": self.server.cluster_name,
            "database": None if self.server.private else database,
            "out": str(out),
            "err": str(err),
            "kill_before": order.kill_before,
            "kill_after": order.kill_after,
            "per_migration": order.per_migration,
            "trace": order.trace,
            "stops": order.stops,
        }

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._pending = b""
            worker = str(Path(__file__).with_name("worker.py"))
            ours = self.server.private
            self._process = subprocess.Popen(
                [self.python, "-c", BOOT, worker],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
                env={name: value for name, value in os.environ.items() if not (ours and name.startswith("PG"))},
            )
        return self._process

    def _write(self, message: Mapping[str, Any]) -> None:
        stdin = self._started().stdin
        assert stdin is not None
        stdin.write(json.dumps(message).encode() + b"\n")
        stdin.flush()

    def _read(self, deadline: float) -> dict[str, Any] | None:
        """The next answer; an ended process counts as the end of the run, None says that time is up."""
        process = self._started() if self._process is None else self._process
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._pending:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    return None
                chunk = os.read(process.stdout.fileno(), 65536)
                if not chunk:
                    return {"event": "exit", "at": time.monotonic(), "code": process.wait()}
                self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _abandon(self, database: str) -> None:
        """End the process, and what the server is still doing for it."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)
        self.server.disconnect(database)


def _require_machine(log: Log, order: Order) -> None:
    """Raise ServerError where the machine gave up, not the migration."""
    full = log.error_of(DISK_FULL)
    if full:
        raise ServerError(full)
    if log.code == KILLED and order.kill_before is None and order.kill_after is None:
        raise ServerError("the process that ran the migration was killed from outside (out of memory?)")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and its children, and free its pipes."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
    else:
        process.kill()
    process.communicate()
