"""What keeps a session true: settings, watched files, folders that come and go."""

from __future__ import annotations

import asyncio
import contextlib

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from migfix.lsp.server import POLL_SECONDS, Server
from migfix.lsp.settings import read_settings

WATCHED = ("**/pyproject.toml", "**/migfix.toml", "**/*.ini", "**/*.py")
SECTION = "migfix"


def register(server: Server) -> None:
    """Tell pygls who looks after what."""
    server.feature(types.INITIALIZED)(_initialized)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(_configured)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(_files_changed)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(_folders_changed)


async def _initialized(ls: Server, params: object) -> None:
    client = ls.session.client
    registrations = list(_wanted(ls))
    if registrations:
        with contextlib.suppress(JsonRpcException):
            await ls.client_register_capability_async(types.RegistrationParams(registrations=registrations))
    await _ask_settings(ls)
    if not client.watches:
        ls.keep(asyncio.create_task(_poll(ls)))


def _wanted(ls: Server) -> list[types.Registration]:
    client, found = ls.session.client, []
    if client.watches:
        watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
        found.append(_registration(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
    if client.configures:
        settings = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
        found.append(_registration(types.WORKSPACE_DID_CHANGE_CONFIGURATION, settings))
    if client.virtual:
        texts = types.TextDocumentContentRegistrationOptions(schemes=[ls.texts.scheme])
        found.append(_registration(types.WORKSPACE_TEXT_DOCUMENT_CONTENT, texts))
    return found


def _registration(method: str, options: object) -> types.Registration:
    return types.Registration(id=f"migfix:{method}", method=method, register_options=options)


async def _configured(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    """Some clients send the settings, the others are asked for them."""
    if ls.session.client.configuration:
        await _ask_settings(ls)
    elif params.settings is not None:
        _take(ls, params.settings)


async def _ask_settings(ls: Server) -> None:
    if not ls.session.client.configuration:
        return
    wanted = types.ConfigurationParams(items=[types.ConfigurationItem(section=SECTION)])
    with contextlib.suppress(JsonRpcException):
        answer = await ls.workspace_configuration_async(wanted)
        if answer and answer[0] is not None:
            _take(ls, answer[0])


def _take(ls: Server, given: object) -> None:
    if ls.session.configure(read_settings(given, ls.session.settings)):
        ls.show(None)
        ls.refresh_all()


def _files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    _catch_up(ls)


def _folders_changed(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Projects are found from the files that are open; a folder matters only for what is new on disk."""
    _catch_up(ls)


def _catch_up(ls: Server) -> None:
    if ls.session.catch_up():
        ls.show(None)
        ls.refresh_all()


async def _poll(ls: Server) -> None:
    """For clients that watch no files: look at the projects' folders from time to time."""
    while True:
        await asyncio.sleep(POLL_SECONDS)
        if ls.session.texts:
            _catch_up(ls)
