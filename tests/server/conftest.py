"""One server per installed major, and one warm Alembic process on it, for the whole session (of an xdist worker)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from migfix.verify import Runner, Server, chosen_server, installed_servers

MAJORS = sorted({server.major for server in installed_servers()}, reverse=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `runner` runs on every major; with no server at all it fails, it is not skipped."""
    if "runner" in metafunc.fixturenames:
        metafunc.parametrize("runner", MAJORS or [None], indirect=True, ids=lambda major: f"pg{major}")


@pytest.fixture(scope="session")
def runners() -> Iterator[Callable[[int | None], Runner]]:
    """Starts a server when first asked for its major."""
    started: dict[int | None, Runner] = {}
    with contextlib.ExitStack() as stack:

        def runner(major: int | None) -> Runner:
            if major not in started:
                server = stack.enter_context(Server(chosen_server(major)))
                started[major] = stack.enter_context(Runner(server))
            return started[major]

        yield runner


@pytest.fixture
def runner(request: pytest.FixtureRequest, runners: Callable[[int | None], Runner]) -> Runner:
    """Alembic on a throw-away PostgreSQL."""
    return runners(request.param)
