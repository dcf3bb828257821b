"""Commands that a client sends back: apply a plan, fix a document, explain, preview."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types

from migfix.change import Change, apply
from migfix.errors import MigfixError
from migfix.lsp import actions
from migfix.lsp.documents import explanation, preview
from migfix.lsp.edits import workspace_edit
from migfix.lsp.ignoring import ignored
from migfix.lsp.refusals import spoken
from migfix.lsp.server import Server
from migfix.lsp.session import path_of
from migfix.lsp.snapshot import Snapshot
from migfix.plan import Unfixable


def register(server: Server) -> None:
    """Tell pygls which commands there are."""
    server.command(actions.APPLY)(_apply)
    server.command(actions.APPLY_ALL)(_apply)
    server.command(actions.IGNORE)(_ignore)
    server.command(actions.SELECT)(_select)
    server.command(actions.WHY)(_why)
    server.command(actions.EXPLAIN)(_explain)
    server.command(actions.PREVIEW)(_preview)


@spoken
async def _apply(ls: Server, *arguments: Any) -> dict[str, Any]:
    """`{uri, key, plan, values, wheres}` for one plan; `{uri, review}` for the whole document."""
    data = _given(arguments)
    snapshot = _snapshot(ls, data)
    return await _carry_out(ls, snapshot, await ls.aside(_changes, snapshot, data))


def _changes(snapshot: Snapshot, data: Mapping[str, Any]) -> tuple[Change, ...] | Unfixable:
    if "key" not in data and snapshot.published:
        return Unfixable(why=snapshot.published)
    return actions.carried_out(snapshot, data)


@spoken
async def _ignore(ls: Server, *arguments: Any) -> dict[str, Any]:
    """`{uri, key, reason}`."""
    data = _given(arguments)
    snapshot = _snapshot(ls, data)
    key = actions.key_of(data.get("key"))
    shown = next((s for s in snapshot.shown if s.key == key), None)
    if shown is None:
        return _refused(ls, "the finding is not there any more")
    change = ignored(snapshot, shown, str(data.get("reason") or ""))
    return await _carry_out(ls, snapshot, (change,))


async def _carry_out(ls: Server, snapshot: Snapshot, made: tuple[Change, ...] | Unfixable) -> dict[str, Any]:
    """Hand the changes to the client; files that it cannot create are written here first, and go if it refuses the rest."""
    if isinstance(made, Unfixable):
        return _refused(ls, made.why)
    client = snapshot.client
    new = [c for c in made if c.before is None and not client.creates_files]
    rest = [c for c in made if c not in new]
    apply(new)
    if rest:
        edit = workspace_edit(rest, snapshot.documents, client)
        answer = await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit=edit, label="migfix"))
        if not answer.applied:
            for change in new:
                Path(change.path).unlink(missing_ok=True)
            return _refused(ls, answer.failure_reason or "the editor did not apply the edit")
    if new:
        _after_writing(ls, [Path(c.path).absolute() for c in new], snapshot)
    return {"applied": True}


def _after_writing(ls: Server, written: list[Path], snapshot: Snapshot) -> None:
    if ls.session.catch_up():
        ls.show(None)
    for path in written if snapshot.client.shows else ():
        ls.window_show_document(types.ShowDocumentParams(uri=snapshot.documents.uri(path)))


def _refused(ls: Server, why: str) -> dict[str, Any]:
    ls.window_show_message(types.ShowMessageParams(type=types.MessageType.Warning, message=f"migfix: {why}"))
    return {"applied": False, "why": why}


@spoken
async def _why(ls: Server, *arguments: Any) -> dict[str, Any]:
    """`{why}`: the reason that an action cannot be done now."""
    return _refused(ls, str(_given(arguments).get("why") or ""))


@spoken
async def _select(ls: Server, *arguments: Any) -> None:
    """`{uri, range}`: put the cursor there."""
    data = _given(arguments)
    spots = {n: types.Position(**data["range"][n]) for n in ("start", "end")}
    place = types.Range(**spots)
    ls.window_show_document(types.ShowDocumentParams(uri=data["uri"], take_focus=True, selection=place))


@spoken
async def _explain(ls: Server, *arguments: Any) -> dict[str, Any]:
    """`{code}` for a rule's page, with `{uri, key}` what is true of that finding above it; `{uri}` a lock timeline."""
    data = _given(arguments)
    snapshot = ls.snapshot(path_of(str(data.get("uri") or "")))
    return ls.show_text(await ls.aside(explanation, snapshot, data))


@spoken
async def _preview(ls: Server, *arguments: Any) -> dict[str, Any]:
    """Arguments as of `applyPlan`: what it would do, as a diff."""
    data = _given(arguments)
    snapshot = _snapshot(ls, data)
    return ls.show_text(await ls.aside(preview, snapshot, data))


def _given(arguments: tuple[Any, ...]) -> dict[str, Any]:
    first = arguments[0] if arguments else {}
    return first if isinstance(first, dict) else {"uri": first}


def _snapshot(ls: Server, data: Mapping[str, Any]) -> Snapshot:
    """Raises MigfixError for a document that is no revision, or cannot be read at the moment."""
    found = ls.snapshot(path_of(str(data.get("uri") or "")))
    if found is None:
        raise MigfixError("the document is no revision that can be read at the moment; correct its syntax first")
    return found
