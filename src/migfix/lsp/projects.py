"""The Alembic projects of an editor's session: found for the files that are open, kept in step with editor and disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from migfix.config import Configuration
from migfix.engine import Report, examine
from migfix.errors import MigfixError
from migfix.lsp.settings import Settings
from migfix.lsp.standing import Standing
from migfix.model.applied import Knowledge
from migfix.opening import configuration_of
from migfix.read.locations import mentions_revision
from migfix.read.project import ProjectLayout, find_project
from migfix.read.site import NotRevision, Reading
from migfix.read.workspace import Workspace, load_workspace

Stamp = tuple[int, int]
CONFIGURATIONS = ("pyproject.toml", "migfix.toml", "alembic.ini")


class Project:
    """One project as the editor has it: files on disk, with the text of those that are open in their place.

    A text that cannot be parsed (somebody is typing) leaves the last good reading where it was: `held` says of which
    files the newest text is not looked at.
    """

    def __init__(self, layout: ProjectLayout, settings: Settings, texts: Mapping[Path, str]) -> None:
        self.layout = layout
        self.settings = settings
        self.configuration: Configuration = _configuration(layout, settings)
        self.standing = Standing(layout, unapplied=settings.unapplied)
        self.workspace: Workspace = replace(load_workspace(layout, self.configuration), knowledge=self.knowledge)
        self.open: set[Path] = set()
        self.held: set[Path] = set()
        self._disk = self._stamps()
        self._reported: tuple[Workspace, frozenset[str], Report] | None = None
        for path, text in texts.items():
            self.edit(path, text)

    def knowledge(self) -> Knowledge:
        """What is known of where the revisions have run."""
        return self.standing.knowledge(self.workspace)

    def may_edit(self, revision: str) -> bool:
        """Nobody else can have run the revision, as far as is known."""
        return self.knowledge().may_edit(revision)

    def edit(self, path: Path, text: str) -> None:
        """An open file has this text now."""
        self.open.add(path)
        before = self.workspace.at(path)
        if isinstance(before, Reading) and before.text == text:
            self.held.discard(path)
            return
        edited = self.workspace.with_text(text, path)
        after = edited.at(path)
        if isinstance(before, Reading) and isinstance(after, NotRevision) and after.broken:
            self.held.add(path)
            return
        self.held.discard(path)
        self.workspace = edited

    def close(self, path: Path) -> None:
        """The file is not open any more: what counts is on disk."""
        self.open.discard(path)
        self.held.discard(path)
        self.workspace = self.workspace.with_file(path)

    def report(self) -> Report:
        """What is found in the open files, and in the heads where there are several; the same for the same texts."""
        heads = self.workspace.graph.heads
        far = [self.workspace.readings[h].revision.path for h in heads] if len(heads) > 1 else []
        wanted = frozenset(map(str, self.open)) | {str(Path(p).absolute()) for p in far}
        if self._reported is None or self._reported[0] is not self.workspace or self._reported[1] != wanted:
            self._reported = (self.workspace, wanted, examine(self.workspace, paths=wanted))
        return self._reported[2]

    def new_report(self) -> tuple[Report, tuple[Path, ...]]:
        """What is found in the revisions that are new and not open, and which those are."""
        known = self.knowledge()
        placed = {r: Path(reading.revision.path).absolute() for r, reading in self.workspace.readings.items()}
        paths = tuple(sorted(p for r, p in placed.items() if p not in self.open and known.state(r) == "new"))
        return examine(self.workspace, paths=frozenset(map(str, paths))), paths

    def reading(self, path: Path) -> Reading | None:
        """The file as it was last understood."""
        found = self.workspace.at(path)
        return found if isinstance(found, Reading) else None

    def catch_up(self) -> bool | None:
        """Take over what changed on disk; True when something did, None when the project must be opened anew."""
        now = self._stamps()
        if now == self._disk:
            return False
        changed = {p for p in now.keys() | self._disk.keys() if now.get(p) != self._disk.get(p)}
        self._disk = now
        if any(p.suffix != ".py" or p.name == "env.py" for p in changed):
            return None
        for path in changed - self.open:
            self.workspace = self.workspace.with_file(path)
        return True

    def _stamps(self) -> dict[Path, Stamp]:
        """Time and size of every file that the project is made of."""
        layout = self.layout
        folders = dict.fromkeys((layout.root, *(d for d in layout.root.parents if len(d.parts) > 1)))
        settings = [folder / name for folder in folders for name in CONFIGURATIONS]
        single = [p for p in (layout.config_path, layout.env_path) if p is not None]
        return {**_times([*settings, *single, *layout.files]), **_listed(layout)}


def _listed(layout: ProjectLayout) -> dict[Path, Stamp]:
    found: dict[Path, Stamp] = {}
    folders = list(layout.version_dirs)
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            if entry.name.endswith(".py") and not entry.name.startswith((".", "__init__")):
                found.update(_times([folder / entry.name]))
            elif layout.recursive and entry.is_dir() and entry.name != "__pycache__":
                folders.append(folder / entry.name)
    return found


def _times(paths: Iterable[Path]) -> dict[Path, Stamp]:
    found = {}
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            continue
        found[path] = (status.st_mtime_ns, status.st_size)
    return found


def _configuration(layout: ProjectLayout, settings: Settings) -> Configuration:
    return configuration_of(layout, overrides=settings.overrides, values=settings.values, wheres=settings.wheres)


class Projects:
    """All projects of the session, by the files that belong to them."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.loaded: list[Project] = []
        self.opened = 0
        """How often a project was read."""
        self.broken: dict[Path, str] = {}
        """Files whose project cannot be opened, and why."""

    def of(self, path: Path, texts: Mapping[Path, str]) -> Project | None:
        """The project of a file, opened on first use; None for a file of no project, or of a broken one."""
        known = self.known(path)
        if known is not None:
            return known
        self.broken.pop(path, None)
        if path.suffix != ".py" or not mentions_revision(texts.get(path, "")):
            return None
        try:
            layout = find_project(path, config=self.settings.config, name=self.settings.section)
            if not _holds(layout, path):
                return None
            mine = {p: t for p, t in texts.items() if _holds(layout, p)}
            project = Project(layout, self.settings, mine)
        except MigfixError as error:
            self.broken[path] = str(error)
            return None
        self.loaded.append(project)
        self.opened += 1
        return project

    def around(self, folders: Iterable[Path]) -> list[Project]:
        """The open projects, and those that these folders hold."""
        for folder in folders:
            if any(p.layout.root == folder or folder in p.layout.root.parents for p in self.loaded):
                continue
            try:
                layout = find_project(folder, config=self.settings.config, name=self.settings.section)
                self.loaded.append(Project(layout, self.settings, {}))
            except MigfixError:
                continue
        return self.loaded

    def known(self, path: Path) -> Project | None:
        """The project of a file among those that are open."""
        return next((p for p in self.loaded if _holds(p.layout, path)), None)

    def forget(self, project: Project) -> None:
        """Read it anew when it is next asked for."""
        self.loaded.remove(project)


def _holds(layout: ProjectLayout, path: Path) -> bool:
    return path.suffix == ".py" and not path.name.startswith((".", "__init__")) and layout.covers(path)
