"""Code actions in each recorded editor, carried out as the editor would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cli_project import Project, revision
from editor import Editor, place_of
from lsprotocol import types
from test_diagnostics import RISKY, codes, risky

from migfix.lsp.actions import FIX_ALL, REWRITE

pytestmark = pytest.mark.asyncio

NOT_NULL = '    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False{}))'


def named(actions: list[types.CodeAction], start: str) -> types.CodeAction:
    found = [a for a in actions if a.title.startswith(start)]
    assert len(found) == 1, [a.title for a in actions]
    return found[0]


async def test_the_quick_fix_cures_its_finding(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    shown = await editor.diagnostics(uri)
    fix = named(await editor.actions(uri), "MF201: build the index concurrently")
    assert fix.kind == types.CodeActionKind.QuickFix
    assert list(fix.diagnostics or ()) == shown
    preferred = getattr(editor.capabilities.text_document.code_action, "is_preferred_support", None)
    assert bool(fix.is_preferred) == bool(preferred)
    await editor.run(fix)
    assert await editor.diagnostics(uri) == []
    assert "postgresql_concurrently=True" in editor.texts[uri]


async def test_edits_are_computed_when_the_client_asks_for_them(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    support = editor.capabilities.text_document.code_action.resolve_support
    fix = named(await editor.actions(uri, resolve=False), "MF201: build")
    assert (fix.edit is None) == (support is not None and "edit" in support.properties)


async def test_fix_all_applies_what_is_safe(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    [fix] = await editor.actions(uri, only=["source.fixAll"])
    assert fix.kind == FIX_ALL
    await editor.run(fix)
    assert await editor.diagnostics(uri) == []
    assert await editor.actions(uri, only=["source.fixAll"]) == []


async def test_fix_all_leaves_what_needs_review(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    body = f'    op.alter_column("users", "name", nullable=False)\n    {RISKY}'
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", body)))
    assert codes(await editor.diagnostics(uri)) == ["MF103", "MF201"]
    [fix] = await editor.actions(uri, only=[FIX_ALL])
    await editor.run(fix)
    assert codes(await editor.diagnostics(uri)) == ["MF103"]


async def test_only_the_kinds_asked_for(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    kinds = {a.kind for a in await editor.actions(uri, only=["refactor"])}
    assert kinds == {REWRITE}
    assert {a.kind for a in await editor.actions(uri, only=["quickfix"])} == {types.CodeActionKind.QuickFix}
    assert await editor.actions(uri, only=["source.organizeImports"]) == []


async def test_nothing_where_nothing_is_wrong(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    top = types.Range(types.Position(0, 0), types.Position(0, 0))
    assert [a.kind for a in await editor.actions(uri, top)] == [FIX_ALL]


async def test_ignore_writes_a_comment(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    await editor.run(named(await editor.actions(uri), "MF201: ignore"))
    assert "    # migfix: ignore[MF201] -- TODO: say why\n    op.create_index" in editor.texts[uri]
    assert await editor.diagnostics(uri) == []


async def test_a_client_that_asks_itself_gives_the_reason(editor: Editor, project: Project) -> None:
    await editor.start(project.root, options={"clientCommands": ["migfix.askAndIgnore"]})
    uri = editor.open(project.add("d4_new.py", risky()))
    action = named(await editor.actions(uri), "MF201: ignore")
    assert action.command.command == "migfix.askAndIgnore"
    [given] = action.command.arguments
    assert (await answer(editor, "migfix.ignore", {**given, "reason": "40 rows"}))["applied"] is True
    assert "# migfix: ignore[MF201] -- 40 rows\n" in editor.texts[uri]


async def answer(editor: Editor, command: str, argument: Any) -> dict[str, Any]:
    """What a command answers, as plain values."""
    found = await editor.command(command, argument)
    return found if isinstance(found, dict) else found._asdict()


async def test_explain_shows_the_finding_and_its_rule(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    action = named(await editor.actions(uri), "MF201: explain")
    text = (await answer(editor, action.command.command, action.command.arguments[0]))["text"]
    assert text.startswith("# MF201 create-index\n\n**Line 12:** blocks writes to users")
    assert "1. **build the index concurrently**" in text
    assert shown_text(editor) == text


def shown_text(editor: Editor) -> str:
    """What the editor shows: a document, or a message where it shows none."""
    if editor.client.shown_documents:
        return Path(editor.client_path(editor.client.shown_documents[-1].uri)).read_text()
    return editor.client.messages[-1].message


async def test_the_preview_is_the_diff(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    shown = await answer(editor, "migfix.preview", {"uri": uri})
    assert shown["language"] == "diff"
    assert shown["text"].startswith("# rewrites MF201 create-index\n\ndiff --git ")
    assert f"\n-    {RISKY}\n" in shown["text"]
    assert shown_text(editor) == shown["text"]
    assert await editor.diagnostics(uri) != []


async def test_a_merge_adds_a_file(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", "    pass")))
    project.add("e5_new.py", revision("e5", "c3", "    pass"))
    editor.save(uri)
    assert codes(await editor.diagnostics(uri)) == ["MF801"]
    action = named(await editor.actions(uri), "MF801: merge the heads")
    assert action.kind == REWRITE
    before = set(project.texts())
    await editor.run(action)
    await editor.settled()
    [new] = set(project.texts()) - before
    assert "Revises: d4, e5\n" in project.text(new)
    creates = "create" in [str(getattr(k, "value", k)) for k in resource_operations(editor)]
    assert (action.command is None) == creates
    editor.disk_changed(project.versions / new)
    assert await editor.until(uri, lambda found: not found) == []


def resource_operations(editor: Editor) -> list[Any]:
    return list(editor.capabilities.workspace.workspace_edit.resource_operations or ())


async def test_a_revision_becomes_a_chain(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    body = f'    op.add_column("users", sa.Column("age", sa.Integer()))\n    {RISKY}'
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", body)))
    before = set(project.texts())
    await editor.run(named(await editor.actions(uri), "migfix: rewrite this revision as a chain"))
    assert set(project.texts()) - before
    editor.disk_changed(*(project.versions / n for n in set(project.texts()) - before))
    assert await editor.until(uri, lambda found: not found) == []
    assert 'down_revision = "c3"' not in editor.texts[uri]


async def test_an_edit_that_the_editor_refuses_leaves_no_file_of_its_chain(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    body = f'    op.add_column("users", sa.Column("age", sa.Integer()))\n    {RISKY}'
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", body)))
    before, editor.refuses = project.texts(), True
    action = named(await editor.actions(uri), "migfix: rewrite this revision as a chain")
    if action.command is not None:
        assert (await editor.run(action))["applied"] is False
    assert project.texts() == before


async def test_a_value_that_the_revision_suggests_is_offered(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    text = revision("d4", "c3", NOT_NULL.format(', default="free"'))
    uri = editor.open(project.add("d4_new.py", text))
    actions = [a for a in await editor.actions(uri) if "users.tier = 'free' (found in the revision)" in a.title]
    assert actions
    await editor.run(actions[0])
    assert "'free'" in editor.texts[uri] or '"free"' in editor.texts[uri]
    assert "MF101" not in codes(await editor.diagnostics(uri))


async def test_a_value_that_nobody_knows_is_asked_for(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", NOT_NULL.format(""))))
    [action] = [a for a in await editor.actions(uri) if a.title.startswith("MF101") and needs_value(a)]
    if action.disabled is None:
        await editor.run(action)
        assert '"users.tier" in the setting migfix.values' in editor.client.messages[-1].message
    else:
        assert '"users.tier" in the setting migfix.values' in action.disabled.reason
    assert editor.edits == []


def needs_value(action: types.CodeAction) -> bool:
    said = action.disabled.reason if action.disabled else str(action.command)
    return "users.tier" in said and "migfix.values" in said


async def test_a_client_that_asks_itself_gives_the_value(editor: Editor, project: Project) -> None:
    await editor.start(project.root, options={"clientCommands": ["migfix.askAndApply"]})
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", NOT_NULL.format(""))))
    asking = [a for a in await editor.actions(uri) if a.command and a.command.command == "migfix.askAndApply"]
    [asked] = asking[0].command.arguments
    [need] = asked["needs"]
    assert (need["key"], need["kind"]) == ("users.tier", "value")
    done = await answer(editor, "migfix.applyPlan", {**asked, "values": {"users.tier": "'gold'"}})
    assert done["applied"] is True
    assert "gold" in editor.texts[uri]
    assert "MF101" not in codes(await editor.diagnostics(uri))


async def test_values_from_the_settings_complete_a_plan(editor: Editor, project: Project) -> None:
    await editor.start(project.root, options={"migfix": {"values": {"users.tier": "'gold'"}}})
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", NOT_NULL.format(""))))
    fix = next(a for a in await editor.actions(uri) if a.title.startswith("MF101") and (a.edit or a.data))
    await editor.run(fix)
    assert "gold" in editor.texts[uri]


async def test_a_published_revision_is_not_edited(editor: Editor, project: Project) -> None:
    git(project)
    await editor.start(project.root)
    uri = editor.open(project.versions / "b2_two.py")
    found = await editor.diagnostics(uri)
    assert {d.severity for d in found} == {types.DiagnosticSeverity.Information}
    actions = await editor.actions(uri)
    assert [a for a in actions if a.edit is not None and not a.title.startswith("MF201: ignore")] == []
    assert [a for a in actions if a.kind == FIX_ALL] == []
    refused = await answer(editor, "migfix.applyAll", {"uri": uri, "review": True})
    assert refused["applied"] is False
    assert "published on main, so a database may have run it" in refused["why"]


async def test_unapplied_says_that_published_revisions_may_be_edited(editor: Editor, project: Project) -> None:
    git(project)
    await editor.start(project.root, options={"unapplied": True})
    uri = editor.open(project.versions / "b2_two.py")
    assert {d.severity for d in await editor.diagnostics(uri)} == {types.DiagnosticSeverity.Warning}
    assert (await answer(editor, "migfix.applyAll", {"uri": uri, "review": True}))["applied"] is True
    assert await editor.diagnostics(uri) == []


def git(project: Project) -> None:
    import subprocess

    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        subprocess.run(["git", "-C", str(project.root), *identity, *command], check=True, capture_output=True)


async def test_the_lens_counts_previews_and_applies(editor: Editor, project: Project) -> None:
    await editor.start(project.root, options={"codeLens": True})
    uri = editor.open(project.add("d4_new.py", risky()))
    document = types.TextDocumentIdentifier(uri=uri)
    found = await editor.client.text_document_code_lens_async(types.CodeLensParams(text_document=document))
    assert [lens.command.title for lens in found or ()] == ["1 risky", "preview", "apply"]
    line = editor.texts[uri][: editor.texts[uri].index("def upgrade")].count("\n")
    assert {lens.range.start.line for lens in found} == {line}
    apply = found[2].command
    assert (await answer(editor, apply.command, apply.arguments[0]))["applied"] is True
    again = await editor.client.text_document_code_lens_async(types.CodeLensParams(text_document=document))
    assert list(again or ()) == []


async def test_hints_name_the_lock(editor: Editor, project: Project) -> None:
    await editor.start(project.root, options={"inlayHints": True})
    uri = editor.open(project.add("d4_new.py", risky(before='"😀"; ')))
    whole = types.Range(types.Position(0, 0), editor.end(uri))
    asked = types.InlayHintParams(text_document=types.TextDocumentIdentifier(uri=uri), range=whole)
    [hint] = await editor.client.text_document_inlay_hint_async(asked)
    assert hint.label == "SHARE: blocks writes, builds an index"
    assert hint.position == place_of(editor.texts[uri], RISKY, editor.encoding).end


async def test_lenses_and_hints_are_off_by_default(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    document = types.TextDocumentIdentifier(uri=uri)
    lenses = await editor.client.text_document_code_lens_async(types.CodeLensParams(text_document=document))
    whole = types.Range(types.Position(0, 0), editor.end(uri))
    hints = await editor.client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
    assert (list(lenses or ()), list(hints or ())) == ([], [])


async def test_hover_tells_sql_lock_and_versions(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    body = (
        '    op.add_column("users", sa.Column("tier", sa.String(20), server_default="free"))\n'
        '    op.execute("UPDATE users SET name = lower(name)")'
    )
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", body)))
    said = await hovered(editor, uri, "add_column")
    assert "ALTER TABLE users ADD COLUMN tier VARCHAR(20) DEFAULT 'free';" in said
    assert "ACCESS EXCLUSIVE on users: blocks reads and writes; catalogue change only" in said
    assert "from PostgreSQL 11 on: ACCESS EXCLUSIVE, catalogue change only; before: " in said
    said = await hovered(editor, uri, "SET name")
    assert "UPDATE users SET name = lower(name)" in said
    assert "row locks until the commit" in said
    assert "ACCESS EXCLUSIVE on users since operation 1 of this transaction" in said


async def hovered(editor: Editor, uri: str, part: str) -> str:
    place = place_of(editor.texts[uri], part, editor.encoding).start
    found = await editor.client.text_document_hover_async(types.HoverParams(types.TextDocumentIdentifier(uri), place))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value


async def test_an_edit_for_an_older_text_is_refused(editor: Editor, project: Project) -> None:
    """Half-typed text is not edited by what was read before it."""
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    await editor.diagnostics(uri)
    editor.change(uri, risky().replace("def upgrade", "x = (\ndef upgrade"))
    assert await editor.actions(uri) == []
