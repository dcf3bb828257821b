"""Where a project's files are: config files around a folder, packages without importing them, revision files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from migfix.model.record import record

_SKIPPED = {"node_modules", "site-packages", "__pycache__", "build", "dist", "venv"}
_REVISION = re.compile(r"^revision\b[ \t]*(?::[^=\n]+)?=", re.MULTILINE)


@record
class Listing:
    """The revision files of some folders in a stable order, and what was passed over, with the reason."""

    files: tuple[Path, ...]
    skipped: tuple[tuple[Path, str], ...] = ()


def upward(folder: Path) -> Iterator[Path]:
    """The folder and its parents, up to the top of the git checkout (included) or of the file system."""
    for place in (folder, *folder.parents):
        yield place
        if (place / ".git").exists():
            return


def config_pair(folder: Path) -> tuple[Path | None, Path | None]:
    """The alembic.ini and the pyproject.toml with `[tool.alembic]` that Alembic would read if run in the folder."""
    ini, toml = folder / "alembic.ini", folder / "pyproject.toml"
    return (ini if ini.is_file() else None, toml if toml.is_file() and mentions_alembic(toml) else None)


def mentions_alembic(toml: Path) -> bool:
    try:
        return b"tool.alembic" in toml.read_bytes()
    except OSError:
        return False


def below(folder: Path) -> tuple[Path, ...]:
    """Folders one level down that hold a configuration; when there are none, two levels down."""
    first = _subfolders(folder)
    for level in (first, [inner for outer in first for inner in _subfolders(outer)]):
        found = tuple(f for f in level if any(config_pair(f)))
        if found:
            return found
    return ()


def _subfolders(folder: Path) -> list[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return []
    return [Path(e.path) for e in entries if e.is_dir() and e.name not in _SKIPPED and not e.name.startswith(".")]


def resource(spec: str, roots: Iterable[Path]) -> Path | None:
    """`package:path` as a folder, looked up as source below the roots; nothing is imported.

    Alembic asks `importlib.resources.files(package)` (`alembic.util.coerce_resource_to_filename`).
    """
    package, *rest = spec.split(":")
    for root in roots:
        folder = root.joinpath(*package.split("."))
        if folder.is_dir():
            return folder.joinpath(*rest)
    return None


def module_file(module: str, roots: Iterable[Path]) -> Path | None:
    """The source file of a dotted module below the first root that has it; nothing is imported."""
    for root in roots:
        base = root.joinpath(*module.split("."))
        for candidate in (base.with_name(base.name + ".py"), base / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None


def list_revisions(folders: Iterable[Path], *, recursive: bool) -> Listing:
    """The files that Alembic would load from version locations; a file reached twice is listed once.

    Not listed: `__init__*.py`, hidden files, editors' lock files, compiled files, `__pycache__`. As in Alembic, links
    to folders are not followed below a location (`Script._list_py_dir`).
    """
    files: list[Path] = []
    skipped: list[tuple[Path, str]] = []
    seen: set[str] = set()
    real_folders: dict[Path, str] = {}
    for path in (p for folder in folders for p in _python_files(folder, recursive=recursive)):
        reason = _unusable(path)
        if path.parent not in real_folders:
            real_folders[path.parent] = os.path.realpath(path.parent)
        real = os.path.realpath(path) if path.is_symlink() else os.path.join(real_folders[path.parent], path.name)
        if reason is not None:
            skipped.append((path, reason))
        elif real not in seen:
            seen.add(real)
            files.append(path)
    return Listing(files=tuple(files), skipped=tuple(skipped))


def _python_files(folder: Path, *, recursive: bool) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f != "__pycache__" and not f.startswith(".")) if recursive else []
        for name in sorted(names):
            if name.endswith(".py") and not name.startswith((".", "__init__")):
                yield Path(place, name)


def _unusable(path: Path) -> str | None:
    try:
        path.stat()
    except FileNotFoundError:
        return f"a link to {os.readlink(path)}, which does not exist" if path.is_symlink() else "it disappeared"
    except OSError as error:
        return "a link that leads back to itself" if path.is_symlink() else f"cannot be read ({error.strerror})"
    return None if path.is_file() else "not a regular file"


def looks_like_revision(path: Path) -> bool:
    """The file assigns a module variable `revision`."""
    try:
        return mentions_revision(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return False


def mentions_revision(text: str) -> bool:
    """The text assigns a module variable `revision`."""
    return bool(_REVISION.search(text))


def holds_revisions(folder: Path) -> bool:
    """Some .py file directly in the folder assigns `revision`."""
    return folder.is_dir() and any(
        looks_like_revision(p) for p in _python_files(folder, recursive=False) if p.is_file()
    )
