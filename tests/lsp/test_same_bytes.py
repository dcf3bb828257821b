"""An editor's edits and `migfix apply` give the same bytes: every golden case, in every position encoding."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from editor import UNITS, edited
from lsprotocol import types

from golden_cases import Case, cases
from migfix.lsp.actions import FIX_ALL, Wanted, carried_out, offered, resolved
from migfix.lsp.client import Client
from migfix.lsp.session import Session
from migfix.lsp.settings import read_settings
from migfix.lsp.snapshot import Snapshot
from migfix.plan import Unfixable

CASES = [c for c in cases() if c.after is not None]


def moment(case: Case, place: Path, encoding: str) -> Snapshot:
    """The case open in an editor, which has the case's configuration and answers."""
    path = case.project(place)
    settings = {"dialects": case.dialects, **case.options.get("config", {})}
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    (place / "migfix.toml").write_text("\n".join(lines) + "\n")
    (place / ".git").mkdir()  # Configuration is looked for up to here.
    session = Session(pytest.fail)
    session.client = replace(Client(), encoding=encoding, document_changes=True, creates_files=True, literals=True)
    given = {name: case.options.get(name, {}) for name in ("values", "wheres")}
    session.configure(read_settings({**given, "unapplied": True}))
    session.edit(path.as_uri(), case.before, 1)
    found = session.snapshot(path)
    assert found is not None
    return found


def applied(snapshot: Snapshot, edit: types.WorkspaceEdit) -> str:
    """The document after an edit of it alone."""
    steps = edit.document_changes or []
    assert [type(s) for s in steps] == [types.TextDocumentEdit]
    assert steps[0].text_document == types.OptionalVersionedTextDocumentIdentifier(uri=snapshot.uri, version=1)
    return edited(snapshot.reading.text, list(steps[0].edits), snapshot.client.encoding)


@pytest.mark.parametrize("case", [c for c in CASES if not c.options.get("plan")], ids=lambda c: c.name)
def test_all_rewrites_together(case: Case, tmp_path: Path) -> None:
    """The lens's `apply` is what the golden file holds, where no other plan than the first was chosen there."""
    encoding = list(UNITS)[len(case.name) % 3]
    snapshot = moment(case, tmp_path, encoding)
    edit = resolved(snapshot, {"uri": snapshot.uri, "review": bool(case.options.get("review"))})
    assert isinstance(edit, types.WorkspaceEdit)
    assert applied(snapshot, edit) == case.after


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_each_plan_by_itself(case: Case, tmp_path: Path) -> None:
    """The edit of every action is the text that the engine proposes for that plan."""
    encoding = list(UNITS)[len(case.name) % 3]
    snapshot = moment(case, tmp_path, encoding)
    whole = types.Range(types.Position(0, 0), types.Position(10_000, 0))
    lazy = replace(snapshot, client=replace(snapshot.client, resolves_edits=True))
    actions = [a for a in offered(lazy, Wanted(range=whole)) if a.data is not None and a.disabled is None]
    assert actions
    for action in actions:
        made, edit = carried_out(snapshot, action.data), resolved(snapshot, action.data)
        if isinstance(made, Unfixable):
            assert isinstance(edit, Unfixable)
        elif action.data.get("layout") != "split":
            assert isinstance(edit, types.WorkspaceEdit)
            assert [applied(snapshot, edit)] == [c.after for c in made]


def test_fix_all_is_offered_where_a_rewrite_is_safe(tmp_path: Path) -> None:
    safe = next(c for c in CASES if c.name == "create-index/one-of-many")
    snapshot = moment(safe, tmp_path, "utf-16")
    whole = types.Range(types.Position(0, 0), types.Position(10_000, 0))
    [action] = offered(snapshot, Wanted(range=whole, only=(FIX_ALL,)))
    assert action.edit is not None
    assert applied(snapshot, action.edit) == safe.after
