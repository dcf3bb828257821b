"""Diagnostics in each recorded editor: pulled where it pulls, pushed where not, at the right place in its own units."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_project import TABLES, Project, revision
from editor import Editor, place_of
from lsprotocol import types

pytestmark = pytest.mark.asyncio

RISKY = 'op.create_index("ix_users_email2", "users", ["email"])'


def risky(parent: str = "c3", name: str = "d4", *, before: str = "") -> str:
    return revision(name, parent, f"    {before}{RISKY}")


def codes(found: list[types.Diagnostic]) -> list[str | int | None]:
    return [d.code for d in found]


async def test_a_risky_operation_is_shown(editor: Editor, project: Project) -> None:
    options = {"rulesUrl": "https://docs.example.org/rules/{rule}/#{code}"}
    await editor.start(project.root, options=options)
    uri = editor.open(project.add("d4_new.py", risky()))
    [found] = await editor.diagnostics(uri)
    assert (found.code, found.source, found.severity) == ("MF201", "migfix", types.DiagnosticSeverity.Warning)
    assert found.message.endswith("\nSHARE lock on users: blocks writes")
    assert found.range == place_of(editor.texts[uri], RISKY, editor.encoding)
    link = found.code_description.href if found.code_description else None
    links = getattr(editor.capabilities.text_document.publish_diagnostics, "code_description_support", None)
    assert link == ("https://docs.example.org/rules/create-index/#MF201" if links else None)


async def test_unsaved_text_counts(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", "    pass")))
    assert await editor.diagnostics(uri) == []
    editor.change(uri, risky())
    assert codes(await editor.diagnostics(uri)) == ["MF201"]
    editor.change(uri, revision("d4", "c3", "    pass"))
    assert await editor.diagnostics(uri) == []


async def test_a_new_file_that_is_not_saved_belongs_to_the_project(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.versions / "d4_new.py", risky())
    assert codes(await editor.diagnostics(uri)) == ["MF201"]


async def test_the_last_diagnostics_stay_where_they_belong_while_somebody_types(
    editor: Editor, project: Project
) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    assert codes(await editor.diagnostics(uri)) == ["MF201"]
    editor.change(uri, risky().replace("def upgrade", "x = (\n\n\ndef upgrade"))
    [found] = await editor.diagnostics(uri)
    assert found.range == place_of(editor.texts[uri], RISKY, editor.encoding)


async def test_two_heads_are_shown_at_both(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    one = editor.open(project.add("d4_new.py", revision("d4", "c3", "    pass")))
    assert await editor.diagnostics(one) == []
    other = editor.open(project.versions / "e5_new.py", revision("e5", "c3", "    pass"))
    for uri, name in ((one, "d4"), (other, "e5")):
        [found] = await editor.diagnostics(uri)
        assert found.code == "MF801"
        assert found.range == place_of(editor.texts[uri], f'revision = "{name}"', editor.encoding)
        related = [r.location.uri for r in found.related_information or ()]
        able = getattr(editor.capabilities.text_document.publish_diagnostics, "related_information", None)
        assert related == ([u for u in (one, other) if u != uri] if able else [])
    editor.change(other, revision("e5", "d4", "    pass"))
    assert await editor.diagnostics(one) == []


async def test_an_id_twice_is_an_error_in_both_files(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    one = editor.open(project.add("d4_new.py", revision("d4", "c3", "    pass")))
    other = editor.open(project.add("d4_again.py", revision("d4", "c3", "    pass")))
    for uri in (one, other):
        [found] = await editor.diagnostics(uri)
        assert found.severity == types.DiagnosticSeverity.Error
        assert found.message == "another file has the revision id 'd4' too"
        assert found.range == place_of(editor.texts[uri], 'revision = "d4"', editor.encoding)


async def test_what_is_not_read_is_information(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", '    op.execute(f"DROP {x}")')))
    [found] = await editor.diagnostics(uri)
    assert found.severity == types.DiagnosticSeverity.Information
    assert found.message.startswith("not read, so not judged: ")


async def test_an_ignore_that_ignores_nothing_is_shown_as_unnecessary(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    comment = "# migfix: ignore[MF201] -- small"
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", f"    pass  {comment}")))
    [found] = await editor.diagnostics(uri)
    assert list(found.tags or ()) == [types.DiagnosticTag.Unnecessary]
    assert found.range == place_of(editor.texts[uri], comment, editor.encoding)


async def test_files_outside_of_any_project_are_left_alone(editor: Editor, project: Project, tmp_path: Path) -> None:
    await editor.start(project.root)
    for path in (project.root / "app.py", tmp_path / "notes.txt", project.root / "migrations" / "env.py"):
        uri = editor.open(path, "from alembic import op\n\n\ndef f() -> None:\n    op.drop_table('users')\n")
        assert await editor.diagnostics(uri) == []
        assert await editor.actions(uri) == []
    uri = editor.open(tmp_path / "alone.py", risky().replace('"c3"', "None"))
    assert codes(await editor.diagnostics(uri)) == ["MF201"]


async def test_documents_that_are_no_files_are_left_alone(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    item = types.TextDocumentItem(uri="untitled:Untitled-1", language_id="python", version=1, text=risky())
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    assert await editor.diagnostics("untitled:Untitled-1") == []


async def test_several_folders_and_several_projects_in_one(editor: Editor, tmp_path: Path) -> None:
    projects = []
    for name in ("mono/billing", "mono/shop", "other"):
        root = tmp_path / name
        root.mkdir(parents=True)
        projects.append(Project(root))
    projects[1].add("d4_new.py", revision("d4", "c3", TABLES.replace("users", "orders")))
    await editor.start(tmp_path / "mono", tmp_path / "other")
    uris = [
        editor.open(p.versions / "z9_new.py", risky("d4" if n == 1 else "c3", "z9")) for n, p in enumerate(projects)
    ]
    assert [codes(await editor.diagnostics(u)) for u in uris] == [["MF201"]] * 3


async def test_a_byte_order_mark_moves_nothing(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.versions / "d4_new.py", "\ufeff" + risky())
    [found] = await editor.diagnostics(uri)
    assert found.range == place_of(editor.texts[uri], RISKY, editor.encoding)


async def test_a_client_that_pulls_hears_that_nothing_changed(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    if not editor.pulls:
        return
    uri = editor.open(project.add("d4_new.py", risky()))
    document = types.TextDocumentIdentifier(uri=uri)
    first = await editor.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(text_document=document))
    again = await editor.client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(text_document=document, previous_result_id=first.result_id)
    )
    assert (first.kind, again.kind, again.result_id) == ("full", "unchanged", first.result_id)
    assert editor.client.diagnostics == {}
