"""What `migfix verify` says and leaves behind when the machine or the server gives up."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
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
