"""What is said about env.py is what Alembic does: each env.py is run, on SQLite, with a revision that has a block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from test_env import BROKEN, CLEAN

from migfix.read.env import read_env

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("t", sa.Column("id", sa.Integer))
    with op.get_context().autocommit_block():
        op.create_index("ix", "t", ["id"])
"""

PRELUDE = """
from contextlib import ExitStack
from sqlalchemy import inspect, create_engine
x = True
class session:
    commit = staticmethod(lambda: None)
"""

RUNNABLE = {
    name: text
    for name, text in {**CLEAN, **{k: v for k, (_, v) in BROKEN.items()}}.items()
    if "async" not in text and "attributes" not in text and "is_offline" not in text
}


@pytest.mark.parametrize("case", RUNNABLE)
def test_alembic_agrees(tmp_path: Path, case: str) -> None:
    database = tmp_path / "x.db"
    text = re.sub(
        r"text\('.*?'\)|'SET x = 1'", lambda m: "text('SELECT 1')" if "text" in m[0] else "'SELECT 1'", RUNNABLE[case]
    )
    text = text.replace("engine_from_config({})", f"create_engine('sqlite:///{database}')")
    text = text.replace("connection=connection", "connection=connection, transactional_ddl=True")
    text = text.replace("connection.dialect.name == 'postgresql'", "connection.dialect.name == 'sqlite'")
    (tmp_path / "m/versions").mkdir(parents=True)
    (tmp_path / "m/env.py").write_text(text.replace("config = ", PRELUDE + "config = ", 1))
    (tmp_path / "m/versions/a1.py").write_text(REVISION)
    assert read_env(text, "env.py").autocommit is upgraded(tmp_path / "m", database)


def upgraded(scripts: Path, database: Path) -> bool:
    """`alembic upgrade head` ends without an error, and the database is at the head."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    try:
        command.upgrade(config, "head")
    except (AssertionError, sa.exc.SQLAlchemyError):
        return False
    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() if tables else None
    engine.dispose()
    return found == "a1"
