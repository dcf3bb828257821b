"""A Python of its own in which everything is installed that is installed here, except for what a test takes away."""

from __future__ import annotations

import sysconfig
import venv
from pathlib import Path


def python_without(folder: Path, *names: str) -> str:
    """Make a virtual environment in `folder`; packages (and their metadata) that begin with `names` are not in it."""
    venv.create(folder, with_pip=False, symlinks=True)
    target = next(folder.glob("lib/python3*/site-packages"))
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not entry.name.lower().startswith(names) and not (target / entry.name).exists():
            (target / entry.name).symlink_to(entry)
    return str(folder / "bin" / "python")
