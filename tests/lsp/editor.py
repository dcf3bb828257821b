"""An editor for tests: it opens documents, applies edits as the protocol says, and remembers what the server shows."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Union

from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities

UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
PROFILES = ("visual-studio-code", "neovim", "emacs")
SERVER = [sys.executable, "-m", "migfix", "lsp"]


COMMAND_OR_ACTION = Union[types.Command, types.CodeAction]  # noqa: UP007


def command_or_action(client: LanguageClient) -> Callable[[Any, Any], Any]:
    """lsprotocol takes an action that has a command for a bare command; here the form of its command decides."""
    converter = client.protocol._converter

    def structure(value: Any, _: Any) -> Any:
        return converter.structure(value, types.Command if isinstance(value.get("command"), str) else types.CodeAction)

    return structure


def capabilities(profile: str, *encodings: str) -> types.ClientCapabilities:
    """A recorded editor, with other position encodings where some are named."""
    found = client_capabilities(profile)
    if encodings:
        found.general = found.general or types.GeneralClientCapabilities()
        found.general.position_encodings = list(encodings)
    return found


class Editor:
    """`files` is what the documents hold; edits of the server change it, and the disk for files that are not open."""

    def __init__(self, client: LanguageClient, capabilities: types.ClientCapabilities) -> None:
        self.client, self.capabilities = client, capabilities
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.encoding, self.refuses = "utf-16", False
        self.shown: list[types.ShowDocumentParams] = []
        self.edits: list[types.WorkspaceEdit] = []
        self.registrations: list[types.Registration] = []
        self.answers: list[str | None] = []
        self.answered: list[types.ShowMessageRequestParams] = []
        self._listen()

    @property
    def pulls(self) -> bool:
        return getattr(self.capabilities.text_document, "diagnostic", None) is not None

    def _listen(self) -> None:
        server = self.client

        @server.feature(types.WORKSPACE_APPLY_EDIT)
        def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            if not self.refuses:
                self.apply(params.edit)
            return types.ApplyWorkspaceEditResult(applied=not self.refuses)

        @server.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.registrations += params.registrations

        @server.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        def ask(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
            self.answered.append(params)
            said = self.answers.pop(0) if self.answers else None
            return next((a for a in params.actions or () if a.title == said), None)

    async def start(self, *folders: Path, options: dict[str, Any] | None = None) -> types.InitializeResult:
        found = await self.client.initialize_session(
            types.InitializeParams(
                capabilities=self.capabilities,
                process_id=None,
                root_uri=folders[0].as_uri() if folders else None,
                workspace_folders=[types.WorkspaceFolder(uri=f.as_uri(), name=f.name) for f in folders],
                initialization_options=options,
            )
        )
        self.encoding = str(found.capabilities.position_encoding or "utf-16")
        return found

    def open(self, path: Path, text: str | None = None) -> str:
        uri = path.as_uri()
        self.texts[uri] = path.read_bytes().decode() if text is None else text
        self.versions[uri] = 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                text_document=types.TextDocumentItem(uri=uri, language_id="python", version=1, text=self.texts[uri])
            )
        )
        return uri

    def change(self, uri: str, text: str) -> None:
        self.texts[uri] = text
        self.versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=self.versions[uri]),
                content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
            )
        )

    def save(self, uri: str) -> None:
        Path(self.client_path(uri)).write_bytes(self.texts[uri].encode())
        document = types.TextDocumentIdentifier(uri=uri)
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(text_document=document))

    def close(self, uri: str) -> None:
        del self.texts[uri]
        document = types.TextDocumentIdentifier(uri=uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=document))

    @staticmethod
    def client_path(uri: str) -> str:
        from pygls.uris import to_fs_path

        return to_fs_path(uri) or ""

    async def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """What the editor shows for a document once the server has caught up with it."""
        document = types.TextDocumentIdentifier(uri=uri)
        if self.pulls:
            report = await self.client.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(text_document=document)
            )
            return list(report.items)
        await self.settled()
        return list(self.client.diagnostics.get(uri, ()))

    async def settled(self) -> None:
        """Everything sent so far has been handled: messages are answered in order."""
        for _ in range(2):  # The server may ask something in between, for instance for settings.
            document = types.TextDocumentIdentifier(uri="file:///nowhere.py")
            await self.client.text_document_hover_async(types.HoverParams(document, types.Position(0, 0)))

    async def until(self, uri: str, holds: Callable[[list[types.Diagnostic]], bool]) -> list[types.Diagnostic]:
        """The diagnostics once they are as expected; what they are after thirty seconds otherwise."""
        for _ in range(300):
            found = await self.diagnostics(uri)
            if holds(found):
                return found
            await asyncio.sleep(0.1)
        return found

    def disk_changed(self, *paths: Path) -> None:
        """What an editor that watches files says; the server looks by itself for the others."""
        if any(r.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES for r in self.registrations):
            changes = [types.FileEvent(uri=p.as_uri(), type=types.FileChangeType.Changed) for p in paths]
            self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes=changes))

    async def actions(
        self, uri: str, at: types.Range | None = None, *, only: list[str] | None = None, resolve: bool = True
    ) -> list[types.CodeAction]:
        shown = await self.diagnostics(uri)
        place = at or types.Range(types.Position(0, 0), self.end(uri))
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                text_document=types.TextDocumentIdentifier(uri=uri),
                range=place,
                context=types.CodeActionContext(diagnostics=shown, only=only),
            )
        )
        actions = [a for a in found or () if isinstance(a, types.CodeAction)]
        if not resolve:
            return actions
        return [await self.resolve(a) for a in actions]

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        if action.edit is None and action.data is not None and action.disabled is None:
            return await self.client.code_action_resolve_async(action)
        return action

    async def run(self, action: types.CodeAction) -> Any:
        """What choosing the action in the menu does: the edit first, then the command."""
        if action.edit is not None:
            self.apply(action.edit)
        if action.command is not None:
            return await self.command(action.command.command, *(action.command.arguments or ()))
        return None

    async def command(self, name: str, *arguments: Any) -> Any:
        return await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command=name, arguments=list(arguments))
        )

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """As the protocol says: in order, versions checked, one of the two forms."""
        assert not (edit.changes and edit.document_changes), "both forms of an edit at once"
        self.edits.append(edit)
        for uri, edits in (edit.changes or {}).items():
            self._apply_to(uri, list(edits))
        for step in edit.document_changes or ():
            if isinstance(step, types.CreateFile):
                path = Path(self.client_path(step.uri))
                assert not path.exists(), f"{path} exists"
                path.write_bytes(b"")
            else:
                assert isinstance(step, types.TextDocumentEdit)
                document = step.text_document
                assert document.version == self.versions.get(document.uri), "the edit is for another version"
                self._apply_to(document.uri, list(step.edits))

    def _apply_to(self, uri: str, edits: list[Any]) -> None:
        path = Path(self.client_path(uri))
        before = self.texts[uri] if uri in self.texts else path.read_bytes().decode()
        after = edited(before, edits, self.encoding)
        if uri in self.texts:
            self.change(uri, after)
        else:
            path.write_bytes(after.encode())

    def end(self, uri: str) -> types.Position:
        return position(self.texts[uri], len(self.texts[uri]), self.encoding)


def edited(text: str, edits: list[types.TextEdit], encoding: str) -> str:
    """The text with edits that all speak of the old text."""
    places = [(offset(text, e.range.start, encoding), offset(text, e.range.end, encoding), e.new_text) for e in edits]
    for start, end, new in sorted(places, key=lambda p: p[0], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def offset(text: str, place: types.Position, encoding: str) -> int:
    """Characters before a position; strict: a position must exist."""
    codec, width = UNITS[encoding]
    lines = text.splitlines(keepends=True) if "\x0c" not in text else text.split("\n")
    if place.line == len(lines) and place.character == 0:
        return len(text)
    line = lines[place.line].encode(codec)
    assert place.character * width <= len(line), f"{place} is past the end of its line"
    return sum(map(len, lines[: place.line])) + len(line[: place.character * width].decode(codec))


def position(text: str, at: int, encoding: str) -> types.Position:
    codec, width = UNITS[encoding]
    before = text[:at]
    line = before.rpartition("\n")[2]
    return types.Position(line=before.count("\n"), character=len(line.encode(codec)) // width)


def place_of(text: str, part: str, encoding: str) -> types.Range:
    """The range of the first occurrence of `part`."""
    at = text.index(part)
    return types.Range(position(text, at, encoding), position(text, at + len(part), encoding))
