"""The project, and Neovim with the plugin in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from neovim import Neovim
from shop import MIGFIX, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "shop")


@pytest.fixture
def neovim(tmp_path: Path) -> Iterator[Callable[[], Neovim]]:
    """Start Neovim; the variable NEOVIM names another program than the one on PATH."""
    started: list[Neovim] = []

    def start(settings: str = "nil") -> Neovim:
        program = os.environ.get("NEOVIM") or shutil.which("nvim")
        assert program, "nvim is not on PATH: apt-get install neovim, or set NEOVIM"
        folder = tmp_path / f"nvim{len(started)}"
        folder.mkdir()
        started.append(Neovim(program, folder, migfix=MIGFIX, settings=settings))
        return started[-1]

    yield start
    for editor in started:
        editor.close()
