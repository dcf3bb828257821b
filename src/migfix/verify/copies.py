"""Copies of a project to run migrations in, so that the user's own files are never written to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from migfix.errors import UsageError

LEFT_OUT = frozenset(
    {".git", ".hg", ".venv", "venv", ".tox", ".nox", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache"}
    | {".pytest_cache", ".hypothesis", ".idea", ".vscode"}
)
LARGE = 1024 * 1024
"""Bytes from which a file is linked instead of copied: migrations read such files, they do not write them."""


def copy_project(project: Path, into: Path, files: Mapping[Path, bytes] | None = None) -> Path:
    """Copy a project's folder, and write `files` (absolute paths in the project) with their new content into the copy.

    Raises UsageError when one of them lies outside of the project.
    """
    shutil.copytree(
        project, into, symlinks=True, ignore=_left_out, copy_function=_copied, ignore_dangling_symlinks=True
    )
    for path, content in (files or {}).items():
        target = into / _below(path, project)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_bytes(content)
    return into


def _below(path: Path, project: Path) -> Path:
    try:
        return Path(os.path.realpath(path)).relative_to(os.path.realpath(project))
    except ValueError:
        raise UsageError(f"{path} is not below {project}: only revisions inside the project can be verified") from None


def _left_out(_folder: str, names: list[str]) -> set[str]:
    return {*names} & LEFT_OUT


def _copied(source: str, target: str) -> None:
    if os.path.islink(source) or os.path.getsize(source) < LARGE:
        shutil.copy2(source, target, follow_symlinks=False)
    else:
        os.symlink(os.path.abspath(source), target)
