"""Settings, and what changes on disk while documents are open."""

from __future__ import annotations

import pytest
from cli_project import Project, revision
from editor import Editor
from lsprotocol import types
from test_actions import git
from test_diagnostics import codes, risky

pytestmark = pytest.mark.asyncio


async def test_settings_of_the_editor_hold(editor: Editor, project: Project) -> None:
    editor.client.set_configuration({"migfix": {"ignore": ["MF201"]}})
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    assert await editor.until(uri, lambda found: not found) == []
    editor.client.set_configuration({"migfix": {"ignore": []}})
    params = types.DidChangeConfigurationParams(settings=None)
    editor.client.workspace_did_change_configuration(params)
    assert codes(await editor.until(uri, bool)) == ["MF201"]


async def test_settings_of_the_wrong_kind_count_as_absent(editor: Editor, project: Project) -> None:
    await editor.start(project.root, options={"ignore": 7, "codeLens": "yes", "values": [], "config": None})
    uri = editor.open(project.add("d4_new.py", risky()))
    assert codes(await editor.diagnostics(uri)) == ["MF201"]


async def test_a_changed_configuration_is_read(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    assert codes(await editor.diagnostics(uri)) == ["MF201"]
    settings = project.root / "migfix.toml"
    settings.write_text('ignore = ["MF201"]\n')
    editor.disk_changed(settings)
    assert await editor.until(uri, lambda found: not found) == []


async def test_a_configuration_that_breaks_leaves_what_was_read(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    assert codes(await editor.diagnostics(uri)) == ["MF201"]
    ini = project.root / "alembic.ini"
    good = ini.read_text()
    ini.write_text("[alembic\nscript_location = migrations\n")
    editor.disk_changed(ini)
    editor.save(uri)
    assert codes(await editor.until(uri, lambda _: bool(editor.client.messages))) == ["MF201"]
    assert "alembic.ini" in editor.client.messages[-1].message
    assert editor.client.messages[-1].message.endswith("until then the project stays as it was read last")
    ini.write_text(good + "\n[migfix]\nignore = MF201\n")
    editor.disk_changed(ini)
    assert await editor.until(uri, lambda found: not found) == []


async def test_a_configuration_that_was_broken_from_the_start_is_said(editor: Editor, project: Project) -> None:
    ini = project.root / "alembic.ini"
    good = ini.read_text()
    ini.write_text("[alembic\nscript_location = migrations\n")
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", risky()))
    [found] = await editor.diagnostics(uri)
    assert found.severity == types.DiagnosticSeverity.Error
    assert "alembic.ini" in found.message
    ini.write_text(good)
    editor.save(uri)
    assert codes(await editor.until(uri, lambda found: "MF201" in codes(found))) == ["MF201"]


async def test_a_file_that_goes_is_no_head_any_more(editor: Editor, project: Project) -> None:
    other = project.add("e5_new.py", revision("e5", "c3", "    pass"))
    await editor.start(project.root)
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", "    pass")))
    assert codes(await editor.diagnostics(uri)) == ["MF801"]
    other.unlink()
    editor.disk_changed(other)
    assert await editor.until(uri, lambda found: not found) == []


async def test_an_open_file_that_is_renamed(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    path = project.add("d4_new.py", risky())
    uri = editor.open(path)
    assert codes(await editor.diagnostics(uri)) == ["MF201"]
    renamed = path.rename(path.with_name("d4_better.py"))
    editor.close(uri)
    uri = editor.open(renamed)
    editor.disk_changed(path, renamed)
    assert codes(await editor.until(uri, lambda found: codes(found) == ["MF201"])) == ["MF201"]


async def test_a_closed_document_shows_nothing_and_what_is_on_disk_counts(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    head = editor.open(project.add("d4_new.py", revision("d4", "c3", "    pass")))
    path = project.add("e5_new.py", revision("e5", "d4", "    pass"))
    uri = editor.open(path, revision("e5", "c3", "    pass"))
    assert codes(await editor.diagnostics(head)) == ["MF801"]
    editor.close(uri)
    assert await editor.diagnostics(head) == []
    assert list(editor.client.diagnostics.get(uri, ())) == []


async def test_the_whole_workspace_when_it_is_asked_for(editor: Editor, project: Project) -> None:
    """That is: what is new. What others have already, and what is open, is not in it."""
    git(project)
    started = await editor.start(project.root, options={"workspaceDiagnostics": True})
    provider = started.capabilities.diagnostic_provider
    assert provider is not None
    assert provider.workspace_diagnostics is True
    path = project.add("d4_new.py", risky())
    asked = types.WorkspaceDiagnosticParams(previous_result_ids=[])
    first = await editor.client.workspace_diagnostic_async(asked)
    [item] = first.items
    assert (item.uri, codes(item.items)) == (path.as_uri(), ["MF201"])
    known = [types.PreviousResultId(uri=item.uri, value=item.result_id)]
    again = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous_result_ids=known))
    assert [i.kind for i in again.items] == ["unchanged"]


async def test_watching_is_asked_for_where_the_client_can(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    await editor.settled()
    watched = editor.capabilities.workspace.did_change_watched_files
    able = bool(watched and watched.dynamic_registration)
    asked = [r.method for r in editor.registrations]
    assert (types.WORKSPACE_DID_CHANGE_WATCHED_FILES in asked) == able
