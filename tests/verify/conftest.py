"""Ends what the tests of a process share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from shop import SHARED


@pytest.fixture(scope="session", autouse=True)
def shared() -> Iterator[None]:
    """One server for all that only want a verdict."""
    with SHARED:
        yield
