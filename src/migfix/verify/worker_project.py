"""Starts a project's Alembic as the project would: plain, or through Flask; runs in the project's Python, imports nothing of ours.

Drivers that a URL names and this Python lacks are replaced by one that it has: whatever the URL says, connections are
redirected anyway.
"""

from __future__ import annotations

import configparser
import importlib
import importlib.util
import os
import sys
from typing import Any

DRIVERS = {
    "psycopg": ("sqlalchemy.dialects.postgresql.psycopg", "PGDialect_psycopg"),
    "psycopg2": ("sqlalchemy.dialects.postgresql.psycopg2", "PGDialect_psycopg2"),
    "asyncpg": ("sqlalchemy.dialects.postgresql.asyncpg", "PGDialect_asyncpg"),
    "pg8000": ("sqlalchemy.dialects.postgresql.pg8000", "PGDialect_pg8000"),
}
"""Those that a URL may name, with the dialect of each; the first two can take another's place."""
REPLACING = ("psycopg", "psycopg2")


def replace_drivers() -> None:
    """Let a driver that is installed answer for those that are not; SQLAlchemy itself decides where it can."""
    from sqlalchemy.dialects import registry

    here = [name for name in DRIVERS if _is_installed(name)]
    ours = next((name for name in REPLACING if name in here and _dialect_exists(name)), None)
    if ours is None:
        return
    for name in DRIVERS:
        if name not in here:
            registry.register(f"postgresql.{name}", *DRIVERS[ours])
    if _default_driver() not in here:
        registry.register("postgresql", *DRIVERS[ours])


def start(argv: list[str], url: str) -> None:
    """Alembic's command line, or Flask's `db` where env.py asks for the current application; ends with SystemExit."""
    replace_drivers()
    ini = option(argv, "-c", "--config")
    folder = flask_folder(ini, root=os.curdir)
    if folder is None:
        _alembic(argv, url)
    else:
        _flask(argv, folder)


def _alembic(argv: list[str], url: str) -> None:
    """With the URL set where the project has only a placeholder."""
    from alembic.config import CommandLine

    class Line(CommandLine):
        def run_cmd(self, config: Any, options: Any) -> None:
            written = config.get_main_option("sqlalchemy.url") or ""
            driver = written.split("://")[0]
            ours = driver + url[url.index("://") :] if driver.startswith("postgresql") else url
            config.set_main_option("sqlalchemy.url", ours.replace("%", "%%"))
            super().run_cmd(config, options)

    Line(prog="alembic").main(argv=argv)


def _flask(argv: list[str], folder: str) -> None:
    """`flask db --directory` in the folder that holds the migrations: Flask looks for the application there."""
    if not _is_installed("flask") or not _is_installed("flask_migrate"):
        sys.exit(
            f"{os.path.join(folder, 'env.py')} asks Flask for the current application, and {sys.executable} has no"
            " Flask-Migrate: name the project's own Python (--python PATH)"
        )
    if os.path.samefile(folder, os.curdir):
        folder = os.path.basename(os.path.realpath(folder))
        os.chdir(os.pardir)
    sys.path.insert(0, os.getcwd())
    command, *rest = _without(argv, "-c", "--config")
    sys.argv = ["flask", "db", command, "--directory", folder, *rest]
    importlib.import_module("flask.cli").main()


def flask_folder(ini: str | None, *, root: str) -> str | None:
    """Where the migrations of Flask-Migrate lie in the folder that Alembic runs in, None for any other project."""
    places = [ini] if ini else ["alembic.ini", os.path.join("migrations", "alembic.ini")]
    paths = [os.path.normpath(os.path.join(root, place)) for place in places]
    found = next((path for path in paths if os.path.isfile(path)), None)
    if found is None:
        return None
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(found, encoding="utf-8")
    except configparser.Error:
        return None
    if parser.has_option("alembic", "script_location"):
        return None
    folder = os.path.dirname(found) or os.curdir
    env = os.path.join(folder, "env.py")
    if not os.path.isfile(env):
        return None
    with open(env, encoding="utf-8", errors="replace") as file:
        return folder if "current_app" in file.read() else None


def option(argv: list[str], *names: str) -> str | None:
    """The word after one of these."""
    for place, word in enumerate(argv[:-1]):
        if word in names:
            return argv[place + 1]
    return None


def _without(argv: list[str], *names: str) -> list[str]:
    for place, word in enumerate(argv[:-1]):
        if word in names:
            return argv[:place] + argv[place + 2 :]
    return argv


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _dialect_exists(name: str) -> bool:
    """SQLAlchemy 1.4 knows no psycopg 3."""
    return _is_installed(DRIVERS[name][0])


def _default_driver() -> str:
    """The driver behind a plain postgresql:// (psycopg2 until SQLAlchemy 2.0, psycopg since 2.1)."""
    import sqlalchemy

    version = tuple(int(part) for part in sqlalchemy.__version__.split(".")[:2])
    return "psycopg" if version >= (2, 1) else "psycopg2"
