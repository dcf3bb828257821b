"""The requests and notifications that the server answers."""

from __future__ import annotations

from dataclasses import replace

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from migfix.lsp import actions, commands, upkeep
from migfix.lsp.hover import hints, hover
from migfix.lsp.lens import lenses
from migfix.lsp.life import leave, watch_parent
from migfix.lsp.refusals import spoken
from migfix.lsp.server import Server
from migfix.lsp.session import path_of
from migfix.plan import Unfixable


def register(server: Server) -> None:
    """Tell pygls who answers what."""
    server.feature(types.INITIALIZE)(_initialize)
    server.feature(types.EXIT)(_exit)
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(_opened)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(_changed)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(_saved)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(_closed)
    options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="migfix")
    server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(_diagnostic)
    chosen = types.CodeActionOptions(code_action_kinds=actions.KINDS, resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, chosen)(_code_action)
    server.feature(types.CODE_ACTION_RESOLVE)(_resolve)
    server.feature(types.TEXT_DOCUMENT_HOVER)(_hover)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(_lenses)
    server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(_hints)
    server.feature(types.WORKSPACE_TEXT_DOCUMENT_CONTENT)(_content)
    commands.register(server)
    upkeep.register(server)


def _initialize(ls: Server, params: types.InitializeParams) -> None:
    ls.start(params)
    if ls.session.settings.workspace_diagnostics:
        ls.feature(types.WORKSPACE_DIAGNOSTIC)(_workspace_diagnostic)
    if params.process_id is not None:
        watch_parent(params.process_id)


def _exit(ls: Server, *params: object) -> None:
    ls.end()
    leave(0 if ls.said_goodbye else 1)


def _opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    ls.session.catch_up()
    ls.show(ls.session.edit(document.uri, document.text, document.version))


def _changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    document = ls.workspace.get_text_document(params.text_document.uri)
    ls.show(ls.session.edit(document.uri, document.source, params.text_document.version))


def _saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    if ls.session.catch_up():
        ls.show(None)


def _closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    ls.session.close(params.text_document.uri)
    ls.forget(params.text_document.uri)
    ls.show(None)


def _diagnostic(ls: Server, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    return ls.pull(params.text_document.uri, params.previous_result_id)


def _workspace_diagnostic(ls: Server, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    return ls.pull_all({p.uri: p.value for p in params.previous_result_ids})


@spoken
async def _code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction | types.Command] | None:
    snapshot = ls.snapshot(path_of(params.text_document.uri))
    if snapshot is None:
        return None
    context = params.context
    only = tuple(str(getattr(k, "value", k)) for k in context.only or ())
    wanted = actions.Wanted(range=params.range, only=only, diagnostics=tuple(context.diagnostics))
    if snapshot.client.literals:
        return list(await ls.aside(actions.offered, snapshot, wanted))
    lazy = replace(snapshot, client=replace(snapshot.client, resolves_edits=True))
    return [actions.as_command(a) for a in await ls.aside(actions.offered, lazy, wanted)]


@spoken
async def _resolve(ls: Server, action: types.CodeAction) -> types.CodeAction:
    data = action.data if isinstance(action.data, dict) else {}
    snapshot = ls.snapshot(path_of(str(data.get("uri") or "")))
    if snapshot is None:
        return action
    made = await ls.aside(actions.resolved, snapshot, data)
    if isinstance(made, Unfixable):
        raise JsonRpcException(made.why, types.LSPErrorCodes.RequestFailed)
    action.edit = made
    return action


async def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    snapshot = ls.snapshot(path_of(params.text_document.uri))
    return None if snapshot is None else await ls.aside(hover, snapshot, params.position)


def _lenses(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    snapshot = ls.snapshot(path_of(params.text_document.uri)) if ls.session.settings.code_lens else None
    return [] if snapshot is None else lenses(snapshot)


def _hints(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
    snapshot = ls.snapshot(path_of(params.text_document.uri)) if ls.session.settings.inlay_hints else None
    return [] if snapshot is None else hints(snapshot, params.range.start.line + 1, params.range.end.line + 1)


def _content(ls: Server, params: types.TextDocumentContentParams) -> types.TextDocumentContentResult:
    return types.TextDocumentContentResult(text=ls.texts.text(params.uri))
