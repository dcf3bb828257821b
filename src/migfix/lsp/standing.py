"""Which files others have already: git is asked in a thread, so that nobody waits for it."""

from __future__ import annotations

import threading
from pathlib import Path

from migfix.model.applied import Knowledge
from migfix.read.project import ProjectLayout
from migfix.read.workspace import Workspace
from migfix.scope import Published, published

PATIENCE = 5.0
"""Seconds to wait for git where the answer is needed."""


class Standing:
    """Asks git once; a new project (a changed configuration, a new checkout) asks again."""

    def __init__(self, layout: ProjectLayout, *, unapplied: bool) -> None:
        self._layout = layout
        self._unapplied = unapplied
        self._published: Published | None = None
        self._known: tuple[object, Knowledge] | None = None
        self._thread = threading.Thread(target=self._ask, name="git", daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        self._published = published(_folder(self._layout))

    def knowledge(self, workspace: Workspace) -> Knowledge:
        """What is known of where the project's revisions have run."""
        from migfix.applied import gather

        paths = {name: reading.revision.path for name, reading in workspace.readings.items()}
        key = (tuple(paths.items()), workspace.graph.heads)
        if self._known is None or self._known[0] != key:
            self._thread.join(PATIENCE)
            found = gather(workspace.graph, paths=paths, published=self._published, unapplied=self._unapplied)
            self._known = (key, found)
        return self._known[1]


def _folder(layout: ProjectLayout) -> Path:
    """A folder inside the project, where git can be asked."""
    return next((d for d in (*layout.version_dirs, layout.root) if d.is_dir()), Path.cwd())
