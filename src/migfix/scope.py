"""Which files are new, as git knows it: the only place where migfix runs git."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
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


@record
class Published:
    """Files that others have, each with where it is: "origin/main", "a tag". `since` is the default branch's name."""

    files: Mapping[Path, str]
    since: str


def published(root: Path) -> Published | None:
    """The files that others may have applied; None without git, or before the first commit.

    Those on the default branch (its tip, the merge-base, and what it tracks), on the branch that HEAD tracks where that
    is another branch than its own copy, and those a tag has. Without a default branch, what is committed.
    """
    top = _git(root, "rev-parse", "--show-toplevel")
    folder = Path((top or "").strip())
    if top is None or _git(folder, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        return None
    name = _default_branch(folder)
    if name is None:
        return Published(files=_at(root, folder, "HEAD", "the last commit"), since="the last commit")
    tracked = [b for b in (_tracked_by(folder, name), _integration(folder)) if b is not None and b != name]
    branches = list(dict.fromkeys([name, *tracked]))
    found = _at(root, folder, _merge_base(folder, name), name)
    for branch in branches:
        found = {**_at(root, folder, branch, branch), **found}
    return Published(files={**_tagged(root, folder, branches), **found}, since=name)


@record
class Commit:
    """Who brought a file, and when ("2025-11-11")."""

    author: str
    date: str


def added_by(path: Path) -> Commit | None:
    """The commit that added a file, or moved it to where it is; None when git does not know it."""
    form = "--format=%an%x00%as"
    found = _git(path.parent, "log", "--diff-filter=A", "--follow", "-1", form, "--", path.name)
    author, _, date = (found or "").strip().partition("\0")
    return Commit(author=author, date=date) if date else None


def whereabouts(root: Path, revision: str) -> str | None:
    """Where git has the file of a revision that this checkout lacks, in words; None when it is nowhere to be found."""
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None:
        return None
    folder = Path(top.strip())
    glob = re.sub(r"[^\w.-]", "?", revision)
    commit = _last(folder, "--all", "--diff-filter=A", "--", f"*{glob}*.py")
    commit = commit or _last(folder, "--all", "--diff-filter=A", f"-S{revision}", "--", "*.py")
    if not commit:
        return None
    if _git(folder, "merge-base", "--is-ancestor", commit, "HEAD") is not None:
        gone = _last(folder, "--diff-filter=D", "--", f"*{glob}*.py")
        return f"its file was deleted in commit {gone[:10]}" if gone else None
    listed = _git(folder, "branch", "--all", "--format=%(refname:short)", "--contains", commit) or ""
    names = [n for n in listed.splitlines() if n and not n.startswith("(")]
    return f"git has it on {', '.join(names[:3])}" if names else f"git has it in commit {commit[:10]}, on no branch"


def git_directory(root: Path) -> Path | None:
    """Where git keeps its own files for this checkout (each worktree has its own place); None without git."""
    found = _git(root, "rev-parse", "--absolute-git-dir")
    return None if found is None else Path(found.strip())


def uncommitted(files: Iterable[Path]) -> tuple[Path, ...]:
    """Those of the files that the last commit has with another content, in order. New files are none of them."""
    return tuple(f for f in files if _is_uncommitted(f))


def _is_uncommitted(file: Path) -> bool:
    real = Path(os.path.realpath(file))
    status = _git(real.parent, "status", "--porcelain=v1", "-z", "--no-renames", "--", f":(literal){real.name}") or ""
    return status[:2] not in ("", "??", "!!") and not status.startswith("A")


def _last(folder: Path, *arguments: str) -> str:
    return (_git(folder, "log", "-1", "--format=%H", *arguments) or "").strip()


def _at(root: Path, top: Path, commit: str, where: str) -> dict[Path, str]:
    names = (_git(top, "ls-tree", "-r", "-z", "--name-only", commit) or "").split("\0")
    return dict.fromkeys(_paths(root, top, names), where)


def _tracked_by(folder: Path, branch: str) -> str | None:
    return (
        _git(folder, "rev-parse", "--abbrev-ref", "--symbolic-full-name", f"{branch}@{{upstream}}") or ""
    ).strip() or None


def _integration(folder: Path) -> str | None:
    """What HEAD tracks, unless that is only its own copy on the server: pushing a branch for review publishes nothing."""
    own = (_git(folder, "symbolic-ref", "--quiet", "--short", "HEAD") or "").strip()
    upstream = _tracked_by(folder, "HEAD") if own else None
    return None if upstream is None or upstream.partition("/")[2] == own else upstream


def _tagged(root: Path, top: Path, branches: Iterable[str]) -> dict[Path, str]:
    """Files that a tag has and those branches do not."""
    if not (_git(top, "tag", "--list") or "").strip():
        return {}
    names = _git(
        top,
        "log",
        "--tags",
        "--not",
        *branches,
        "--diff-filter=AM",
        "--no-renames",
        "--name-only",
        "--format=",
        "-z",
        "--",
    )
    return dict.fromkeys(_paths(root, top, (names or "").split("\0")), "a tag")


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
