"""The protocol's side: which request is answered by whom. Documents are synced whole, so that no text can drift."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter
from pygls.uris import from_fs_path

from migfix import __version__
from migfix.lsp.client import client_of
from migfix.lsp.documents import Shown
from migfix.lsp.memory import Memory
from migfix.lsp.protocol import Protocol
from migfix.lsp.session import Session, path_of
from migfix.lsp.settings import read_settings
from migfix.lsp.snapshot import Snapshot
from migfix.lsp.texts import Texts

P = ParamSpec("P")
T = TypeVar("T")
POLL_SECONDS = 3.0
"""How often disk is looked at for a client that cannot watch files."""
WARM_SECONDS = 1.0
"""How long after the first diagnostics the code of rewrites is loaded."""
LONGEST = 4000
"""Characters of a text that is shown as a message."""


class Server(LanguageServer):
    """One client, one session."""

    def __init__(self) -> None:
        super().__init__(
            "migfix",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )
        self.session = Session(self._warn)
        self._pushed: dict[str, str] = {}
        self._pulled: dict[str, str] = {}
        self.texts = Texts()
        self.memory = Memory()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rewrites")
        self._warming: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def _warn(self, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(type=types.MessageType.Warning, message=f"migfix: {message}"))

    @property
    def said_goodbye(self) -> bool:
        """The client has asked for a shutdown."""
        return bool(self.protocol._shutdown)

    def start(self, params: types.InitializeParams) -> None:
        """Remember who the client is."""
        options = params.initialization_options
        given = dict(options) if isinstance(options, dict) else {}
        commands = given.get("clientCommands")
        own = frozenset(c for c in commands if isinstance(c, str)) if isinstance(commands, list) else frozenset[str]()
        encoding = str(self.workspace.position_encoding or "utf-16")
        self.session.client = client_of(params.capabilities, encoding=encoding, own_commands=own)
        self.session.projects.settings = read_settings(given)

    def show(self, path: Path | None) -> None:
        """Say what is found in a document that changed, and in the other open ones where that changed too."""
        self.memory.edited(self.session.projects.opened)
        if self._warming is None:
            loop = asyncio.get_running_loop()
            self._warming = loop.call_later(WARM_SECONDS, self._worker.submit, _warm_up)
        client = self.session.client
        if client.push:
            for other, uri in list(self.session.uris.items()):
                self._push(other, uri, always=other == path)
        elif "diagnostics" in client.refreshes and self._others_changed(path):
            self.workspace_diagnostic_refresh(None)

    def _push(self, path: Path, uri: str, *, always: bool) -> None:
        found = self.session.diagnostics(path)
        result = self.result_id(found)
        if always or self._pushed.get(uri) != result:
            self._pushed[uri] = result
            params = types.PublishDiagnosticsParams(uri=uri, diagnostics=found, version=self.session.versions.get(path))
            self.text_document_publish_diagnostics(params)

    def _others_changed(self, path: Path | None) -> bool:
        """Some document that was asked about has other diagnostics now than the client knows."""
        return any(
            self.result_id(self.session.diagnostics(other)) != self._pulled[uri]
            for other, uri in self.session.uris.items()
            if other != path and uri in self._pulled
        )

    def result_id(self, found: list[types.Diagnostic]) -> str:
        """The same for the same diagnostics."""
        said = json.dumps(self.protocol._converter.unstructure(found), sort_keys=True)
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()

    def pull(self, uri: str, previous: str | None) -> types.DocumentDiagnosticReport:
        """The diagnostics of one document, or that they are as before."""
        path = path_of(uri)
        found = self.session.diagnostics(path) if path is not None else []
        result = self.result_id(found)
        self._pulled[uri] = result
        if previous == result:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id=result)
        return types.RelatedFullDocumentDiagnosticReport(items=found, result_id=result)

    def pull_all(self, previous: Mapping[str, str]) -> types.WorkspaceDiagnosticReport:
        """The diagnostics of new revisions that are not open; what a client was told of others is taken back."""
        folders = [p for f in self.workspace.folders.values() if (p := path_of(f.uri)) is not None]
        items: list[types.WorkspaceDocumentDiagnosticReport] = []
        for path, found in self.session.elsewhere(folders):
            uri, result = from_fs_path(str(path)) or path.as_uri(), self.result_id(found)
            if previous.get(uri) == result:
                items.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, result_id=result))
            elif found or uri in previous:
                items.append(types.WorkspaceFullDocumentDiagnosticReport(uri=uri, items=found, result_id=result))
        told = {item.uri for item in items} | set(self.session.uris.values())
        gone = [uri for uri in previous if uri not in told]
        items += [types.WorkspaceFullDocumentDiagnosticReport(uri=uri, items=[]) for uri in gone]
        return types.WorkspaceDiagnosticReport(items=items)

    def forget(self, uri: str) -> None:
        """A document was closed: nothing is shown for it any more."""
        self._pulled.pop(uri, None)
        if self._pushed.pop(uri, None) is not None:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri=uri, diagnostics=[]))

    def snapshot(self, path: Path | None) -> Snapshot | None:
        """The document's project as it is now; None where it is no revision, or cannot be read at the moment."""
        return None if path is None else self.session.snapshot(path)

    def show_text(self, shown: Shown) -> dict[str, Any]:
        """Show a text: as a virtual document, a temporary file, a message; a client of ours shows the answer itself."""
        client = self.session.client
        if client.own_commands:
            pass
        elif client.shows:
            uri = self.texts.virtual(shown) if client.virtual else self.texts.file(shown)
            self.window_show_document(types.ShowDocumentParams(uri=uri, take_focus=True))
        else:
            said = shown.text if len(shown.text) <= LONGEST else f"{shown.text[:LONGEST]}…"
            self.window_show_message(types.ShowMessageParams(type=types.MessageType.Info, message=said))
        return {"name": shown.name, "language": shown.language, "text": shown.text}

    def refresh_all(self) -> None:
        """Ask for lenses and hints to be asked for again."""
        if "code_lens" in self.session.client.refreshes:
            self.workspace_code_lens_refresh(None)
        if "inlay_hint" in self.session.client.refreshes:
            self.workspace_inlay_hint_refresh(None)

    async def aside(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what takes long away from the messages, one after the other.

        One thread, and no second one beside it: two that import the same modules for the first time stop each other.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, partial(work, *args, **kwargs))

    def end(self) -> None:
        """Let go of everything that outlives a message."""
        if self._warming is not None:
            self._warming.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)
        for task in self._tasks:
            task.cancel()
        self.texts.discard()
        self.memory.end()

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task that runs as long as the server."""
        self._tasks.add(task)


def _warm_up() -> None:
    """Load what the first rewrite and the first hover need, before somebody asks for one."""
    importlib.import_module("migfix.moves.split")


def make_server() -> Server:
    """A server with all that it answers."""
    from migfix.lsp import features

    server = Server()
    features.register(server)
    return server
