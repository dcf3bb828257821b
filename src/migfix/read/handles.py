"""Which expressions lead to the database, through names and through functions of this file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Final

from migfix.read.scope import (
    Binding,
    Bound,
    ClassOf,
    Defined,
    Env,
    Handle,
    Imported,
    import_names,
    is_container,
    qualified,
)

_PATHS: Final = {
    "alembic.op": "op",
    "alembic.context": "environment",
}
_ATTRIBUTES: Final = {
    ("bind", "dialect"): "dialect",
    ("bind", "engine"): "engine",
    ("bind", "connection"): "raw",
    ("engine", "dialect"): "dialect",
    ("engine", "name"): "dialect name",
    ("dialect", "name"): "dialect name",
    ("migration", "bind"): "bind",
    ("migration", "connection"): "bind",
    ("migration", "dialect"): "dialect",
    ("migration", "impl"): "impl",
    ("op", "impl"): "impl",
    ("op", "migration_context"): "migration",
    ("impl", "dialect"): "dialect",
    ("impl", "connection"): "bind",
    ("impl", "bind"): "bind",
    ("session", "bind"): "bind",
    ("raw", "connection"): "raw",
    ("raw", "dbapi_connection"): "raw",
}
_CALLS: Final = {
    ("op", "get_bind"): "bind",
    ("op", "get_context"): "migration",
    ("op", "batch_alter_table"): "batch context",
    ("batch", "get_bind"): "bind",
    ("batch", "get_context"): "migration",
    ("environment", "get_bind"): "bind",
    ("environment", "get_context"): "migration",
    ("migration", "autocommit_block"): "autocommit",
    ("migration", "begin_transaction"): "transaction",
    ("environment", "begin_transaction"): "transaction",
    ("bind", "execution_options"): "bind",
    ("bind", "begin"): "transaction",
    ("bind", "begin_nested"): "savepoint",
    ("bind", "connect"): "bind",
    ("session", "begin"): "transaction",
    ("session", "begin_nested"): "savepoint",
    ("session", "connection"): "bind",
    ("session", "get_bind"): "bind",
    ("raw", "cursor"): "raw",
    ("sessionmaker", "__call__"): "session",
}


def handle(node: ast.expr, env: Env) -> Handle | None:
    """What an expression is as a way to the database, None when it is none or cannot be told."""
    if isinstance(node, ast.Name):
        found = env.get(node.id)
        if isinstance(found, Handle):
            return found
        if isinstance(found, Bound):
            return handle(found.node, found.env)
        return _by_path(found.path) if isinstance(found, Imported) else None
    if isinstance(node, ast.Attribute):
        base = handle(node.value, env)
        if base is None:
            path = qualified(node, env)
            return None if path is None else _by_path(path)
        kind = _ATTRIBUTES.get((base.kind, node.attr))
        return None if kind is None else Handle(kind)
    if isinstance(node, ast.Call):
        return _of_call(node, env)
    return None


def _by_path(path: str) -> Handle | None:
    kind = _PATHS.get(path)
    return None if kind is None else Handle(kind)


def _of_call(node: ast.Call, env: Env) -> Handle | None:
    function = node.func
    if isinstance(function, ast.Attribute):
        base = handle(function.value, env)
        if base is not None:
            kind = _CALLS.get((base.kind, function.attr))
            return None if kind is None else Handle(kind)
    path = qualified(function, env)
    if path is not None:
        return _of_imported_call(path, node, env)
    base = handle(function, env)
    if base is not None:
        return Handle("session") if base.kind == "sessionmaker" else None
    inlined = returned(node, env)
    return None if inlined is None else handle(inlined.node, inlined.env)


def _of_imported_call(path: str, node: ast.Call, env: Env) -> Handle | None:
    root, _, name = path.partition(".")
    if root == "alembic" and name.startswith("op."):
        kind = _CALLS.get(("op", name[3:]))
        return None if kind is None else Handle(kind)
    last = path.rpartition(".")[2]
    if root not in ("sqlalchemy", "sqlmodel"):
        return None
    if last in ("Session", "scoped_session", "sessionmaker"):
        return Handle("sessionmaker" if last == "sessionmaker" else "session")
    if last in ("inspect", "from_engine", "Inspector"):
        arguments = [*node.args, *(k.value for k in node.keywords)]
        return Handle("inspector") if any(_reaches(a, env) for a in arguments) else None
    return None


def _reaches(node: ast.expr, env: Env) -> bool:
    found = handle(node, env)
    return found is not None and found.kind in ("bind", "engine", "raw", "session")


MAX_DEPTH: Final = 12


def returned(node: ast.Call, env: Env) -> Bound | None:
    """The expression that a call of a plain one-return function of this file stands for, arguments bound."""
    found = env.get(node.func.id) if isinstance(node.func, ast.Name) else None
    if not isinstance(found, Defined) or found.node.decorator_list or env.depth > MAX_DEPTH:
        return None
    body = found.node.body
    last = body[-1]
    if not isinstance(last, ast.Return) or last.value is None or isinstance(found.node, ast.AsyncFunctionDef):
        return None
    inner = bind_arguments(found, node, env)
    if inner is None:
        return None
    for statement in body[:-1]:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            inner.bind(statement.targets[0].id, statement.value)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            import_names(statement, inner)
        elif not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            return None
    return Bound(last.value, inner)


def bind_arguments(function: Defined, node: ast.Call, env: Env) -> Env | None:
    """The scope of a function's body for one call; None when the arguments do not fit its parameters."""
    parameters = function.node.args
    inner = Env(env.source, function.env)
    inner.depth = max(inner.depth, env.depth + 1)
    ordered = [*parameters.posonlyargs, *parameters.args]
    spread = any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)
    given: dict[str, Binding | None] = {}
    if not spread:
        if len(node.args) > len(ordered) and parameters.vararg is None:
            return None
        here = env.snapshot()
        given = {p.arg: _argument(a, here) for p, a in zip(ordered, node.args, strict=False)}
        given |= {k.arg: _argument(k.value, here) for k in node.keywords if k.arg is not None}
    names = [p.arg for p in (*ordered, *parameters.kwonlyargs)]
    inner.names.update(dict.fromkeys(names))
    if not spread:
        inner.names.update(_defaults(parameters, ordered, function.env))
        inner.names.update({n: b for n, b in given.items() if n in names})
    for extra in (parameters.vararg, parameters.kwarg):
        if extra is not None:
            inner.names[extra.arg] = None
    return inner


def _argument(node: ast.expr, env: Env) -> Binding | None:
    return handle(node, env) or (_callable(node, env) or Bound(node, env, True))


def _callable(node: ast.expr, env: Env) -> Binding | None:
    found = env.get(node.id) if isinstance(node, ast.Name) else None
    return found if isinstance(found, Defined | Imported | ClassOf) else None


def _defaults(parameters: ast.arguments, ordered: Sequence[ast.arg], env: Env) -> dict[str, Binding | None]:
    positional = zip(reversed(ordered), reversed(parameters.defaults), strict=False)
    keyword = zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True)
    return {p.arg: Bound(d, env, True) for p, d in (*positional, *keyword) if d is not None}


def mutate(env: Env, names: Iterable[str]) -> None:
    """A method changed what these names hold; a container of this process stays one."""
    for name in names:
        found = env.get(name)
        if handle(ast.Name(name), env) is None:
            env.names[name] = Handle("local") if is_container(found) else None
