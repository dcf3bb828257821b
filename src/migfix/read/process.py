"""What a call can reach: names and methods that stay in the process, and those that can do anything."""

from __future__ import annotations

import ast
import builtins
import sys
from typing import Final

from migfix.model import ops
from migfix.model.maybe import Maybe
from migfix.model.ops import Op
from migfix.model.sql_text import words
from migfix.read.handles import handle
from migfix.read.literals import literal, text_of
from migfix.read.scope import Env, Handle, Imported, alchemy_name, is_container, qualified
from migfix.read.values import flag, resolve

# Standard library modules through which a revision can reach anything.
POWERFUL: Final = frozenset(
    {"subprocess", "runpy", "importlib", "sqlite3", "ctypes", "asyncio", "code", "multiprocessing"}
)
POWERFUL_CALLS: Final = frozenset({"os.system", "os.popen", "os.execv", "os.spawnl"})
DYNAMIC: Final = frozenset({"exec", "eval", "compile", "globals", "locals", "__import__", "setattr", "vars"})
# Methods of plain values and of results, by name: they stay in the process.
LOCAL: Final = words(
    "difference_update intersection_update symmetric_difference union intersection difference issubset "
    "append extend insert update pop remove discard clear sort reverse setdefault get items keys values copy "
    "count index format join split strip lstrip rstrip lower upper title replace encode decode startswith "
    "endswith fetchall fetchone fetchmany first one one_or_none all scalar scalar_one scalar_one_or_none scalars "
    "mappings partitions unique tuples close rowcount keys splitlines partition rpartition removeprefix "
    "removesuffix isoformat strftime date time timestamp total_seconds hexdigest digest zfill isdigit info debug "
    "warning error exception critical log write read readlines"
)
LOGGING: Final = frozenset({"info", "debug", "warning", "warn", "error", "exception", "critical", "log"})


PURE: Final = frozenset(
    {
        "structlog",
        "loguru",
        "pendulum",
        "pytz",
        "dateutil",
        "uuid6",
        "ulid",
        "packaging",
        "tqdm",
        "click",
        "rich",
        "six",
    }
)
BUILTINS: Final = frozenset(dir(builtins))


def reaches(node: ast.expr, env: Env) -> bool:
    found = handle(node, env)
    if found is not None:
        return found.kind not in ("dialect", "dialect name", "inspector", "local")
    if isinstance(node, ast.Attribute | ast.Name):
        path = qualified(node, env)
        return path is not None and path.startswith("alembic.op.")
    if isinstance(node, ast.Starred):
        return reaches(node.value, env)
    return isinstance(node, ast.Tuple | ast.List) and any(reaches(e, env) for e in node.elts)


def stays_here(node: ast.Name, env: Env) -> bool:
    """A builtin, or a container that this file made."""
    return is_container(env.get(node.id)) or (node.id in BUILTINS and not env.knows(node.id))


def asks(name: str) -> bool:
    """A function whose name says that it answers a question."""
    return name.lstrip("_").startswith(("is_", "has_", "should_", "needs_", "can_")) or "exist" in name


def is_plain(node: ast.expr, env: Env) -> bool:
    """The beginning of a chain is a construct of SQLAlchemy or of the standard library, which only builds values."""
    found = resolve(node, env)
    node, env = found.node, found.env
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        path = qualified(node.func, env) if isinstance(node, ast.Call) else None
        root = "" if path is None else path.partition(".")[0]
        if root == "sqlalchemy" or (root in sys.stdlib_module_names and root not in POWERFUL):
            return True
        inner = resolve(node.func if isinstance(node, ast.Call) else node.value, env)
        node, env = inner.node, inner.env
    return False


def type_change(function: ast.Attribute, node: ast.Call, env: Env) -> Op | None:
    """`sa.Enum(…, name="x").create(bind)`: CREATE TYPE or DROP TYPE, None for anything else."""
    found = resolve(function.value, env)
    call = found.node
    if not isinstance(call, ast.Call) or alchemy_name(call.func, found.env) not in ("Enum", "ENUM"):
        return None
    keywords = {k.arg: k.value for k in call.keywords}
    name = text_of(keywords["name"], found.env) if "name" in keywords else None
    labels = [literal(a, found.env) for a in call.args]
    if name is None or "schema" in keywords or any(v is None or not isinstance(v[0], str) for v in labels):
        return None
    checks: Maybe[bool] = flag(next((k.value for k in node.keywords if k.arg == "checkfirst"), None), env)
    quoted = '"' + name[0].replace('"', '""') + '"'
    if function.attr == "drop":
        return ops.RunSql(sql=f"DROP TYPE {quoted}", tag="DROP TYPE", rerunnable=checks is True)
    listed = ", ".join("'" + str(v[0]).replace("'", "''") + "'" for v in labels if v is not None)
    return ops.RunSql(sql=f"CREATE TYPE {quoted} AS ENUM ({listed})", tag="CREATE TYPE", rerunnable=checks is True)


def mentions_database(node: ast.AST, env: Env) -> bool:
    """Some name inside leads to the database."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            found = env.get(inner.id)
            if isinstance(found, Handle):
                return True
            if isinstance(found, Imported) and found.path.startswith(("alembic.op", "alembic.context")):
                return True
    return False
