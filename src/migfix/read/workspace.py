"""All of a project that a command looks at: its revisions as read, their graph, the schema before each, env.py."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from migfix.config import Configuration
from migfix.model.applied import Knowledge
from migfix.model.context import Context
from migfix.model.graph import Graph
from migfix.model.history import History
from migfix.model.revision import Identifiers, Revision
from migfix.model.schema import Schema
from migfix.model.target import EnvFacts
from migfix.paths import shown
from migfix.read.env import env_facts
from migfix.read.project import ProjectLayout
from migfix.read.site import NotRevision, Reading
from migfix.read.source import UnreadableFile, read_file


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A project as read, immutable; build it with `load_workspace`, change one file with `with_text`.

    readings   revisions by id (of several files with one id the last, as in Alembic).
    files      every file looked at, by absolute path: a Reading, or why it is none.
    knowledge  where revisions have run, worked out when it is first asked for; None where nobody looked.
    """

    layout: ProjectLayout
    configuration: Configuration
    readings: Mapping[str, Reading]
    files: Mapping[Path, Reading | NotRevision]
    graph: Graph
    env: EnvFacts
    _history: History = field(repr=False)
    knowledge: Callable[[], Knowledge] | None = field(default=None, repr=False)

    @property
    def problems(self) -> tuple[NotRevision, ...]:
        """Files that should be revisions and cannot be read as such; excluded files are no problem."""
        return self.problems_in(None)

    @property
    def checked(self) -> tuple[Reading, ...]:
        """The revisions that are not excluded, in the order of their files."""
        return self.checked_in(None)

    def checked_in(self, paths: Container[str] | None) -> tuple[Reading, ...]:
        """Those of them whose absolute path is in `paths`; None for all."""
        return tuple(f for f in self._looked_at(paths) if isinstance(f, Reading))

    def problems_in(self, paths: Container[str] | None) -> tuple[NotRevision, ...]:
        """The problems whose absolute path is in `paths`; None for all."""
        return tuple(f for f in self._looked_at(paths) if isinstance(f, NotRevision) and f.broken)

    def at(self, path: Path) -> Reading | NotRevision | None:
        """The file as read, None when it does not belong to the project."""
        return self.files.get(path.absolute())

    def schema_before(self, revision: str) -> Schema:
        """The schema that all ancestors leave, folded on first use; `complete` is False below a broken graph."""
        return self._history.before(revision)

    def context(self, revision: str) -> Context:
        """What rules may know about a revision. Raises KeyError for an unknown id."""
        return self.context_of(self.readings[revision])

    def context_of(self, reading: Reading) -> Context:
        """The same for one file, which matters where two files have the same id."""
        return Context(
            revision=reading.revision,
            before=self.schema_before(reading.revision.id),
            settings=self.configuration.settings,
            env=self.env,
        )

    def with_text(self, text: str, path: Path) -> Workspace:
        """The workspace with the file replaced or added; every other file keeps its reading."""
        path = path.absolute()
        return self._with_files({**self.files, path: _read_text(text, path)})

    def with_file(self, path: Path) -> Workspace:
        """The workspace with the file as it is on disk now; without it, when it is gone."""
        path = path.absolute()
        if path in self.layout.listing().files:
            return self._with_files({**self.files, path: _read_path(path)})
        return self._with_files({p: f for p, f in self.files.items() if p != path})

    def _with_files(self, files: Mapping[Path, Reading | NotRevision]) -> Workspace:
        readings = _by_id(files)
        graph = self.graph if _identifiers(files) == _identifiers(self.files) else Graph.build(_identifiers(files))
        history = self._history.continued(graph, _revisions(readings))
        return replace(self, files=files, readings=readings, graph=graph, _history=history)

    def _looked_at(self, paths: Container[str] | None) -> Iterator[Reading | NotRevision]:
        excluded = self.configuration.excludes
        for path, found in self.files.items():
            if (paths is None or str(path) in paths) and not excluded(path, self.layout.root):
                yield found


def load_workspace(layout: ProjectLayout, configuration: Configuration) -> Workspace:
    """Reads all revision files and env.py; nothing of the project is imported or executed."""
    listing = layout.listing()
    files: dict[Path, Reading | NotRevision] = {p: _read_path(p) for p in listing.files}
    files |= {p: NotRevision(path=shown(p), reason=reason) for p, reason in listing.skipped}
    readings, graph = _by_id(files), Graph.build(_identifiers(files))
    return Workspace(
        layout=layout,
        configuration=configuration,
        readings=readings,
        files=files,
        graph=graph,
        env=env_facts(layout),
        _history=History(graph, _revisions(readings)),
    )


def load_text(text: str, filename: Path, layout: ProjectLayout, configuration: Configuration) -> Workspace:
    """The workspace in which `filename` has this text, whether or not it exists (`-` with --stdin-filename)."""
    return load_workspace(layout, configuration).with_text(text, filename)


def _by_id(files: Mapping[Path, Reading | NotRevision]) -> Mapping[str, Reading]:
    return {f.revision.id: f for f in files.values() if isinstance(f, Reading)}


def _identifiers(files: Mapping[Path, Reading | NotRevision]) -> list[Identifiers]:
    return [f.revision.ids for f in files.values() if isinstance(f, Reading)]


def _revisions(readings: Mapping[str, Reading]) -> Mapping[str, Revision]:
    return {name: r.revision for name, r in readings.items()}


def _read_path(path: Path) -> Reading | NotRevision:
    try:
        return _read_text(read_file(str(path)), path)
    except UnreadableFile as error:
        return NotRevision(path=shown(path), reason=error.why)


def _read_text(text: str, path: Path) -> Reading | NotRevision:
    from migfix.read import read_revision

    return read_revision(text, shown(path))
