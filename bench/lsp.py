"""How fast the language server answers in a project of some 300 real revisions, and whether it grows.

Three figures: from the start of the process to the first diagnostics; from a keystroke in a revision of 60 lines to its
diagnostics; memory after 1,000 edits beside that after 500. Exit code 1 when a limit is passed.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from lsp_client import Client

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "corpora" / "skyvern"
STARTS, KEYSTROKES, SETTLED, EDITS = 9, 200, 500, 1000
START_LIMIT, P95_LIMIT, GROWTH_LIMIT = 0.6, 0.020, 2.0
"""Seconds, seconds, megabytes (10^6 bytes)."""
PUSHES: dict[str, Any] = {
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    }
}

HEAD = '''"""a table gets its tenants"""

from alembic import op
import sqlalchemy as sa

revision = "bench"
down_revision = {parent!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}


def downgrade() -> None:
{back}
'''
BODY = """\
    op.add_column("tasks", sa.Column("tenant", sa.String(40), nullable=True))
    op.create_index("ix_tasks_tenant", "tasks", ["tenant"])
    with op.batch_alter_table("workflows") as batch_op:
        batch_op.add_column(sa.Column("tenant", sa.String(40), nullable=True))
    op.create_foreign_key(
        "fk_tasks_workflows",
        "tasks",
        "workflows",
        ["workflow_run_id"],
        ["workflow_id"],
    )
    op.alter_column("tasks", "title", existing_type=sa.String(), nullable=False)
    op.execute(
        '''
        UPDATE tasks
        SET tenant = 'none'
        WHERE tenant IS NULL
        '''
    )
    for name in ("organization_id", "proxy_location"):
        op.create_index(f"ix_tasks_{name}", "tasks", [name])"""
BACK = "\n".join(f'    op.drop_index("ix_tasks_{n}", table_name="tasks")' for n in range(18))


class Session:
    """A server with the benchmark's revision open in it."""

    def __init__(self, root: Path, path: Path, text: str) -> None:
        self.path, self.version = path, 1
        self.client = Client([str(Path(sys.executable).parent / "migfix"), "lsp"], root)
        self.client.request("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": PUSHES})
        self.client.notify("initialized", {})
        document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": text}
        self.client.notify("textDocument/didOpen", {"textDocument": document})
        self.first = len(self.client.wait_for("textDocument/publishDiagnostics")["diagnostics"])

    def edit(self, text: str) -> float:
        """Seconds from sending a text to having its diagnostics."""
        self.version += 1
        identifier = {"uri": self.path.as_uri(), "version": self.version}
        start = time.perf_counter()
        self.client.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [{"text": text}]})
        while self.client.wait_for("textDocument/publishDiagnostics").get("version") != self.version:
            pass
        return time.perf_counter() - start

    def rewrite(self) -> None:
        """Ask for the rewrites once: the code for them is loaded then, and stays."""
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
        asked = {"textDocument": {"uri": self.path.as_uri()}, "range": whole, "context": {"diagnostics": []}}
        if not self.client.request("textDocument/codeAction", asked):
            raise SystemExit("no rewrite is offered")

    @property
    def megabytes(self) -> float:
        """Resident memory now."""
        pid = str(self.client.process.pid)
        return int(subprocess.check_output(["ps", "-o", "rss=", "-p", pid])) * 1024 / 1e6


def project(place: Path) -> tuple[Path, str]:
    """A copy of the real revisions with one of 60 lines on their head; its path and text."""
    shutil.copytree(PROJECT, place, ignore=shutil.ignore_patterns(".git", "__pycache__"))
    shown = subprocess.run(
        [sys.executable, "-c", HEADS, str(place)], capture_output=True, text=True, check=True, cwd=place
    )
    text = HEAD.format(parent=shown.stdout.strip(), body=BODY, back=BACK)
    path = place / "alembic" / "versions" / "bench_revision.py"
    path.write_text(text)
    return path, text


HEADS = """
import sys
from pathlib import Path
from migfix.config import Configuration
from migfix.read.project import find_project
from migfix.read.workspace import load_workspace
root = Path(sys.argv[1])
print(load_workspace(find_project(root, config=root / "alembic.ini"), Configuration()).graph.heads[0])
"""


def keystrokes(text: str, number: int) -> list[str]:
    """Statements typed one character after the other, in the middle of upgrade(); half of them do not parse."""
    line = '    op.create_index("ix_tasks_new", "tasks", ["status"], unique=True)\\n'.replace("\\n", "\n")
    at = text.index("    op.alter_column")
    return [text[:at] + (line * (1 + n // len(line)))[: n + 1] + "\n" + text[at:] for n in range(number)]


def started(root: Path, path: Path, text: str) -> tuple[float, int]:
    """Seconds from the start of a process to its first diagnostics, and how many those are."""
    start = time.perf_counter()
    session = Session(root, path, text)
    seconds = time.perf_counter() - start
    session.client.stop()
    return seconds, session.first


def main() -> int:
    """Measure, print, and judge."""
    if not PROJECT.is_dir():
        raise SystemExit("The revisions are not there: make corpora")
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "project"
        path, text = project(root)
        return judged(root, path, text)


def judged(root: Path, path: Path, text: str) -> int:
    starts = [started(root, path, text) for _ in range(STARTS + 1)][1:]
    start = statistics.median(seconds for seconds, _ in starts)
    session = Session(root, path, text)
    times = sorted(session.edit(t) for t in keystrokes(text, KEYSTROKES))
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    session.edit(text)
    session.rewrite()
    before = 0.0
    for n in range(KEYSTROKES, EDITS):
        session.edit(f"{text}\n# {n}\n")
        before = session.megabytes if n == SETTLED else before
    after = session.megabytes
    session.client.stop()
    revisions = sum(1 for _ in (root / "alembic" / "versions").rglob("*.py"))
    print(f"{revisions} revisions, one of {text.count(chr(10))} lines open, {starts[0][1]} diagnostics\n")
    print(f"start to first diagnostics  {start:8.3f} s     median of {STARTS}, limit {START_LIMIT} s")
    print(f"keystroke to diagnostics    {p50 * 1000:8.1f} ms    p50 of {KEYSTROKES}")
    print(f"                            {p95 * 1000:8.1f} ms    p95, limit {P95_LIMIT * 1000:.0f} ms")
    print(
        f"memory after {EDITS:,} edits    {after:8.1f} MB    {after - before:+.1f} since {SETTLED}, limit +{GROWTH_LIMIT}"
    )
    over = start >= START_LIMIT or p95 >= P95_LIMIT or after - before >= GROWTH_LIMIT
    print("\nover the limit" if over else "\nwithin the limits")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
