"""What an editor has open, what is shown for it, and when that must be said anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lsprotocol.types import Diagnostic
from pygls.uris import to_fs_path

from migfix.lsp.client import Client
from migfix.lsp.diagnostics import Diagnoser, trouble
from migfix.lsp.edits import Open
from migfix.lsp.findings import shown_in
from migfix.lsp.projects import Project, Projects
from migfix.lsp.settings import Settings
from migfix.lsp.snapshot import Snapshot


class Session:
    """The documents of one client by URI, and their projects. Nothing here speaks the protocol.

    `warn` is called with what a person should know, once for each text.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        self.client = Client()
        self.projects = Projects()
        self.uris: dict[Path, str] = {}
        self.texts: dict[Path, str] = {}
        self.versions: dict[Path, int] = {}
        self._warn = warn
        self._warned: set[str] = set()

    @property
    def settings(self) -> Settings:
        return self.projects.settings

    def configure(self, settings: Settings) -> bool:
        """Take over settings, and read projects anew where they matter to them; False when nothing is different."""
        old, self.projects.settings = self.projects.settings, settings
        if old.of_projects != settings.of_projects:
            for project in list(self.projects.loaded):
                self._reopen(project)
        return old != settings

    def edit(self, uri: str, text: str, version: int) -> Path | None:
        """A document was opened or changed. None for one that is no file."""
        path = path_of(uri)
        if path is None:
            return None
        self.uris[path], self.texts[path], self.versions[path] = uri, text, version
        project = self.projects.of(path, self.texts)
        if project is not None:
            project.edit(path, text)
        elif path in self.projects.broken:
            self._say(self.projects.broken[path])
        return path

    def close(self, uri: str) -> None:
        path = path_of(uri)
        if path is None or path not in self.texts:
            return
        del self.uris[path], self.texts[path], self.versions[path]
        self.projects.broken.pop(path, None)
        project = self.projects.known(path)
        if project is not None:
            project.close(path)

    def catch_up(self) -> bool:
        """Take over what changed on disk; True when something did."""
        changed = False
        for project in list(self.projects.loaded):
            done = project.catch_up()
            if done is None:
                self._reopen(project)
            changed = changed or done is not False
        for path in list(self.projects.broken):
            changed = self.project(path) is not None or changed
        return changed

    def project(self, path: Path) -> Project | None:
        """The project of an open document."""
        return self.projects.of(path, self.texts) if path in self.texts else None

    def diagnostics(self, path: Path) -> list[Diagnostic]:
        """Of an open document; empty for any other."""
        project = self.project(path)
        if project is not None:
            return Diagnoser(project, path, self.texts[path], self.client, self.settings.rules_url).all(
                project.report()
            )
        why = self.projects.broken.get(path)
        return trouble(why, self.client) if why else []

    def elsewhere(self, folders: Iterable[Path]) -> Iterator[tuple[Path, list[Diagnostic]]]:
        """Diagnostics of the new revisions that are not open, in the projects of these folders and the open ones."""
        for project in self.projects.around(folders):
            report, paths = project.new_report()
            for path in paths:
                reading = project.reading(path)
                text = reading.text if reading is not None else ""
                yield path, Diagnoser(project, path, text, self.client, self.settings.rules_url).all(report)

    def snapshot(self, path: Path) -> Snapshot | None:
        """One moment of an open document; None where it is no revision, or cannot be read at the moment."""
        project = self.project(path)
        reading = project.reading(path) if project is not None and path not in project.held else None
        if project is None or reading is None:
            return None
        return Snapshot(
            path=path,
            uri=self.uris[path],
            reading=reading,
            shown=shown_in(project.report(), path),
            workspace=project.workspace,
            knowledge=project.knowledge(),
            documents=Open(uris=dict(self.uris), versions=dict(self.versions), texts=dict(self.texts)),
            client=self.client,
            settings=self.settings,
        )

    def _reopen(self, project: Project) -> None:
        """Read a project anew; one that cannot be read any more stays as it was, and the reason is said."""
        self.projects.forget(project)
        for path in sorted(project.open):
            if self.project(path) is None and path in self.projects.broken:
                self._say(f"{self.projects.broken.pop(path)}; until then the project stays as it was read last")
                self.projects.loaded.append(project)
                return

    def _say(self, message: str) -> None:
        if message not in self._warned:
            self._warned.add(message)
            self._warn(message)


def path_of(uri: str) -> Path | None:
    """The file of a URI; None for documents that are none (`untitled:`, `git:`)."""
    if not uri.startswith("file:"):
        return None
    found = to_fs_path(uri)
    return Path(found) if found else None
