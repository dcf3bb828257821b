"""Which databases and which Alembic a project uses, as far as its files show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from migfix.model.target import Target
from migfix.read.env_text import literals, shown_dialects
from migfix.read.project import ProjectLayout
from migfix.read.source import UnreadableFile, read_file

_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
_LOCKED = r'^name = "{name}"\s*\nversion = "(\d+)\.(\d+)'
_PIPFILE = r'"{name}":\s*\{{[^{{}}]*"version":\s*"==\s*(\d+)\.(\d+)'
_PIN = r"(?:^|[\"'\s]){name}(?:\[[^\]]*\])?[\"']?\s*(?:[=:]\s*\{{?[^\n}}]*?[\"'])?\s*\(?([=<>!~^][^;#\n\"']*|\d[^;#\n\"']*)"
_LOWER = re.compile(r"(?:===?|>=|~=|>|\^|~|^)\s*(\d+)(?:\.(\d+))?")


def detect_target(layout: ProjectLayout) -> Target:
    """The target nobody had to choose: dialects by URL and env.py, Alembic by pins, the oldest PostgreSQL in support."""
    env = ""
    if layout.env_path is not None:
        try:
            env = read_file(str(layout.env_path))
        except UnreadableFile:
            env = ""
    return Target(dialects=detect_dialects(layout, env), alembic=alembic_version(layout.root))


def detect_dialects(layout: ProjectLayout, env: str) -> frozenset[str]:
    """The dialects that the configured URLs and env.py's own strings show.

    PostgreSQL when nothing shows; PostgreSQL and SQLite when only SQLite shows (tests often run on SQLite). MySQL and
    other databases stand alone unless PostgreSQL shows too.
    """
    try:
        texts = [literal.text for literal in literals(ast.parse(env))]
    except (SyntaxError, ValueError):
        texts = []
    shown = shown_dialects([*layout.urls, *texts])
    return shown | {"postgresql"} if shown <= {"sqlite", "postgresql"} else shown


def alembic_version(root: Path) -> tuple[int, int]:
    """The oldest Alembic that the project's pins allow, as (major, minor); else the one installed beside migfix."""
    return pinned_version("alembic", root) or _installed()


def pinned_version(package: str, root: Path) -> tuple[int, int] | None:
    """The locked version of a package, else the lowest that requirements files or pyproject.toml allow.

    Looks into `root` and its parents up to the top of the git checkout; the nearest answer counts.
    """
    for folder in (root.absolute(), *root.absolute().parents):
        found = next(_versions(package, folder), None)
        if found is not None or (folder / ".git").exists():
            return found
    return None


def _versions(package: str, folder: Path) -> Iterator[tuple[int, int]]:
    for name in _LOCKS:
        yield from _matches(_LOCKED, package, folder / name)
    yield from _matches(_PIPFILE, package, folder / "Pipfile.lock")
    requirements = sorted(folder.glob("requirements*.txt")) + sorted(folder.glob("requirements/*.txt"))
    for path in (*requirements, folder / "pyproject.toml", folder / "setup.cfg"):
        for text in re.findall(_PIN.format(name=package), _text(path), re.MULTILINE | re.IGNORECASE):
            lowest = [(int(major), int(minor or 0)) for major, minor in _LOWER.findall(_without_upper(text))]
            yield from sorted(lowest)[:1]


def _without_upper(specifier: str) -> str:
    """The specifier without the parts that only exclude (`<2`, `!=1.5`)."""
    return ",".join(p.strip() for p in specifier.split(",") if p.strip() and p.strip()[0] not in "<!")


def _matches(pattern: str, package: str, path: Path) -> Iterator[tuple[int, int]]:
    match = re.search(pattern.format(name=package), _text(path), re.MULTILINE)
    if match:
        yield int(match.group(1)), int(match.group(2))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
    except OSError:
        return ""


def _installed() -> tuple[int, int]:
    from importlib import metadata

    try:
        major, minor = metadata.version("alembic").split(".")[:2]
    except (metadata.PackageNotFoundError, ValueError):
        return Target().alembic
    return int(major), int(minor)
