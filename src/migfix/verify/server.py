"""A throw-away PostgreSQL: private folder, Unix socket, settings for speed that do not flatter a migration."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict
from urllib.parse import quote

from migfix.errors import ServerError
from migfix.verify.binaries import INSTALL, Binaries, chosen_server
from migfix.verify.extensions import stand_in_settings

if TYPE_CHECKING:
    import psycopg

SUPERUSER = "postgres"
PORT = 5432
SOCKET_PATH_LIMIT = 70
"""Bytes left for the folder in a Unix socket's path (103 on macOS, 107 on Linux, PostgreSQL 18 documentation, 19.3)."""
MEMORY_FOLDER = "/dev/shm"
ROOM = 2 * 1024**3
"""Bytes that must be free in memory before the cluster is put there."""

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "jit": "off",
    "restart_after_crash": "off",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "wal_level": "replica",
    "listen_addresses": "",
    "log_min_messages": "fatal",
    "max_connections": "60",
}


class Identity(TypedDict, total=False):
    """As whom to start a process: arguments of `subprocess`."""

    user: int
    group: int
    extra_groups: list[int]


class Server:
    """Starts on `with`, is gone after it: also after Ctrl-C, SIGTERM and SIGKILL of this process (a watchdog sees to it).

    Cold start takes 0.4 s in memory, 1.1 s on disk. While it runs, PG* variables are out of the environment.
    """

    private = True
    """Nobody else has databases on it; where that is not so, migrations are held to their database by name."""

    def __init__(self, binaries: Binaries | None = None, *, start_seconds: float = 60.0) -> None:
        self.binaries = binaries or chosen_server()
        self.cluster_name = f"migfix-{secrets.token_hex(6)}"
        self.folder = Path()
        self.start_seconds = start_seconds
        self._postgres: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._set_aside: dict[str, str] = {}
        self._admin: psycopg.Connection[Any] | None = None

    @property
    def major(self) -> int:
        return self.binaries.major

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Create the cluster and wait until it answers.

        Raises ServerError with the server's own words when it does not, or when psycopg is missing.
        """
        _require_psycopg()
        self._set_aside = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("PG")}
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server at once and remove its folder; harmless when called twice."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        if self._postgres is not None:
            self._postgres.send_signal(getattr(signal, "SIGQUIT", signal.SIGTERM))
            self._postgres.wait()
            self._postgres = None
        if self._watchdog is not None:
            self._watchdog.communicate()
            self._watchdog = None
        os.environ.update(self._set_aside)
        self._set_aside = {}

    def abort(self) -> None:
        """Let everything that goes on here fail at once, from another thread; `stop` is still due."""
        if self._postgres is not None:
            self._postgres.send_signal(getattr(signal, "SIGQUIT", signal.SIGTERM))

    def last_words(self) -> str:
        """What a server that ended by itself wrote last; "" when there is nothing."""
        log = self.folder / "log"
        said = log.read_text(errors="replace").split("\n") if self.folder.name and log.exists() else []
        return next((line for line in reversed(said) if "PANIC" in line or "FATAL" in line), "")

    @property
    def alive(self) -> bool:
        """Started, and not ended by itself."""
        return self._postgres is not None and self._postgres.poll() is None

    def url(self, database: str, *, driver: str = "psycopg") -> str:
        """An SQLAlchemy URL."""
        return f"postgresql+{driver}://{SUPERUSER}@/{quote(database)}?host={self.folder}&port={PORT}"

    def arguments(self, database: str) -> tuple[str, ...]:
        """Arguments for `psql` and `pg_dump`."""
        return ("-h", str(self.folder), "-p", str(PORT), "-U", SUPERUSER, "-d", database)

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """A connection in autocommit mode; the caller closes it."""
        import psycopg

        return psycopg.connect(host=str(self.folder), port=PORT, user=SUPERUSER, dbname=database, autocommit=True)

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Create an empty database, or a copy of one that nobody is connected to; 10 MB take 0.02 s, 300 MB 0.3 s.

        Files are copied where that is allowed: half the time, and no WAL; on a server that is not ours the checkpoint
        before it would be felt.
        """
        how = " STRATEGY FILE_COPY" if self.private and self.major >= 15 else ""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}"{how}')
        return name

    def drop_database(self, name: str) -> None:
        """Drop it, whoever is connected."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def disconnect(self, database: str) -> None:
        """End all sessions of a database; a session whose client was killed goes on with its statement otherwise."""
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        self._execute(ended, database)

    @contextlib.contextmanager
    def scratch(self, *, template: str | None = None) -> Iterator[str]:
        """A database of a random name for the length of a `with`."""
        name = self.create_database(f"scratch_{secrets.token_hex(6)}", template=template)
        try:
            yield name
        finally:
            self.drop_database(name)

    def _execute(self, statement: str, *parameters: str) -> None:
        import psycopg

        try:
            if self._admin is None:
                self._admin = self.connect("postgres")
            self._admin.execute(statement, parameters or None)
        except psycopg.OperationalError as error:
            raise ServerError(f"PostgreSQL {self.binaries.version} ({self.binaries.bin}): {error}") from error

    def _start(self) -> None:
        identity = _identity()
        self.folder = Path(tempfile.mkdtemp(prefix="migfix-", dir=_roomy_folder(identity)))
        watch = [sys.executable, "-I", "-S", str(Path(__file__).with_name("watchdog.py")), str(self.folder)]
        self._watchdog = subprocess.Popen(watch, stdin=subprocess.PIPE, cwd="/", start_new_session=True)
        if identity:
            os.chown(self.folder, identity["user"], identity["group"])
        binaries = self._reachable(identity)
        data = self.folder / "data"
        self._initialize(binaries, data, identity)
        settings = {**SETTINGS, "cluster_name": self.cluster_name, "unix_socket_directories": str(self.folder)}
        settings |= stand_in_settings(self.folder, major=binaries.major)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = self.folder / "log"
        with log.open("wb") as output:
            self._postgres = subprocess.Popen(
                [binaries.program("postgres"), "-D", str(data), "-p", str(PORT), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                start_new_session=True,
                **identity,
            )
        self._wait_until_ready(data / "postmaster.pid", log)

    def _initialize(self, binaries: Binaries, data: Path, identity: Identity) -> None:
        command = [
            binaries.program("initdb"),
            "-D",
            str(data),
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        locale = ["--locale-provider=libc"] if binaries.major >= 15 else []
        done = subprocess.run(
            [*command, *locale, "--locale=C.UTF-8" if sys.platform != "darwin" else "--locale=C"],
            capture_output=True,
            text=True,
            cwd=self.folder,
            start_new_session=True,
            check=False,
            **identity,
        )
        if done.returncode:
            raise ServerError(f"initdb of PostgreSQL {binaries.version} ({binaries.bin}) failed: {done.stderr.strip()}")

    def _reachable(self, identity: Identity) -> Binaries:
        """The binaries as that account can run them: copied into our folder if they lie in another's home."""
        if not identity or _runs(self.binaries, identity):
            return self.binaries
        copied = self.binaries.copied_to(self.folder / "files")
        if not _runs(copied, identity):
            raise ServerError(f"PostgreSQL does not run as root, and no other account here can run {self.binaries.bin}")
        return copied

    def _wait_until_ready(self, pid_file: Path, log: Path) -> None:
        """Poll the last line of postmaster.pid, which turns to `ready` (PostgreSQL 18, miscadmin.h, lock file lines)."""
        assert self._postgres is not None
        deadline = time.monotonic() + self.start_seconds
        while time.monotonic() < deadline:
            if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
                return
            if self._postgres.poll() is not None:
                raise ServerError(f"PostgreSQL {self.binaries.version} did not start: {log.read_text().strip()}")
            time.sleep(0.005)
        raise ServerError(f"PostgreSQL {self.binaries.version} did not answer within {self.start_seconds:.0f} s")


