"""One server for all chains of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migfix.verify import Server, chosen_server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server(chosen_server()) as server:
        yield server
