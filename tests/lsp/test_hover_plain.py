"""Hover in an editor that shows no Markdown."""

from __future__ import annotations

import pytest
from cli_project import Project
from editor import Editor, capabilities
from lsprotocol import types

pytestmark = pytest.mark.asyncio


@pytest.fixture
def profile() -> types.ClientCapabilities:
    found = capabilities("emacs")
    assert found.text_document is not None
    found.text_document.hover = types.HoverClientCapabilities(content_format=[types.MarkupKind.PlainText])
    return found


async def test_names_keep_their_underscores(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    path = next(p for p in project.versions.glob("*.py") if "ix_users_email" in p.read_text())
    uri = editor.open(path)
    line = next(i for i, text in enumerate(path.read_text().splitlines()) if "ix_users_email" in text)

    found = await editor.client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, 10))
    )

    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.contents.kind == types.MarkupKind.PlainText
    lines = found.contents.value.splitlines()
    assert lines[0] == "CREATE INDEX ix_users_email ON users (email);"
    assert [t for t in lines if t.startswith("PostgreSQL")] == ["PostgreSQL ≥ 14; in the transaction of the revision"]
    assert not [t for t in lines if "**" in t or "```" in t]
