"""An editor with a server of its own, as each recorded editor is; the project of the command line's tests."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from editor import COMMAND_OR_ACTION, PROFILES, Editor, capabilities, command_or_action
from lsprotocol import types
from pygls.io_ import run_async
from pytest_lsp import make_test_lsp_client

import migfix.moves.split  # noqa: F401 (the servers of this process share it: none may be at importing it still)
from migfix.lsp.server import make_server

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "shop"
    root.mkdir()
    return Project(root)


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> types.ClientCapabilities:
    return capabilities(request.param)


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A conversation that stops is a failure, not a wait."""

    def give_up(*_: object) -> None:
        raise TimeoutError("no answer for a minute")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest_asyncio.fixture
async def editor(profile: types.ClientCapabilities) -> AsyncIterator[Editor]:
    """An editor and its server, which talk through a socket of this process; `test_life` starts real processes."""
    server, stop, closed = make_server(), threading.Event(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.protocol.set_writer(writer)  # type: ignore[arg-type]
        try:
            await run_async(stop_event=stop, reader=reader, protocol=server.protocol)
        finally:
            writer.close()
            closed.set()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    client = make_test_lsp_client()
    client.protocol._converter.register_structure_hook(COMMAND_OR_ACTION, command_or_action(client))
    await client.start_tcp("127.0.0.1", listening.sockets[0].getsockname()[1])
    yield Editor(client, profile)
    stop.set()
    client.protocol.writer.close()
    server.end()
    await client.stop()
    await closed.wait()
    listening.close()
    await listening.wait_closed()
