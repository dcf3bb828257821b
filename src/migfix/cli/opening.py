"""From a request to an open project: what was read, which files are asked about, and what git knows of them."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from migfix.change import Change
from migfix.cli.answer import State
from migfix.cli.options import Request
from migfix.cli.words import count, place
from migfix.config import Configuration
from migfix.errors import ProjectNotFound, UsageError
from migfix.opening import configuration_of
from migfix.read.project import ProjectLayout, find_project
from migfix.read.revision import read_revision
from migfix.read.site import NotRevision, Reading
from migfix.read.source import encoding_of
from migfix.read.workspace import Workspace, load_text, load_workspace
from migfix.scope import Scope, changed_scope, published_files


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An open project. `paths` are the absolute paths asked about; `note` says what a reader should know of the choice."""

    workspace: Workspace
    paths: frozenset[str]
    scope: Scope | None = None
    note: str | None = None

    @cached_property
    def _published(self) -> frozenset[str] | None:
        found = published_files(_start_of(self.workspace.layout))
        return None if found is None else frozenset(os.path.realpath(p) for p in found)

    @cached_property
    def _default(self) -> Scope | None:
        return self.scope or changed_scope(_start_of(self.workspace.layout), since=None, staged=False)

    def state(self, path: str) -> State:
        """ "published" when the default branch has the file, so that others may have applied it."""
        return "published" if self._published and os.path.realpath(path) in self._published else "new"

    def refusal(self, changes: Iterable[Change]) -> str | None:
        """Why these changes must not be written in place: they edit files that others may have applied."""
        published = [place(c.path, None) for c in changes if c.before is not None and self.state(c.path) == "published"]
        if not published:
            return None
        names = ", ".join(published[:3]) + (f" and {count(len(published) - 3, 'more')}" if len(published) > 3 else "")
        return (
            f"{names}: {self.standing(published[0])}, so a database may have run it, and an edit would change nothing "
            "there; if none has, say so with --unapplied"
        )

    def standing(self, path: str) -> str:
        """The same in words: "new since origin/main"."""
        if self._published is None or self._default is None:
            return "not under git"
        if self.state(path) == "published":
            return f"published on {self._default.since}"
        return f"new since {self._default.since}"


def open_project(request: Request) -> Opened:
    """Find the project, read the configuration and all revisions, and choose the files that are asked about.

    Raises ProjectNotFound, ConfigError and UsageError, each with what to do next.
    """
    if request.places == ("-",):
        return _from_stdin(request)
    layout = _layout(request, _start(request.places))
    workspace = load_workspace(layout, configuration(request, layout))
    chosen = frozenset(os.path.abspath(p) for place in request.places for p in _files(place, workspace))
    if chosen and request.since is None and not request.staged:
        return Opened(workspace=workspace, paths=chosen)
    everything = chosen or frozenset(str(p) for p in workspace.files)
    if request.everything:
        return Opened(workspace=workspace, paths=everything)
    return _scoped(workspace, everything, request)


def _scoped(workspace: Workspace, paths: frozenset[str], request: Request) -> Opened:
    """Of those paths the ones that git calls new; all of them where there is no git."""
    scope = changed_scope(_start_of(workspace.layout), since=request.since, staged=request.staged)
    if scope is None:
        return Opened(workspace=workspace, paths=paths)
    changed = {os.path.realpath(p) for p in scope.files}
    found = frozenset(p for p in paths if os.path.realpath(p) in changed)
    note = None
    if not found and paths:
        note = f"No revision is new since {scope.since}. --all looks at all {len(paths)}."
    return Opened(workspace=workspace, paths=found, scope=scope, note=note)


def configuration(request: Request, layout: ProjectLayout) -> Configuration:
    """The configuration of a project, with the command line's choices on top."""
    return configuration_of(layout, overrides=request.overrides, values=request.values, wheres=request.wheres)


def _layout(request: Request, start: Path) -> ProjectLayout:
    return find_project(start, config=request.config, name=request.name or "alembic")


def _start(places: Iterable[str]) -> Path:
    """The first place that is a path; the project is looked for around it."""
    return next((Path(p) for p in places if os.path.lexists(p)), Path.cwd())


def _start_of(layout: ProjectLayout) -> Path:
    """A folder inside the project, where git can be asked."""
    return next((d for d in (*layout.version_dirs, layout.root) if d.is_dir()), Path.cwd())


def _files(place: str, workspace: Workspace) -> Iterable[str]:
    """The files that a place of the command line means: a file, a folder, or a revision."""
    path = Path(place)
    if os.path.isdir(path):
        below = [p for p in workspace.files if path.absolute() == p.parent or path.absolute() in p.parents]
        if not below:
            raise UsageError(f"{place}: no revision of the project {workspace.layout.name} is below it")
        return map(str, below)
    if os.path.lexists(path):
        if workspace.at(path) is None:
            raise UsageError(
                f"{place}: no revision file of the project {workspace.layout.name}; -c names another project"
            )
        return [place]
    found = workspace.graph.find(place)
    if len(found) > 1 and place not in ("head", "heads"):
        raise UsageError(f"{place}: several revisions begin so: {', '.join(sorted(found)[:6])}; write more of the id")
    if not found:
        raise UsageError(f"{place}: no such file and no such revision{_nearest(place, workspace)}")
    return [workspace.readings[r].revision.path for r in found]


def _nearest(place: str, workspace: Workspace) -> str:
    names = [*workspace.readings, *workspace.graph.labels]
    near = difflib.get_close_matches(place, names, n=1)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; the project {workspace.layout.name} has {len(names)} revisions"


def _from_stdin(request: Request) -> Opened:
    data = sys.stdin.buffer.read()
    try:
        text = data.decode("utf-8" if (found := encoding_of(data)) == "utf-8-sig" else found)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise UsageError(f"standard input: {error}; send UTF-8, or name the encoding in line 1 (PEP 263)") from error
    named = request.stdin_filename
    try:
        layout = _layout(request, named or Path.cwd())
    except ProjectNotFound:
        if request.config is not None:
            raise
        here = Path.cwd()
        layout = ProjectLayout(root=here, config_path=None, section="", script_location=here, version_dirs=())
    chosen = configuration(request, layout)
    path = named or _same_revision(text, load_workspace(layout, chosen)) or Path("-")
    workspace = load_text(text, path, layout, chosen)
    read = workspace.at(path)
    if isinstance(read, NotRevision) and named is None:
        raise UsageError(f"standard input: {read.reason}")
    return Opened(workspace=workspace, paths=frozenset({str(path.absolute())}))


def _same_revision(text: str, workspace: Workspace) -> Path | None:
    """The file of the project that has the revision id of this text: the text is taken for its new content."""
    read = read_revision(text, "-")
    known = workspace.readings.get(read.revision.id) if isinstance(read, Reading) else None
    return None if known is None else Path(known.revision.path)
