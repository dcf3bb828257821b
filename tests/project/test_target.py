"""Databases and the Alembic version, as the project's own files show them."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from project_trees import Tree

from migfix.read.project import find_project
from migfix.read.target import alembic_version, detect_dialects, detect_target, pinned_version

PG, LITE, MY = "postgresql", "sqlite", "mysql"


@pytest.mark.parametrize(
    ("url", "env", "expected"),
    [
        (None, "", {PG}),
        ("driver://user:pass@localhost/dbname", "", {PG}),
        ("%(DB_URL)s", "", {PG}),
        ("postgresql+psycopg://h/d", "", {PG}),
        ("postgres://h/d", "", {PG}),
        ("sqlite:///x.db", "", {PG, LITE}),
        ("sqlite+aiosqlite:///x.db", "", {PG, LITE}),
        (None, 'url = os.environ.get("DATABASE_URL", "sqlite:///dev.db")', {PG, LITE}),
        (None, 'url = os.getenv("X") or f"postgresql+asyncpg://{user}@h/d"', {PG}),
        ("postgresql://h/d", 'if url.startswith("sqlite"):\n    pass', {PG, LITE}),
        (None, 'batch = connection.dialect.name == "sqlite"', {PG, LITE}),
        (None, "context.configure(render_as_batch=True)", {PG}),
        (None, '"""Works with sqlite:///x too."""', {PG}),
        ("mysql+pymysql://h/d", "", {MY}),
        ("mariadb://h/d", "", {MY}),
        ("mysql://h/d", 'url = "postgresql://h/d"', {PG, MY}),
        ("mysql://h/d", 'if "sqlite" in url:\n    pass', {MY, LITE}),
        ("mssql+pyodbc://h/d", "", {"mssql"}),
        (None, "def (", {PG}),
    ],
)
def test_dialects(tree: Tree, url: str | None, env: str, expected: set[str]) -> None:
    ini = "[alembic]\nscript_location = m\n" + (f"sqlalchemy.url = {url}\n" if url else "")
    top = tree({"alembic.ini": ini, "m/env.py": env})
    assert detect_dialects(find_project(top, config=None), env) == expected


def test_every_database_of_a_multi_database_ini_counts(tree: Tree) -> None:
    ini = "[alembic]\nscript_location = m\ndatabases = a, b\n[a]\nsqlalchemy.url = sqlite:///a\n[b]\nsqlalchemy.url = mysql://b\n"
    top = tree({"alembic.ini": ini, "m/": ""})
    assert detect_dialects(find_project(top, config=None), "") == {LITE, MY}


LOCK = '[[package]]\nname = "alembic-utils"\nversion = "0.8.4"\n\n[[package]]\nname = "alembic"\nversion = "1.13.2"\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"uv.lock": LOCK}, (1, 13)),
        ({"poetry.lock": LOCK.replace("\n", "\r\n")}, (1, 13)),
        ({"Pipfile.lock": '{"default": {"alembic": {"hashes": ["x"], "version": "==1.9.4"}}}'}, (1, 9)),
        ({"requirements.txt": "alembic==1.12.1\n"}, (1, 12)),
        ({"requirements.txt": "alembic_utils==9.9\n"}, None),
        ({"requirements-dev.txt": "flask\nAlembic>=1.10,<2  # db\n"}, (1, 10)),
        ({"requirements/base.txt": "alembic~=1.11.0 ; python_version > '3'\n"}, (1, 11)),
        ({"requirements.txt": "alembic[tz]>=1.14\n"}, (1, 14)),
        ({"requirements.txt": "alembic\n"}, None),
        ({"requirements.txt": "alembic<2\n"}, None),
        ({"pyproject.toml": '[project]\ndependencies = ["alembic>=1.8,<2", "x"]\n'}, (1, 8)),
        ({"pyproject.toml": '[project]\ndependencies = [\n  "alembic (>=1.15.1,<2.0.0)",\n]\n'}, (1, 15)),
        ({"pyproject.toml": '[tool.poetry.dependencies]\nalembic = "^1.7.2"\n'}, (1, 7)),
        ({"pyproject.toml": '[tool.poetry.dependencies]\nalembic = {version = "^1.7.2", extras = ["tz"]}\n'}, (1, 7)),
        ({"pyproject.toml": '[tool.poetry.dependencies]\nalembic = "*"\n'}, None),
        ({"pyproject.toml": '[tool.alembic]\nscript_location = "1.2"\n'}, None),
        ({"uv.lock": LOCK, "pyproject.toml": '[project]\ndependencies = ["alembic>=1.8"]\n'}, (1, 13)),
        ({}, None),
    ],
)
def test_pins(tree: Tree, files: dict[str, str], expected: tuple[int, int] | None) -> None:
    assert pinned_version("alembic", tree(files)) == expected


def test_a_pin_above_counts_up_to_the_top_of_the_checkout(tree: Tree) -> None:
    top = tree({"uv.lock": LOCK, "backend/x/": "", "other/.git/": "", "other/y/": ""})
    assert pinned_version("alembic", top / "backend/x") == (1, 13)
    assert pinned_version("alembic", top / "other/y") is None


def test_without_a_pin_the_installed_alembic_counts(tree: Tree) -> None:
    major, minor = metadata.version("alembic").split(".")[:2]
    assert alembic_version(tree({})) == (int(major), int(minor))


def test_the_detected_target(tree: Tree) -> None:
    top = tree(
        {
            "alembic.ini": "[alembic]\nscript_location = m\n",
            "m/env.py": 'URL = "sqlite://"\n',
            "requirements.txt": "alembic==1.12.1\n",
        }
    )
    found = detect_target(find_project(Path(), config=None))
    assert (found.dialects, found.pg_version, found.alembic) == ({PG, LITE}, 14, (1, 12))
    assert top.is_dir()
