"""What the first diagnostics must not wait for."""

from __future__ import annotations

import subprocess
import sys

from cli_project import Project
from test_diagnostics import risky

FIRST = """
import sys
from pathlib import Path
from migfix.lsp.server import make_server
make_server()
from migfix.lsp.session import Session
session, path = Session(print), Path(sys.argv[1])
session.edit(path.as_uri(), path.read_text(), 1)
assert [d.code for d in session.diagnostics(path)] == ["MF201"]
print(*(m for m in ("libcst", "sqlalchemy", "alembic", "rich", "mako", "psycopg") if m in sys.modules))
"""


def test_nothing_heavy_is_loaded_for_the_first_diagnostics(project: Project) -> None:
    path = project.add("d4_new.py", risky())
    done = subprocess.run([sys.executable, "-c", FIRST, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
