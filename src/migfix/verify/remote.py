"""The user's own PostgreSQL server as the throw-away one: new databases of a random name, dropped again, nothing else."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from migfix.errors import ServerError
from migfix.verify.binaries import Binaries, installed_servers
from migfix.verify.catalog import quoted
from migfix.verify.server import Server, _require_psycopg

if TYPE_CHECKING:
    import psycopg

SCHEMES = ("postgresql", "postgres")


class RemoteServer(Server):
    """Started by somebody else. The role needs LOGIN and CREATEDB; the database named in the URL is only connected to.

    `pg_dump` and `psql` come from an installed PostgreSQL that is at least as new.
    """

    private = False

    def __init__(self, url: str) -> None:
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            self._address = make_url(url)
        except ArgumentError as error:
            raise ServerError("--server is no URL; write postgresql://user:password@host:5432/postgres") from error
        if self._address.get_backend_name() not in SCHEMES:
            raise ServerError(f"--server names {self._address.get_backend_name()}; only PostgreSQL can be verified on")
        self._created: set[str] = set()
        self._prefix = f"migfix_{secrets.token_hex(4)}_"
        super().__init__(Binaries(major=0, version="", bin=Path(), provider="--server"))

    def start(self) -> None:
        """Connect, and find programs that fit. Raises ServerError in the server's words."""
        _require_psycopg()
        import psycopg

        try:
            self._admin = self.connect(self._address.database or "postgres")
        except psycopg.Error as error:
            raise ServerError(f"--server: {' '.join(str(error).split())}") from error
        self._require_createdb()
        major = self._admin.info.server_version // 10000
        fitting = [b for b in installed_servers() if b.major >= major]
        if not fitting:
            self.stop()
            raise ServerError(f"--server runs PostgreSQL {major}, and no pg_dump as new as that is installed here")
        self.binaries = Binaries(
            major=major,
            version=_version(self._admin),
            bin=min(fitting, key=lambda b: b.major).bin,
            provider="--server",
            folders=(),
        )
        row = self._admin.execute("SELECT current_setting('cluster_name')").fetchone()
        self.cluster_name = row[0] if row else ""
        self._set_aside = {"PGPASSWORD": os.environ.get("PGPASSWORD", "")}
        if self._address.password:
            os.environ["PGPASSWORD"] = str(self._address.password)

    def _require_createdb(self) -> None:
        assert self._admin is not None
        query = "SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        role, allowed = self._admin.execute(query).fetchone() or ("?", True)
        if not allowed:
            self.stop()
            raise ServerError(
                f"--server: the role {role} may not create databases, and verify works in new ones only;"
                f" let an administrator run: ALTER ROLE {quoted(role)} CREATEDB"
            )

    def stop(self) -> None:
        """Drop what was created, and disconnect."""
        for name in [*self._created]:
            with contextlib.suppress(ServerError):
                self.drop_database(name)
        if self._set_aside:
            os.environ.pop("PGPASSWORD", None)
            os.environ.update({k: v for k, v in self._set_aside.items() if v})
            self._set_aside = {}
        if self._admin is not None:
            self._admin.close()
            self._admin = None

    def abort(self) -> None:
        """End all sessions in the databases that were created."""
        with self.connect(self._address.database or "postgres") as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)", ([*self._created],)
            )

    @property
    def alive(self) -> bool:
        import psycopg

        try:
            return self._admin is not None and self._admin.execute("SELECT 1") is not None
        except psycopg.Error:
            return False

    def url(self, database: str, *, driver: str = "psycopg") -> str:
        found = self._address.set(drivername=f"postgresql+{driver}", database=database)
        return found.render_as_string(hide_password=False)

    def arguments(self, database: str) -> tuple[str, ...]:
        """A connection string without the password, which is in PGPASSWORD."""
        found = self._address.set(drivername="postgresql", database=quote(database), password=None)
        return ("-d", found.render_as_string())

    def connect(self, database: str) -> psycopg.Connection[Any]:
        import psycopg

        found = self._address.set(drivername="postgresql", database=database)
        return psycopg.connect(found.render_as_string(hide_password=False), autocommit=True)

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Create one of that name behind a random prefix; answers the whole name."""
        whole = f"{self._prefix}{name}"[:63]
        self._created.add(whole)
        return super().create_database(whole, template=template)

    def drop_database(self, name: str) -> None:
        """Drop one that was created here; any other is left alone."""
        if name in self._created:
            super().drop_database(name)
            self._created.discard(name)


def _version(connection: psycopg.Connection[Any]) -> str:
    return str(connection.info.parameter_status("server_version") or "").split()[0]
