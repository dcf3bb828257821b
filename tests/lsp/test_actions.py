"""Code actions in each recorded editor, carried out as the editor would."""

from __future__ import annotations

import pytest
from cli_project import Project
from editor import Editor
from lsprotocol import types
from test_diagnostics import risky

from migfix.lsp.actions import FIX_ALL

pytestmark = pytest.mark.asyncio


def named(actions: list[types.CodeAction], start: str) -> types.CodeAction:
    return next(a for a in actions if a.title.startswith(start))


async def test_the_quick_fix_is_what_apply_writes(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    path = project.add("d4_new.py", risky())
    uri = editor.open(path)
    fix = next(a for a in await editor.actions(uri) if a.kind == types.CodeActionKind.QuickFix and a.is_preferred)
    await editor.run(fix)
    assert await editor.diagnostics(uri) == []
    assert "postgresql_concurrently=True" in editor.texts[uri]


async def test_fix_all_applies_what_is_safe(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    [fix] = await editor.actions(uri, only=["source.fixAll"])
    assert fix.kind == FIX_ALL
    await editor.run(fix)
    assert await editor.diagnostics(uri) == []


async def test_ignore_writes_a_comment(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    await editor.run(named(await editor.actions(uri), "MF201: ignore"))
    assert "    # migfix: ignore[MF201] -- TODO: say why\n    op.create_index" in editor.texts[uri]
    assert await editor.diagnostics(uri) == []


async def test_explain_shows_the_rule(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    shown = await editor.run(named(await editor.actions(uri), "MF201: explain"))
    text = shown["text"] if isinstance(shown, dict) else shown.text
    assert text.startswith("# MF201 create-index")
