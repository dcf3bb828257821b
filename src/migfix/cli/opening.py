"""From a request to an open project: what was read, which files are asked about, and what git knows of them."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from migfix.applied.knowledge import gather
from migfix.applied.words import GUESS, broken, overridden, refusal, remarks, standing
from migfix.change import Change
from migfix.cli.answer import State
from migfix.cli.options import Request
from migfix.cli.words import count, place
from migfix.config import Configuration
from migfix.errors import DatabaseError, ProjectNotFound, UsageError
from migfix.model.applied import Database, Knowledge
from migfix.model.graph import Graph
from migfix.opening import configuration_of
from migfix.read.project import ProjectLayout, find_project
from migfix.read.revision import read_revision
from migfix.read.site import NotRevision, Reading
from migfix.read.source import encoding_of
from migfix.read.workspace import Workspace, load_text, load_workspace
from migfix.scope import Scope, changed_scope, published


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An open project. `paths` are the absolute paths asked about; `note` says what a reader should know of the choice.

    `asked`: databases were to be asked; `unreachable` are those that did not answer.
    """

    workspace: Workspace
    paths: frozenset[str]
    scope: Scope | None = None
    note: str | None = None

    unreachable: tuple[DatabaseError, ...] = ()
    asked: bool = False

    @property
    def knowledge(self) -> Knowledge:
        """Where revisions have run, as far as it was asked or said."""
        known = self.workspace.knowledge
        return known() if known is not None else Knowledge(source="nothing")

    def state(self, path: str) -> State:
        """Of the file's revision: "applied", "published" or "new"."""
        revision = self._revision(path)
        return self.knowledge.state(revision) if revision is not None else "new"

    def standing(self, path: str) -> str:
        """The same in words: "new since origin/main"."""
        revision = self._revision(path)
        return standing(revision, self.knowledge, self.workspace.graph) if revision is not None else "not a revision"

    def refusal(self, changes: Iterable[Change]) -> str | None:
        """Why these changes must not be written in place, and what works instead: one line for each reason."""
        changes = tuple(changes)
        whole = not self.workspace.layout.version_dirs  # A file alone: its parents are elsewhere.
        unsound = "" if whole else _by_reason(lambda r, _, graph: broken(r, graph), changes, self)
        return unsound or _by_reason(refusal, changes, self) or None

    def overridden(self, changes: Iterable[Change]) -> str | None:
        """What `--unapplied` or the word of databases sets aside for these changes."""
        return _by_reason(overridden, changes, self) or None

    def remarks(self) -> Iterator[str]:
        """What a reader should know before the answer: of the choice of files, and of what is known of them."""
        if self.note:
            yield self.note
        if self.asked:
            yield from remarks(self.knowledge, self.workspace.graph)

    def guess(self) -> str | None:
        """How the state of files was guessed, where nothing is known and it matters."""
        guessed = self.knowledge.source == "nothing" and any(self.state(p) == "published" for p in self.paths)
        return GUESS if guessed else None

    def _revision(self, path: str) -> str | None:
        found = self.workspace.at(Path(path))
        return found.revision.id if isinstance(found, Reading) else None


def _by_reason(why: Callable[[str, Knowledge, Graph], str | None], changes: Iterable[Change], opened: Opened) -> str:
    """`why` of every edited file, files with the same answer together."""
    reasons: dict[str, list[str]] = {}
    for change in changes:
        found = opened.workspace.at(Path(change.path))
        if change.before is not None and isinstance(found, Reading):
            reason = why(found.revision.id, opened.knowledge, opened.workspace.graph)
            if reason is not None:
                reasons.setdefault(reason, []).append(place(change.path, None))
    return "\n".join(f"{_few(paths)}: {reason}" for reason, paths in reasons.items())


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {count(len(names) - 3, 'more')}" if len(names) > 3 else "")


def open_project(request: Request, *, lenient: bool = False) -> Opened:
    """Find the project, read the configuration and all revisions, and choose the files that are asked about.

    Raises ProjectNotFound, ConfigError and UsageError, each with what to do next; DatabaseError for a database that
    does not answer, unless `lenient`.
    """
    if request.places == ("-",):
        return _from_stdin(request)
    layout = _layout(request, _start(request.places))
    workspace, unreachable = informed(load_workspace(layout, configuration(request, layout)), request)
    if unreachable and not lenient:
        raise unreachable[0]
    opened = _chosen(workspace, request)
    return replace(opened, unreachable=unreachable, asked=bool(request.check_db))


def _chosen(workspace: Workspace, request: Request) -> Opened:
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


def informed(workspace: Workspace, request: Request) -> tuple[Workspace, tuple[DatabaseError, ...]]:
    """The workspace that knows where its revisions have run, and the databases that did not answer."""
    graph, unreachable = workspace.graph, tuple[DatabaseError, ...]()
    databases: tuple[Database, ...] | None = None
    if request.check_db:
        from migfix.applied.databases import ask

        answers = ask(request.check_db, workspace.layout, python=request.project_python)
        databases = tuple(a for a in answers if isinstance(a, Database)) or None
        unreachable = tuple(a for a in answers if not isinstance(a, Database))
    through = revisions(request.applied_through, workspace) if request.applied_through else ()

    @cache
    def knowledge() -> Knowledge:
        return gather(
            graph,
            paths={i: r.revision.path for i, r in workspace.readings.items()},
            databases=databases,
            through=through,
            published=published(_start_of(workspace.layout)),
            unapplied=request.unapplied,
        )

    return replace(workspace, knowledge=knowledge), unreachable


def configuration(request: Request, layout: ProjectLayout) -> Configuration:
    """The configuration of a project, with the command line's choices on top."""
    return configuration_of(layout, overrides=request.overrides, values=request.values, wheres=request.wheres)


def layout_of(request: Request) -> ProjectLayout:
    """The project that the command line means, without reading its revisions."""
    return _layout(request, _start(request.places))


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
    found = revisions(place, workspace, "no such file and no such revision")
    return [workspace.readings[r].revision.path for r in found]


def revisions(place: str, workspace: Workspace, unknown: str = "no such revision") -> tuple[str, ...]:
    """The ids that a user's text means. Raises UsageError, which names the nearest."""
    found = workspace.graph.find(place)
    if len(found) > 1 and place not in ("head", "heads"):
        raise UsageError(f"{place}: several revisions begin so: {', '.join(sorted(found)[:6])}; write more of the id")
    if not found:
        raise UsageError(f"{place}: {unknown}{_nearest(place, workspace)}")
    return found


def _nearest(place: str, workspace: Workspace) -> str:
    names = [*workspace.readings, *workspace.graph.labels]
    near = difflib.get_close_matches(place, names, n=1)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; the project {workspace.layout.name} has {count(len(workspace.readings), 'revision')}"


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
    workspace, unreachable = informed(load_text(text, path, layout, chosen), request)
    if unreachable:
        raise unreachable[0]
    read = workspace.at(path)
    if isinstance(read, NotRevision) and named is None:
        raise UsageError(f"standard input: {read.reason}")
    return Opened(workspace=workspace, paths=frozenset({str(path.absolute())}))


def _same_revision(text: str, workspace: Workspace) -> Path | None:
    """The file of the project that has the revision id of this text: the text is taken for its new content."""
    read = read_revision(text, "-")
    known = workspace.readings.get(read.revision.id) if isinstance(read, Reading) else None
    return None if known is None else Path(known.revision.path)
