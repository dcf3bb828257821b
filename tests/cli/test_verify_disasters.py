"""What `migfix verify` says and leaves behind when the machine or the server gives up."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_project import Project

from small_disk import run_on_small_disk

ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

engine = engine_from_config({"sqlalchemy.url": "postgresql+psycopg://"}, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
VERIFY = [sys.executable, "-m", "migfix", "verify", "c3"]


@pytest.fixture
def shop(project: Project) -> Project:
    (project.root / "migrations" / "env.py").write_text(ENV)
    return project


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder of its own for everything temporary, open to the server's account: what is left in it was left behind."""
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


SAID = r"""migfix: the disk is full \(/tmp/\w+\): could not .*No space left on device; fewer --rows need less, """


@pytest.mark.parametrize(
    ("size", "rows"),
    [("20m", "100"), ("45m", "100"), ("110m", "1000000")],
    ids=["while the server starts", "on the way to the parent", "while rows are made"],
)
def test_a_full_disk_is_one_line(shop: Project, temporary: Path, size: str, rows: str) -> None:
    done = run_on_small_disk(temporary, size, [*VERIFY, "--rows", rows])
    complaint, left = done.stderr.splitlines()
    assert (done.returncode, done.stdout, left) == (2, "", "left:")
    assert re.match(SAID, complaint), complaint


def test_a_disk_that_fills_up_while_the_migration_runs_is_not_blamed_on_it(shop: Project, temporary: Path) -> None:
    body = (
        '    op.execute("CREATE TABLE big AS SELECT n, repeat(md5(n::text), 9) FROM generate_series(1, 900000) AS n")'
    )
    text = shop.text("c3_one.py")
    shop.add("c3_one.py", text.replace(text.splitlines()[11], body))
    done = run_on_small_disk(temporary, "170m", [*VERIFY, "--rows", "100"])
    complaint, left = done.stderr.splitlines()
    assert (done.returncode, done.stdout, left) == (2, "", "left:")
    assert re.match(SAID, complaint), complaint


class Running:
    """`migfix verify -v` in a process group of its own, and everything that it started."""

    def __init__(self, temporary: Path, *more: str) -> None:
        self.temporary = temporary
        self.process = subprocess.Popen(
            [*VERIFY, "--crash", "-v", *more],
            env={**os.environ, "TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.folders: set[Path] = set()

    def until(self, stage: int) -> None:
        """Wait until that stage has begun, then note where the server lives: its watchdog knows."""
        assert self.process.stderr is not None
        for _ in range(stage + 1):
            line = self.process.stderr.readline()
            assert re.match(r" *\d+\.\d s  \S", line), line
        time.sleep(0.1)
        self.folders |= {Path(words.split()[-1]) for _, words in self.others() if "watchdog.py" in words}

    def others(self) -> list[tuple[int, str]]:
        """Process id and command line of all that were started with this temporary folder, itself excepted."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"TMPDIR={self.temporary}\0".encode() in (folder / "environ").read_bytes():
                    words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    found.append((int(folder.name), words))
            except OSError:
                continue
        return [(pid, words) for pid, words in found if pid != self.process.pid]

    def kill_server(self) -> None:
        (folder,) = self.folders
        os.kill(int((folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def ended(self) -> tuple[int, list[str]]:
        """Exit code, and what it said besides the stages; nothing of it may be left."""
        out, complaint = self.process.communicate(timeout=40)
        deadline = time.monotonic() + 5
        while self.others() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (out, self.others()) == ("", [])
        assert [*self.temporary.iterdir(), *(f for f in self.folders if f.exists())] == []
        lines = [line for line in complaint.splitlines() if line and not re.match(r" *\d+\.\d s  \S", line)]
        return self.process.returncode, lines


@pytest.fixture
def start(temporary: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def call(*more: str) -> Running:
        started.append(Running(temporary, *more))
        return started[-1]

    yield call
    for running in started:
        if running.process.poll() is None:
            os.killpg(running.process.pid, signal.SIGINT)
            running.process.communicate()


@pytest.mark.parametrize(
    ("sent", "code", "said", "stage"),
    [
        *((signal.SIGINT, 130, "migfix: interrupted", stage) for stage in range(8)),
        *((signal.SIGTERM, 143, "migfix: ended by SIGTERM; everything was ended and removed", n) for n in (0, 3, 6)),
    ],
)
def test_a_signal_in_any_stage_leaves_nothing(
    shop: Project, start: Callable[..., Running], sent: signal.Signals, code: int, said: str, stage: int
) -> None:
    running = start()
    running.until(stage)
    os.killpg(running.process.pid, sent)
    assert running.ended() == (code, [said])


@pytest.mark.parametrize("seconds", [0.5, 2.0, 5.0])
def test_the_time_limit_in_any_stage_is_one_line(shop: Project, start: Callable[..., Running], seconds: float) -> None:
    running = start("--timeout", f"{seconds}s")
    running.until(0)
    said = f"migfix: not done within {seconds:g} s (--timeout); everything was ended and removed"
    assert running.ended() == (2, [said])


@pytest.mark.parametrize("stage", [1, 3, 5, 7])
def test_a_server_that_is_killed_in_any_stage_is_one_line(
    shop: Project, start: Callable[..., Running], stage: int
) -> None:
    running = start()
    running.until(stage)
    running.kill_server()
    code, lines = running.ended()
    assert (code, len(lines)) == (2, 1), lines
    assert re.match(r"migfix: PostgreSQL \S+ ended while it was needed: ", lines[0])
