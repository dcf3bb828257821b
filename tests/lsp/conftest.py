"""An editor with a server of its own, as each recorded editor is; the project of the command line's tests."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from editor import COMMAND_OR_ACTION, PROFILES, SERVER, Editor, capabilities, command_or_action
from lsprotocol import types
from pytest_lsp import make_test_lsp_client

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


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Servers share compiled files, so that each starts as fast as an installed one."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("compiled"))}


@pytest_asyncio.fixture
async def editor(
    profile: types.ClientCapabilities, tmp_path: Path, environment: dict[str, str]
) -> AsyncIterator[Editor]:
    client = make_test_lsp_client()
    client.protocol._converter.register_structure_hook(COMMAND_OR_ACTION, command_or_action(client))
    await client.start_io(*SERVER, cwd=tmp_path, env=environment)
    yield Editor(client, profile)
    await client.shutdown_session()
    await client.stop()
