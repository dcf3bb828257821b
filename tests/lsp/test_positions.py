"""Places in each position encoding, with emoji and umlauts before them: what is shown, asked about, and edited."""

from __future__ import annotations

import pytest
from cli_project import Project
from editor import PROFILES, UNITS, Editor, capabilities, place_of
from lsprotocol import types
from test_actions import named
from test_diagnostics import RISKY, risky

pytestmark = pytest.mark.asyncio
BEFORE = '"😀 für Ümläute 🎉"; '


@pytest.fixture(params=[(p, e) for p in PROFILES for e in UNITS], ids="-".join)
def profile(request: pytest.FixtureRequest) -> types.ClientCapabilities:
    return capabilities(*request.param)


async def test_a_range_behind_wide_characters_is_the_operation(
    editor: Editor, profile: types.ClientCapabilities, project: Project
) -> None:
    started = await editor.start(project.root)
    assert started.capabilities.position_encoding == profile.general.position_encodings[0]
    uri = editor.open(project.add("d4_new.py", "# 😀\n" + risky(before=BEFORE)))
    place = place_of(editor.texts[uri], RISKY, editor.encoding)
    [found] = await editor.diagnostics(uri)
    assert found.range == place
    document = types.TextDocumentIdentifier(uri=uri)
    shown = await editor.client.text_document_hover_async(types.HoverParams(document, place.start))
    assert shown is not None
    assert shown.range == place
    left = types.Position(place.start.line, place.start.character - 1)
    assert await editor.client.text_document_hover_async(types.HoverParams(document, left)) is None
    await editor.run(named(await editor.actions(uri, types.Range(place.end, place.end)), "MF201: build"))
    assert await editor.diagnostics(uri) == []
    assert f"    {BEFORE}".rstrip("; ") in editor.texts[uri]
    assert "postgresql_concurrently=True" in editor.texts[uri]


async def test_the_placeholder_of_a_reason_is_selected(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky(before=BEFORE)))
    action = named(await editor.actions(uri), "MF201: ignore")
    await editor.run(action)
    await editor.settled()
    if action.command is not None:
        [shown] = editor.client.shown_documents
        assert shown.selection == place_of(editor.texts[uri], "TODO: say why", editor.encoding)
    assert await editor.diagnostics(uri) == []
