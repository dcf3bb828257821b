"""The whole proof, for the command line and tests alike: a server, a time limit, and one trial for each revision."""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from migfix.errors import MigfixError, ServerError
from migfix.verify.case import Case, Options
from migfix.verify.migrate import Runner
from migfix.verify.server import Server
from migfix.verify.trial import Trial
from migfix.verify.verdict import Verdict

FOREVER = 24 * 3600.0
FULL = ("No space left on device", "Disk quota exceeded")
GONE = ("server closed the connection", "connection is closed", "connection to server on socket")
"""How psycopg says that there is no server any more."""

Progress = Callable[[str], None]


class Session:
    """A server for as many proofs as are wanted; used with `with`, after which all of it is gone.

    When the time is up, the server is ended from another thread: whatever goes on then fails with the reason.
    """

    def __init__(self, server: Server, options: Options, *, progress: Progress = lambda text: None) -> None:
        self.server = server
        self.options = options
        self.progress = progress
        self._stack = ExitStack()
        self._expired = threading.Event()
        self._deadline = time.monotonic() + (options.timeout or FOREVER)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="migfix-copies-"))
            self._folder = Path(folder)
            self.progress("starting PostgreSQL")
            self.runner = Runner(
                self.server,
                python=self.options.python,
                seconds=self.options.timeout or FOREVER,
                environment=self.options.environment,
            )
            stack.callback(self.runner.close)
            self.runner.warm()
            self._start()
            stack.callback(self.server.stop)
            stack.callback(self.runner.close)
            if self.options.timeout is not None:
                timer = threading.Timer(self._deadline - time.monotonic(), self._expire)
                timer.daemon = True
                stack.callback(timer.cancel)
                timer.start()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self) -> None:
        try:
            self.server.start()
        except (MigfixError, OSError) as error:
            said = " ".join(str(error).split())
            if any(sign in said for sign in FULL):
                raise ServerError(_full(self.server, said)) from error
            raise

    def verify(self, case: Case) -> Verdict:
        """Judge one revision.

        Raises ServerError, in one line, when the server, the project's env.py or the machine gives up.
        """
        import psycopg

        try:
            with tempfile.TemporaryDirectory(dir=self._folder) as folder:
                trial = Trial(case, self.options, self.runner, stage=self.stage, folder=Path(folder))
                return trial.verdict()
        except (MigfixError, psycopg.Error, OSError) as error:
            interruption = _interruption(error)
            raise interruption or self._reason(error) from error

    @contextmanager
    def stage(self, text: str) -> Iterator[None]:
        """Say what is done now, and give it the time that is left."""
        self.progress(text)
        self.runner.seconds = max(1.0, self._deadline - time.monotonic())
        yield

    def _expire(self) -> None:
        self._expired.set()
        self.server.abort()

    def _reason(self, error: Exception) -> MigfixError:
        """The error in one line, with its cause first."""
        said = " ".join(str(error).split())
        late = time.monotonic() >= self._deadline - 0.5
        if self._expired.is_set() or (late and self.options.timeout is not None):
            return ServerError(
                f"not done within {self.options.timeout:g} s (--timeout); everything was ended and removed"
            )
        if any(sign in said or sign in self.server.last_words() for sign in FULL):
            return ServerError(_full(self.server, said))
        gone = any(sign in said for sign in GONE) and "does not exist" not in said
        if gone or not self.server.alive:
            words = self.server.last_words() or said
            return ServerError(f"PostgreSQL {self.server.binaries.version} ended while it was needed: {words}")
        return error if isinstance(error, MigfixError) else ServerError(said)


def _full(server: Server, said: str) -> str:
    """In the server's words: which file could not be written."""
    found = re.search(rf"could not [^:]+: ({'|'.join(FULL)})", f"{said}\n{server.last_words()}")
    said = found[0] if found else said
    return f"the disk is full ({server.folder.parent}): {said}; fewer --rows need less, TMPDIR names another place"


def _interruption(error: BaseException | None) -> BaseException | None:
    """Ctrl-C or SIGTERM behind an error: cleaning up after it may fail, since it can strike inside a query."""
    while error is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
        error = error.__context__
    return error
