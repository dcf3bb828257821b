"""Which files are new, as git knows it: the only place where migfix runs git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from migfix.errors import UsageError
from migfix.model.record import record

_DEFAULTS = ("origin/main", "origin/master", "main", "master")
_SECONDS = 20


@record
class Scope:
    """Changed files by absolute path, and what they are new since, in words ("origin/main", "the index")."""

    files: frozenset[Path]
    since: str


def changed_files(root: Path, *, since: str | None, staged: bool) -> frozenset[Path] | None:
    """The files of `changed_scope`; None outside of a git checkout."""
    found = changed_scope(root, since=since, staged=staged)
    return None if found is None else found.files


def changed_scope(root: Path, *, since: str | None, staged: bool) -> Scope | None:
    """Files added or changed (not deleted) below the checkout of `root`.

    `staged`: what the next commit holds. `since`: what differs from the merge-base with that revision. Neither: the
    same with the default branch (origin/HEAD, else origin/main, origin/master, main, master); when HEAD is on that
    branch, what is not committed yet. Untracked files count except with `staged`; ignored ones never do.
    None outside of a git checkout (or without git). Raises UsageError for a revision git does not know.
    """
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None:
        if since is not None or staged:
            option = "--staged" if staged else "--since"
            raise UsageError(f"{option}: {root} is not in a git checkout; leave it out, or name files")
        return None
    folder = Path(top.strip())
    if staged:
        return Scope(files=_paths(root, folder, _diff(folder, "--cached")), since="the last commit")
    base, name = _base(folder, since)
    changed = _diff(folder, base) if base is not None else _tracked(folder)
    untracked = _git(folder, "ls-files", "--others", "--exclude-standard", "-z", "--full-name") or ""
    return Scope(files=_paths(root, folder, [*changed, *untracked.split("\0")]), since=name)


def published_files(root: Path) -> frozenset[Path] | None:
    """Files as the default branch has them at the merge-base: others may have applied those. None without git."""
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None:
        return None
    folder = Path(top.strip())
    base, _ = _base(folder, None)
    if base is None:
        return frozenset()
    return _paths(root, folder, (_git(folder, "ls-tree", "-r", "-z", "--name-only", base) or "").split("\0"))


def _base(folder: Path, since: str | None) -> tuple[str | None, str]:
    """The commit to compare with, and its name for people; no commit in a checkout that has none yet."""
    if since is not None:
        if _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{since}^{{commit}}") is None:
            raise UsageError(
                f"--since {since}: git knows no such revision; try `git fetch`, or name a branch or commit"
            )
        return _merge_base(folder, since), since
    if _git(folder, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        return None, "the beginning"
    name = _default_branch(folder)
    return ("HEAD", "the last commit") if name is None else (_merge_base(folder, name), name)


def _default_branch(folder: Path) -> str | None:
    head = _git(folder, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    candidates = ([head.strip()] if head else []) + list(_DEFAULTS)
    return next((c for c in candidates if _git(folder, "rev-parse", "--verify", "--quiet", f"{c}^{{commit}}")), None)


def _merge_base(folder: Path, name: str) -> str:
    """The merge-base with HEAD; unrelated histories are compared with the revision itself."""
    return (_git(folder, "merge-base", "--end-of-options", name, "HEAD") or name).strip()


def _diff(folder: Path, *what: str) -> list[str]:
    found = _git(folder, "diff", "--name-only", "-z", "--diff-filter=d", "--no-renames", "--no-ext-diff", *what, "--")
    return (found or "").split("\0")


def _tracked(folder: Path) -> list[str]:
    return (_git(folder, "ls-files", "-z", "--full-name") or "").split("\0")


def _paths(root: Path, top: Path, names: Iterable[str]) -> frozenset[Path]:
    """Git's names as the caller spells paths, also where `root` is reached through a link."""
    real, spelled = Path(os.path.realpath(root)), root.absolute()
    found = [top / n for n in names if n]
    if real == spelled:
        return frozenset(found)
    return frozenset(spelled / p.relative_to(real) if p.is_relative_to(real) else p for p in found)


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints, None when it fails or is not there."""
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None
