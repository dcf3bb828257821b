"""Asks databases which revisions they have run: `alembic_version` is read, and nothing else."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from migfix.errors import DatabaseError, UsageError
from migfix.model.applied import Database
from migfix.model.record import record
from migfix.paths import shown
from migfix.read.project import ProjectLayout

CONNECT_SECONDS = 5
"""How long a database may take to let us in."""
MOST_SECONDS = 30
"""How long the project's own env.py may take altogether; an application that it imports counts."""
BOOT = "import sys; sys.path[:1] = []; path = sys.argv[1]; exec(compile(open(path).read(), path, 'exec'))"
OWN = "database"
"""The name of the project's own database where the user gave none."""
_NAMED = re.compile(r"(?P<name>[^=:/]*)=(?P<url>.*)", re.DOTALL)


@record
class Address:
    """A database to ask: `name` for people, without a password; `url` None for the project's own."""

    name: str
    url: str | None = None


def address(text: str) -> Address:
    """What `--check-db` was given: nothing, a URL, `NAME=URL`, or `NAME=` for the project's own.

    Raises UsageError, which never repeats a URL.
    """
    found = _NAMED.fullmatch(text)
    name, url = (found["name"].strip(), found["url"].strip()) if found else ("", text.strip())
    if not url:
        return Address(name=name or OWN)
    if "://" not in url:
        raise UsageError("--check-db takes dialect://user:password@host/database, NAME=URL, or nothing at all")
    return Address(name=name or _called(url), url=url)


def _called(url: str) -> str:
    """The database's name, else its host, else its dialect."""
    try:
        parts = urlsplit(url)
        last = unquote(parts.path).rstrip("/").rpartition("/")[2]
        return last or parts.hostname or parts.scheme
    except ValueError:
        return url.partition("://")[0]


def ask(addresses: Sequence[Address], layout: ProjectLayout, *, python: str) -> tuple[Database | DatabaseError, ...]:
    """Ask each; one that does not answer stands as the error. `python` runs env.py and has the drivers."""
    return tuple(
        each if isinstance(each, DatabaseError) else _database(*each)
        for each in answers(addresses, layout, python=python)
    )


def answers(
    addresses: Sequence[Address], layout: ProjectLayout, *, python: str, queries: Mapping[str, str] | None = None
) -> tuple[tuple[str, dict[str, Any]] | DatabaseError, ...]:
    """What each says, by its name for people: versions, and on PostgreSQL the rows of `queries` (SELECTs by name)."""
    from concurrent.futures import ThreadPoolExecutor

    names = _distinct(addresses)
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = list(pool.map(lambda a: _asked(a, layout, python, queries), names))
    return tuple(each for answer in found for each in answer)


def _distinct(addresses: Sequence[Address]) -> list[Address]:
    """The addresses with names that differ."""
    seen: dict[str, int] = {}
    found = []
    for each in addresses:
        seen[each.name] = seen.get(each.name, 0) + 1
        name = each.name if seen[each.name] == 1 else f"{each.name}-{seen[each.name]}"
        found.append(Address(name=name, url=each.url))
    return found


def _asked(
    each: Address, layout: ProjectLayout, python: str, queries: Mapping[str, str] | None
) -> list[tuple[str, dict[str, Any]] | DatabaseError]:
    try:
        request = _explicit(each.url, layout) if each.url is not None else _own(layout)
        answer = _answer({**request, "queries": dict(queries or {})}, layout, python)
        if "error" in answer:
            raise DatabaseError(each.name, _without(answer["error"], each.url))
    except DatabaseError as error:
        return [error if error.name else DatabaseError(each.name, error.cause)]
    return list(_named(each, answer["databases"]))


def _named(each: Address, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, row in enumerate(rows, 1):
        inner = row["name"] or (str(number) if len(rows) > 1 else "")
        yield each.name if not inner else inner if each.name == OWN else f"{each.name}-{inner}", row


def _database(name: str, row: dict[str, Any]) -> Database:
    return Database(name=name, versions=tuple(row["versions"]), stamped=row["stamped"])


def _explicit(url: str, layout: ProjectLayout) -> dict[str, Any]:
    table, schema = version_table(layout)
    return {"url": url, "table": table, "schema": schema, "seconds": CONNECT_SECONDS}


def _own(layout: ProjectLayout) -> dict[str, Any]:
    config = layout.config_path
    if config is None:
        raise DatabaseError("", "the project has no alembic.ini that names its database; give --check-db a URL")
    if layout.env_path is None:
        raise DatabaseError("", f"no env.py in {shown(layout.script_location)}; give --check-db a URL")
    toml = config.parent / "pyproject.toml"
    ini = config.parent / "alembic.ini" if config.name == "pyproject.toml" else config
    return {
        "ini": str(ini),
        "toml": str(toml) if toml.is_file() else None,
        "section": layout.section,
        "flask": _flask_folder(layout, ini),
        "seconds": CONNECT_SECONDS,
    }


def _flask_folder(layout: ProjectLayout, ini: Path) -> str | None:
    """Flask-Migrate writes an ini without script_location beside an env.py that asks for the application."""
    env = layout.env_path
    if env is None or env.parent != ini.parent or not ini.is_file():
        return None
    asks = "current_app" in env.read_text(encoding="utf-8", errors="replace")
    return os.path.relpath(env.parent, layout.root) if asks else None


def _answer(request: dict[str, Any], layout: ProjectLayout, python: str) -> dict[str, Any]:
    worker = str(Path(__file__).with_name("worker.py"))
    seconds = MOST_SECONDS if "url" not in request else CONNECT_SECONDS * 3
    try:
        done = subprocess.run(
            [python, "-c", BOOT, worker],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=layout.root if "url" not in request else None,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise DatabaseError("", f"no answer within {seconds} s") from error
    except OSError as error:
        raise DatabaseError("", f"--python {python}: {error.strerror}") from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no word"])[-1]
        raise DatabaseError(
            "", f"{python} ended with {done.returncode}: {_without(last, request.get('url'))}"
        ) from error
    return answer


def _without(text: str, url: str | None) -> str:
    """The message without the URL's password in any spelling, and not longer than a few lines."""
    password = None
    try:
        password = urlsplit(url or "").password
    except ValueError:
        text = "this is no URL" if url and url in text else text
    for spelled in {password, unquote(password)} if password else ():
        text = text.replace(spelled, "***") if len(spelled) > 2 else text
    return text if len(text) < 400 else text[:400] + "…"


def version_table(layout: ProjectLayout) -> tuple[str, str | None]:
    """`version_table` and `version_table_schema` as env.py gives them in literals; Alembic's own names otherwise."""
    found: dict[str, str] = {}
    try:
        tree = ast.parse(layout.env_path.read_bytes()) if layout.env_path is not None else None
    except (OSError, SyntaxError, ValueError):
        tree = None
    constants: dict[str, str] = {}
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            constants |= {t.id: node.value.value for t in node.targets if isinstance(t, ast.Name)}
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.keyword) and node.arg in ("version_table", "version_table_schema"):
            value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[node.arg] = value.value
            elif isinstance(value, ast.Name) and value.id in constants:
                found[node.arg] = constants[value.id]
    return found.get("version_table", "alembic_version"), found.get("version_table_schema")
