"""What a name means where it stands: by scope, never by spelling."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from migfix.model.maybe import Table
from migfix.read.site import Batch
from migfix.read.source import Source

# Beyond this many names a scope is copied only as far as an expression uses it.
MANY_NAMES: Final = 200

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Imported:
    """A module, or something of a module, by its dotted path ("alembic.op", "sqlalchemy.Column")."""

    path: str


@dataclass(frozen=True, slots=True)
class Defined:
    """A function of this file, and the scope it closes over."""

    node: FunctionNode
    env: Env


@dataclass(frozen=True, slots=True)
class ClassOf:
    """A class of this file."""

    node: ast.ClassDef
    env: Env


@dataclass(frozen=True, slots=True)
class Bound:
    """An expression and the scope to read it in; `varies` when the name stands for one of several values."""

    node: ast.expr
    env: Env
    varies: bool = False
    memo: list[Any] = field(default_factory=list, compare=False, repr=False)
    """The literal value once it was asked for: a chain of names is read once, not once a mention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchBlock:
    """A batch_alter_table block: its table (None with `why` when unread) and where it stands."""

    table: Table | None
    site: Batch
    why: str = ""


@dataclass(frozen=True, slots=True)
class Handle:
    """Something through which a revision reaches the database: `op`, a connection, a session, a batch."""

    kind: str
    batch: BatchBlock | None = None
    why: str = ""


Binding: TypeAlias = Imported | Defined | ClassOf | Bound | Handle


class Env:
    """Names of one scope at one point of the walk; a name bound to None is rebound to something unread."""

    __slots__ = ("depth", "names", "outer", "source", "star")

    def __init__(
        self, source: Source, outer: Env | None = None, names: dict[str, Binding | None] | None = None
    ) -> None:
        self.source = source
        self.outer = outer
        self.names: dict[str, Binding | None] = {} if names is None else names
        self.depth: int = outer.depth + 1 if outer else 0
        self.star: str | None = None

    def get(self, name: str) -> Binding | None:
        env: Env | None = self
        while env is not None:
            if name in env.names:
                return env.names[name]
            if env.outer is None and env.star and not hasattr(builtins, name):
                return Imported(f"{env.star}.{name}")
            env = env.outer
        return None

    def knows(self, name: str) -> bool:
        """The name is bound in this file, to something read or unread."""
        env: Env | None = self
        while env is not None:
            if name in env.names:
                return True
            env = env.outer
        return False

    def snapshot(self) -> Env:
        """This scope as it is now; later assignments do not reach it."""
        taken = Env(self.source, self.outer, dict(self.names))
        taken.star = self.star
        return taken

    def bind(self, name: str, node: ast.expr | None) -> None:
        self.names[name] = None if node is None else Bound(node, self.frozen_for(node))

    def mutate(self, names: Iterable[str]) -> None:
        """A method changed what these names hold; a container of this process stays one."""
        for name in names:
            found = self.get(name)
            if handle(ast.Name(name), self) is None:
                self.names[name] = Handle("local") if is_container(found) else None

    def frozen_for(self, node: ast.expr) -> Env:
        if isinstance(node, ast.Constant):
            return self
        if len(self.names) < MANY_NAMES:
            return self.snapshot()
        used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        taken = Env(self.source, self.outer, {n: b for n, b in self.names.items() if n in used})
        taken.star = self.star
        return taken

    def forget(self, names: Iterable[str]) -> None:
        for name in names:
            self.names[name] = None


_CONTAINERS: Final = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


def is_container(found: Binding | None) -> bool:
    """A list, set or dict of this process, even when what it holds is not certain."""
    if isinstance(found, Handle):
        return found.kind == "local"
    node = found.node if isinstance(found, Bound) else None
    if isinstance(node, ast.Call) and isinstance(found, Bound):
        maker = node.func
        path = qualified(maker, found.env) or ""
        builtin = isinstance(maker, ast.Name) and maker.id in ("set", "list", "dict") and not found.env.knows(maker.id)
        return builtin or path.startswith("collections.")
    return isinstance(node, _CONTAINERS)


def import_names(node: ast.Import | ast.ImportFrom, env: Env) -> None:
    """Bind what an import statement binds."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            env.names[bound] = Imported(alias.name if alias.asname else bound)
        return
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        path = module + alias.name if module.endswith(".") else f"{module}.{alias.name}"
        if alias.name == "*":
            env.star = module if env.star in (None, module) else "?"
        else:
            env.names[alias.asname or alias.name] = Imported(path)


def qualified(node: ast.expr, env: Env) -> str | None:
    """The dotted path of an imported name or attribute, None for anything else."""
    if isinstance(node, ast.Name):
        found = env.get(node.id)
        if isinstance(found, Imported):
            return found.path
        if isinstance(found, Bound) and isinstance(found.node, ast.Name | ast.Attribute) and not found.varies:
            return qualified(found.node, found.env)
        return None
    if isinstance(node, ast.Attribute):
        base = qualified(node.value, env)
        return None if base is None else f"{base}.{node.attr}"
    return None


def alchemy_name(node: ast.expr, env: Env) -> str | None:
    """The last part of a name that comes from SQLAlchemy ("Column" for `sa.Column`), None for anything else."""
    path = qualified(node, env)
    if path is None or path.partition(".")[0] != "sqlalchemy":
        return None
    return path.rpartition(".")[2]


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