def _require_psycopg() -> None:
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise ServerError(f"The PostgreSQL driver psycopg is not usable ({error}). Install it: {INSTALL}") from error


def _roomy_folder(identity: Identity) -> str:
    """Memory where it is large enough, else a temporary folder that is reachable and short enough for a socket's name."""
    memory = os.path.isdir(MEMORY_FOLDER) and os.access(MEMORY_FOLDER, os.W_OK)
    if memory and shutil.disk_usage(MEMORY_FOLDER).free >= ROOM:
        return MEMORY_FOLDER
    usual = tempfile.gettempdir()
    suits = len(usual) <= SOCKET_PATH_LIMIT and _is_open_to(identity, usual)
    return usual if suits or not os.path.isdir("/tmp") else "/tmp"


def _is_open_to(identity: Identity, folder: str) -> bool:
    """Whether that account gets there: root's own temporary folder is closed to others."""
    path = Path(folder).resolve()
    return not identity or all(
        p.stat().st_mode & 0o001 or p.stat().st_uid == identity["user"] for p in (path, *path.parents)
    )


def _identity() -> Identity:
    """PostgreSQL refuses to run as root: then, another account's."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise ServerError(
        "PostgreSQL does not run as root, and this machine has neither an account `postgres` nor `nobody`"
    )


def _runs(binaries: Binaries, identity: Identity) -> bool:
    """Whether that account can read the files: initdb looks for the server and its share folder before anything else."""
    try:
        command = [binaries.program("initdb"), "--show", "-D", "/nonexistent"]
        shown = subprocess.run(command, capture_output=True, check=False, timeout=20, cwd="/", **identity)
    except (OSError, subprocess.SubprocessError):
        return False
    return shown.returncode == 0
