"""What a name means where it stands: by scope, never by spelling."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from migfix.model.maybe import Table
from migfix.model.record import record
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


@record
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
