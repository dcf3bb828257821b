"""Stand-ins, in SQL, for extensions that many migrations create and the embedded PostgreSQL does not bring."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migfix.verify.server import Server

VERSION = "migfix-stand-in"
"""What pg_extension says of one."""
SINCE = 18
"""Since then extensions may lie outside the server's own folder (PostgreSQL 18 documentation, 19.11, extension_control_path)."""
FILES = Path(__file__).with_name("stand_ins")


def stand_in_settings(folder: Path, *, major: int) -> Mapping[str, str]:
    """Copy the stand-ins below a server's own folder; answers the settings that make it look there, last of all."""
    if major < SINCE:
        return {}
    target = folder / "share" / "extension"
    shutil.copytree(FILES, target)
    for path in (target.parent, target, *target.iterdir()):
        os.chmod(path, 0o755 if path.is_dir() else 0o644)
    return {"extension_control_path": f"$system:{target.parent}"}


def replaced_extensions(server: Server, database: str) -> tuple[str, ...]:
    """The extensions of a database that are stand-ins: to be said wherever its behaviour is shown."""
    with server.connect(database) as connection:
        rows = connection.execute("SELECT extname::text FROM pg_extension WHERE extversion = %s ORDER BY 1", (VERSION,))
        return tuple(row[0] for row in rows)
