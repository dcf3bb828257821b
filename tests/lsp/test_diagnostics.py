"""Diagnostics in each recorded editor: pulled where it pulls, pushed where not, at the right place in its own units."""

from __future__ import annotations

import pytest
from cli_project import Project, revision
from editor import Editor, place_of

pytestmark = pytest.mark.asyncio


def risky(parent: str = "c3", name: str = "d4", *, before: str = "") -> str:
    return revision(name, parent, f'    {before}op.create_index("ix_users_email2", "users", ["email"])')


async def test_a_risky_operation_is_shown(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    [found] = await editor.diagnostics(uri)
    assert found.code == "MF201"
    assert found.source == "migfix"
    assert found.range == place_of(
        editor.texts[uri], 'op.create_index("ix_users_email2", "users", ["email"])', editor.encoding
    )
