"""Reads a database's versions; started with the project's Python, imports nothing of ours and writes nothing.

One request as JSON on standard input, one answer as JSON on standard output.

request  {"url", "table", "schema", "seconds"}: that database, opened here; or
         {"ini", "toml", "section", "flask", "seconds"}: the project's own, through its env.py as `alembic current` does
answer   {"databases": [{"name", "versions", "stamped", "rows"}]} or {"error": text}

With "queries" in the request (SELECTs by name) a PostgreSQL answers them too, as "rows" by name.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import sys
from typing import Any

TIMEOUTS = {
    "psycopg": "connect_timeout",
    "psycopg2": "connect_timeout",
    "asyncpg": "timeout",
    "pg8000": "timeout",
    "pymysql": "connect_timeout",
    "mysqldb": "connect_timeout",
    "mysqlconnector": "connection_timeout",
    "aiomysql": "connect_timeout",
    "asyncmy": "connect_timeout",
    "pyodbc": "timeout",
}
"""By driver, the argument of its `connect` that bounds the time to connect, in whole seconds."""
SIBLINGS = {
    "postgresql": ("psycopg", "psycopg2", "asyncpg", "pg8000"),
    "mysql": ("pymysql", "mysqldb", "mysqlconnector", "asyncmy", "aiomysql"),
    "mariadb": ("pymysql", "mysqldb", "mysqlconnector", "asyncmy", "aiomysql"),
    "sqlite": ("pysqlite", "aiosqlite"),
}
"""Drivers that reach the same database, so that any that is installed will do."""


def main() -> None:
    answer_to = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What env.py prints must not mix with the answer.
    request = json.load(sys.stdin)
    try:
        found = explicit(request) if "url" in request else own(request)
        answer: dict[str, Any] = {"databases": found}
    except (Exception, SystemExit) as error:
        answer = {"error": cleaned(reason(error))}
    json.dump(answer, answer_to)
    answer_to.flush()
    os._exit(0)  # Threads and pools of the project's own must not keep the answer waiting.


def explicit(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The database at a URL, in a read-only transaction."""
    from sqlalchemy.engine import make_url

    text = re.sub(r"^postgres(?=[:+])", "postgresql", request["url"])
    try:
        url = make_url(text)
    except Exception as error:
        raise ValueError("this is no URL; write dialect://user:password@host/database") from error
    _refuse_missing_file(url)
    backend = url.get_backend_name()
    wanted = url.drivername.partition("+")[2]
    others = [d for d in SIBLINGS.get(backend, ()) if d != wanted]
    missing = ""
    for candidate in [url, *(url.set(drivername=f"{backend}+{d}") for d in others)]:
        try:
            engine = _engine(candidate, request["seconds"])
        except ModuleNotFoundError as error:
            missing = missing or str(error.name)
            continue
        return [_read(engine, request)]
    raise ValueError(f"no driver for {backend} in {sys.executable} ({missing} is not installed)")


def _engine(url: Any, seconds: int) -> Any:
    from sqlalchemy import create_engine, pool
    from sqlalchemy.exc import NoSuchModuleError

    try:
        dialect = url.get_dialect()
    except NoSuchModuleError as error:
        if "+" in url.drivername:  # A driver that this SQLAlchemy does not know.
            raise ModuleNotFoundError(str(error), name=url.drivername) from error
        raise ValueError(f"SQLAlchemy knows no database {url.drivername!r}") from error
    arguments = {}
    timeout = TIMEOUTS.get(dialect.driver)
    if timeout is not None and timeout not in url.query:
        arguments[timeout] = seconds
    if dialect.is_async:
        from sqlalchemy.ext.asyncio import create_async_engine

        return create_async_engine(url, connect_args=arguments, poolclass=pool.NullPool)
    return create_engine(url, connect_args=arguments, poolclass=pool.NullPool)


def _read(engine: Any, request: dict[str, Any]) -> dict[str, Any]:
    seconds = request["seconds"]
    if not engine.dialect.is_async:
        with engine.connect() as connection:
            return _versions(connection, request)

    async def read() -> Any:
        async with engine.connect() as connection:
            return await connection.run_sync(_versions, request)

    found: dict[str, Any] = asyncio.run(asyncio.wait_for(read(), seconds * 2))
    return found


def _versions(connection: Any, request: dict[str, Any]) -> dict[str, Any]:
    import sqlalchemy as sa

    table, schema, seconds = request["table"], request["schema"], request["seconds"]
    name = connection.dialect.name
    if name == "postgresql":
        connection.execute(sa.text("SET TRANSACTION READ ONLY"))
        connection.execute(sa.text(f"SET LOCAL statement_timeout = '{int(seconds)}s'"))
    elif name == "sqlite":
        connection.execute(sa.text("PRAGMA query_only = ON"))
    if not sa.inspect(connection).has_table(table, schema=schema):
        return {"name": "", "versions": [], "stamped": False}
    column: Any = sa.column("version_num")
    rows = connection.execute(sa.select(column).select_from(sa.table(table, column, schema=schema)))
    versions = sorted(row[0] for row in rows)
    return {"name": "", "versions": versions, "stamped": True, "rows": _rows(connection, request.get("queries"))}


