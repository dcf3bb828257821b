"""A revision typed key by key: no keystroke breaks the server, and what was known stays on show."""

from __future__ import annotations

import ast

import pytest
from cli_project import Project, revision
from editor import PROFILES, Editor, capabilities
from lsprotocol import types
from test_diagnostics import codes

from migfix.lsp.session import Session

BODY = '''    # Größe 😀
    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False, server_default="free"))
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("name", existing_type=sa.String(200), nullable=False)
    op.execute("""
        UPDATE users SET email = lower(email)
        WHERE email <> lower(email)
    """)
    for column in ("email", "name"):
        op.create_index(f"ix_users_{column}", "users", [column])
    op.create_foreign_key("fk", "users", "users", ["id"], ["id"])'''


def keystrokes(before: str, after: str) -> list[str]:
    """Every text between the two: the end of what differs is typed one character after the other."""
    top = next(i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    end = len(before) - len("pass") - top
    tail = before[len(before) - end :]
    typed = after[top : len(after) - end]
    return [before[:top] + typed[: n + 1] + tail for n in range(len(typed))]


TEMPLATE = revision("d4", "c3", "    pass")
TYPED = keystrokes(TEMPLATE, revision("d4", "c3", BODY))


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def test_the_recording_ends_with_the_revision() -> None:
    assert TYPED[-1] == revision("d4", "c3", BODY)
    assert {parses(t) for t in TYPED} == {True, False}


def test_every_keystroke_is_answered_and_what_was_known_stays(project: Project) -> None:
    session = Session(pytest.fail)
    path = project.add("d4_new.py", TEMPLATE)
    known = 0
    for version, text in enumerate(TYPED, 1):
        session.edit(path.as_uri(), text, version)
        found = session.diagnostics(path)
        lines = text.split("\n")
        assert all(d.range.end.line < len(lines) for d in found)
        if parses(text):
            known = len(found)
        else:
            assert len(found) == known
        snapshot = session.snapshot(path)
        assert (snapshot is None) == (not parses(text))
    assert sorted({str(d.code) for d in session.diagnostics(path)}) == ["MF103", "MF201", "MF303", "MF501"]


def test_a_file_typed_from_nothing_never_breaks_the_session(project: Project) -> None:
    session = Session(pytest.fail)
    path = project.versions / "d4_new.py"
    whole = revision("d4", "c3", BODY)
    for end in range(len(whole) + 1):
        session.edit(path.as_uri(), whole[:end], end)
        session.diagnostics(path)
        session.snapshot(path)
    for end in range(len(whole), 0, -7):
        session.edit(path.as_uri(), whole[:end], end)
        session.diagnostics(path)


@pytest.mark.asyncio
@pytest.mark.parametrize("profile", [capabilities(p) for p in PROFILES], ids=PROFILES)
async def test_the_server_lives_through_it(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", TEMPLATE))
    for text in TYPED[::3]:
        editor.change(uri, text)
        end = types.Range(editor.end(uri), editor.end(uri))
        document = types.TextDocumentIdentifier(uri=uri)
        asked = types.HoverParams(document, end.start)
        await editor.client.text_document_hover_async(asked)
    editor.change(uri, TYPED[-1])
    assert "MF201" in codes(await editor.diagnostics(uri))
    assert editor.client.messages == []
    assert editor.client.error is None
