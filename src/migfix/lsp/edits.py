"""Changes as workspace edits: versioned where the file is open, with new files where the client can create them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from migfix.change import Change
from migfix.errors import MigfixError
from migfix.lsp.client import Client
from migfix.lsp.text import edits_of
from migfix.model.record import record


class TextMoved(MigfixError):
    """The document was changed after the edit was asked for."""


@record
class Open:
    """The open documents at one moment: URI, version and text by path."""

    uris: Mapping[Path, str]
    versions: Mapping[Path, int]
    texts: Mapping[Path, str]

    def uri(self, path: Path) -> str:
        return self.uris.get(path) or from_fs_path(str(path)) or path.as_uri()


def workspace_edit(changes: Sequence[Change], documents: Open, client: Client) -> types.WorkspaceEdit:
    """All changes as one edit; new files only for a client that creates them.

    Raises TextMoved when an open document's text is not the one that the change was made from.
    """
    todo = [c for c in changes if not c.is_empty]
    if not client.document_changes:
        return types.WorkspaceEdit(changes={_uri(c, documents): _edits(c, documents, client) for c in todo})
    steps: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for change in todo:
        uri = _uri(change, documents)
        if change.before is None:
            steps.append(types.CreateFile(uri=uri, options=types.CreateFileOptions(overwrite=False)))
        identifier = types.OptionalVersionedTextDocumentIdentifier(
            uri=uri, version=documents.versions.get(path_of_change(change))
        )
        steps.append(types.TextDocumentEdit(text_document=identifier, edits=list(_edits(change, documents, client))))
    return types.WorkspaceEdit(document_changes=steps)


def path_of_change(change: Change) -> Path:
    return Path(change.path).absolute()


def _uri(change: Change, documents: Open) -> str:
    return documents.uri(path_of_change(change))


def _edits(change: Change, documents: Open, client: Client) -> list[types.TextEdit]:
    text = documents.texts.get(path_of_change(change))
    if text is not None and text != change.before:
        raise TextMoved(f"{change.path} was changed meanwhile; ask again")
    return [types.TextEdit(range=place, new_text=new) for place, new in edits_of(change, client.encoding)]
