"""Addresses of databases, and what becomes of a password in a message."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from migfix.applied.databases import Address, address, ask, version_table
from migfix.applied.worker import cleaned
from migfix.errors import DatabaseError, UsageError
from migfix.read.project import find_project


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", Address(name="database")),
        ("production=", Address(name="production")),
        ("postgresql://me:pw@host/shop", Address(name="shop", url="postgresql://me:pw@host/shop")),
        ("postgresql://me:pw@host", Address(name="host", url="postgresql://me:pw@host")),
        ("postgresql:///shop?host=/tmp&a=b", Address(name="shop", url="postgresql:///shop?host=/tmp&a=b")),
        ("live=postgresql://host/shop?a=b", Address(name="live", url="postgresql://host/shop?a=b")),
        ("sqlite:///folder/x.db", Address(name="x.db", url="sqlite:///folder/x.db")),
    ],
)
def test_an_address(given: str, expected: Address) -> None:
    assert expected == address(given)


def test_what_is_no_url_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        address("live=me:s3cret@host")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no such host in postgresql://me:s3cr@t@host/x", "no such host in postgresql://me:***@host/x"),
        ("bad dsn: host=h password=s3cret user=u", "bad dsn: host=h password=*** user=u"),
        ("passwd='s3 cret', user='u'", "passwd=***, user='u'"),
        ('password authentication failed for user "me"', 'password authentication failed for user "me"'),
    ],
)
def test_a_password_is_taken_out_of_every_message(text: str, expected: str) -> None:
    assert expected == cleaned(text)


def _project(root: Path, env: str = "") -> Path:
    (root / "migrations" / "versions").mkdir(parents=True)
    (root / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
    (root / "migrations" / "env.py").write_text(env)
    return root


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cret%40word@127.0.0.1:1/shop",
        "postgresql+asyncpg://me:s3cret%40word@127.0.0.1:1/shop",
        "mysql://me:s3cret%40word@127.0.0.1:1/shop",
        "nothing://me:s3cret%40word@127.0.0.1:1/shop",
        "postgresql://me:s3cret%40word@127.0.0.1:port/shop",
        "postgresql://me:s3cret%40word@[::/shop",
    ],
)
def test_a_database_that_does_not_answer_is_one_line_without_the_password(tmp_path: Path, url: str) -> None:
    [error] = ask([address(f"live={url}")], find_project(_project(tmp_path), config=None), python=sys.executable)
    assert isinstance(error, DatabaseError)
    text = str(error)
    assert text.startswith("the database live cannot be asked what has run there: ")
    assert not [w for w in ("s3cret", "word@", "Traceback", "\n") if w in text], text


def test_databases_of_one_name_are_told_apart(tmp_path: Path) -> None:
    layout = find_project(_project(tmp_path), config=None)
    given = [address("sqlite:////a/x.db"), address("sqlite:////b/x.db")]
    assert [e.name for e in ask(given, layout, python=sys.executable)] == ["x.db", "x.db-2"]


def test_a_python_that_is_not_there_is_named(tmp_path: Path) -> None:
    [error] = ask([address("")], find_project(_project(tmp_path), config=None), python="/no/python")
    assert isinstance(error, DatabaseError)
    assert error.cause == "--python /no/python: No such file or directory"


def test_an_env_py_that_ends_the_process_is_one_line(tmp_path: Path) -> None:
    root = _project(tmp_path, "import os\nos._exit(3)\n")
    [error] = ask([address("")], find_project(root, config=None), python=sys.executable)
    assert isinstance(error, DatabaseError)
    assert error.cause.endswith("ended with 3: no word")


def test_the_placeholder_url_is_called_so(tmp_path: Path) -> None:
    env = "from sqlalchemy import create_engine\ncreate_engine('driver://user:pass@localhost/dbname')\n"
    [error] = ask([address("")], find_project(_project(tmp_path, env), config=None), python=sys.executable)
    assert isinstance(error, DatabaseError)
    assert error.cause == "sqlalchemy.url is still the placeholder that Alembic writes; give --check-db a URL"


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ("", ("alembic_version", None)),
        ('context.configure(version_table="v")', ("v", None)),
        ('S = "ops"\ncontext.configure(version_table_schema=S)', ("alembic_version", "ops")),
        ("context.configure(version_table=name())", ("alembic_version", None)),
        ("def broken(:", ("alembic_version", None)),
    ],
)
def test_the_version_table(tmp_path: Path, env: str, expected: tuple[str, str | None]) -> None:
    assert expected == version_table(find_project(_project(tmp_path, env), config=None))