def _rows(connection: Any, queries: dict[str, str] | None) -> dict[str, list[list[Any]]]:
    """The answers to further questions; only PostgreSQL is asked any."""
    import sqlalchemy as sa

    if connection is None or connection.dialect.name != "postgresql":
        return {}
    return {name: [list(row) for row in connection.execute(sa.text(sql))] for name, sql in (queries or {}).items()}


def _refuse_missing_file(url: Any) -> None:
    """SQLite would make an empty file of that name."""
    path = url.database
    if url.get_backend_name() == "sqlite" and _is_missing(path or ""):
        raise ValueError(f"no such file: {path}")


def _is_missing(path: str) -> bool:
    return path not in ("", ":memory:") and not path.startswith("file:") and not os.path.isfile(path)


def own(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The project's own databases, several where env.py migrates several."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def connecting(dialect: Any, record: Any, arguments: Any, parameters: dict[str, Any]) -> None:
        timeout = TIMEOUTS.get(dialect.driver)
        if timeout is not None:
            parameters.setdefault(timeout, request["seconds"])
        if dialect.name == "sqlite":
            name = str(arguments[0] if arguments else parameters.get("database", ":memory:"))
            if _is_missing(name):
                raise FileNotFoundError(f"no such file: {name}")

    event.listen(Engine, "do_connect", connecting)
    found: list[dict[str, Any]] = []
    if request["flask"]:
        _through_flask(request["flask"], found, request.get("queries"))
    else:
        _current(_config(request), found, request.get("queries"))
    if not found:
        raise ValueError("env.py ran no migrations: it never came to context.run_migrations()")
    return found


def _config(request: dict[str, Any]) -> Any:
    from alembic.config import CommandLine, Config

    words = ["-c", request["ini"], *(["-n", request["section"]] if request["section"] else []), "current"]
    options = CommandLine(prog="alembic").parser.parse_args(words)
    more = {"toml_file": request["toml"]} if request["toml"] else {}
    return Config(file_=request["ini"], ini_section=options.name, cmd_opts=options, **more)


def _current(config: Any, found: list[dict[str, Any]], queries: dict[str, str] | None, **ignored: Any) -> None:
    """`alembic current`, looking at the versions alone: no revision file is imported."""
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config)

    def look(versions: Any, context: Any) -> list[Any]:
        token = str(context.opts.get("upgrade_token", ""))
        name = token.removesuffix("_upgrades") if token != "upgrades" else ""
        found.append(
            {
                "name": name if name != token else "",
                "versions": sorted(versions),
                "stamped": bool(versions) or bool(context._has_version_table()),
                "rows": _rows(context.connection, queries),
            }
        )
        return []

    with EnvironmentContext(config, script, fn=look, dont_mutate=True):
        script.run_env()


def _through_flask(folder: str, found: list[dict[str, Any]], queries: dict[str, str] | None) -> None:
    """`flask db current`, which gives env.py its application."""
    try:
        import alembic.command

        importlib.import_module("flask_migrate")
        flask = importlib.import_module("flask.cli")
    except ModuleNotFoundError as error:
        raise ValueError(
            f"env.py asks Flask for the current application, and {sys.executable} has no {error.name}: name the "
            "project's own Python with --python PATH"
        ) from error
    alembic.command.current = lambda config, **rest: _current(config, found, queries)
    sys.path.insert(0, os.getcwd())
    sys.argv = ["flask", "db", "current", "--directory", folder]
    try:
        flask.main()
    except SystemExit as ending:
        if ending.code and not found:
            raise ValueError(f"`flask db current` ended with {ending.code}") from ending


def reason(error: BaseException) -> str:
    """The driver's own words rather than the library's around them, on one line."""
    inner = getattr(error, "orig", None) or error
    if isinstance(inner, TimeoutError) and not str(inner):
        return "it did not answer in time"
    text = " ".join(str(inner).split()) or type(inner).__name__
    if text.endswith("sqlalchemy.dialects:driver"):
        return "sqlalchemy.url is still the placeholder that Alembic writes; give --check-db a URL"
    text = re.sub(r" ?Is the server running .*?\?| ?Multiple connection attempts failed\. All failures were:", "", text)
    kind = type(inner).__name__
    plain = (ValueError, SystemExit, FileNotFoundError)
    return text if isinstance(inner, plain) or _is_database_error(inner) else f"{kind}: {text}"


def _is_database_error(error: BaseException) -> bool:
    return any(c.__module__ == "builtins" and c is OSError for c in type(error).__mro__) or any(
        c.__name__ == "DatabaseError" for c in type(error).__mro__
    )


def cleaned(text: str) -> str:
    """Without passwords: in URLs, and as DSNs spell them."""
    text = re.sub(r"(://[^/\s:@]*:)[^\s]*@", r"\1***@", text)
    return re.sub(r"(?i)\b(passw(?:or)?d)(\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s,;&)]+)", r"\1\2***", text)


if __name__ == "__main__":
    main()
