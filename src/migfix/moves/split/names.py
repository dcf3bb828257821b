"""Which names a statement needs, and which local variables may be written down again in another revision."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from migfix.model import ops
from migfix.moves.split.units import Unit, asks_dialect

_HARMLESS_OP = {"get_bind", "get_context", "f", "inline_literal"}
_BUILTINS = {
    "tuple",
    "list",
    "dict",
    "set",
    "frozenset",
    "str",
    "int",
    "bool",
    "range",
    "len",
    "sorted",
    "zip",
    "enumerate",
}
_METHODS = {
    "join",
    "format",
    "lower",
    "upper",
    "strip",
    "replace",
    "split",
    "items",
    "keys",
    "values",
    "copy",
    "dedent",
}
_ASKS = {"inspect", "create", "drop", "execute", "scalar", "scalars", "connect", "begin", "create_all", "drop_all"}
_MUTATORS = {"append", "extend", "add", "update", "insert", "pop", "remove", "clear", "setdefault", "discard", "sort"}


def needed(trees: Iterable[ast.AST]) -> frozenset[str]:
    """Every name that the statements read."""
    return frozenset(
        n.id for t in trees for n in ast.walk(t) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    )


def free(trees: Iterable[ast.AST]) -> frozenset[str]:
    """Names that the statements read without having bound them as the target of a loop, a `with` or a comprehension."""
    trees = list(trees)
    inner: set[str] = set()
    for node in (n for t in trees for n in ast.walk(t)):
        if isinstance(node, ast.For | ast.comprehension):
            inner |= bound([node.target])
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            inner |= bound([node.optional_vars])
        elif isinstance(node, ast.arg):
            inner.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            inner.add(node.name)
    return needed(trees) - inner


def bound(trees: Iterable[ast.AST]) -> frozenset[str]:
    """Every name that the statements bind."""
    return frozenset(_bound(trees))


def _bound(trees: Iterable[ast.AST]) -> Iterator[str]:
    for node in (n for t in trees for n in ast.walk(t)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((a.asname or a.name).split(".")[0] for a in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def changed(trees: Iterable[ast.AST]) -> frozenset[str]:
    """Names of objects that the statements change in place, and of variables that they count up."""
    found = set()
    for node in (n for t in trees for n in ast.walk(t)):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MUTATORS:
            found |= {n.id for n in ast.walk(node.func.value) if isinstance(n, ast.Name)}
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            found |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
    return frozenset(found)


def is_setup(unit: Unit, modules: Mapping[str, str]) -> bool:
    """A local variable or function that means the same wherever it is written down again."""
    return not unit.acts and all(_sets_up(t, modules) for t in unit.trees)


def _sets_up(tree: ast.stmt, modules: Mapping[str, str]) -> bool:
    match tree:
        case ast.Assign(targets=targets, value=value):
            return all(_is_plain(t) for t in targets) and is_pure(value, modules)
        case ast.AnnAssign(target=ast.Name(), value=value):
            return value is None or is_pure(value, modules)
        case ast.FunctionDef() | ast.Import() | ast.ImportFrom():
            return True
        case _:
            return False


def _is_plain(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) or (isinstance(target, ast.Tuple) and all(map(_is_plain, target.elts)))


def is_pure(tree: ast.expr, modules: Mapping[str, str]) -> bool:
    """The expression has the same value at any time of the migration; `modules` is what module-level names mean."""
    return not any(_is_impure(n, modules) for n in ast.walk(tree))


def _is_impure(node: ast.AST, modules: Mapping[str, str]) -> bool:
    if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
        return True
    if not isinstance(node, ast.Call):
        return False
    if any(k.arg and k.arg.startswith("autoload") for k in node.keywords):
        return True
    if isinstance(node.func, ast.Name):
        path = modules.get(node.func.id, "")
        library = path.startswith("sqlalchemy") and node.func.id not in _ASKS
        return not (library or path.startswith("textwrap") or (node.func.id in _BUILTINS and not path))
    if not isinstance(node.func, ast.Attribute):
        return True
    return not _is_harmless(node.func, modules)


def _is_harmless(called: ast.Attribute, modules: Mapping[str, str]) -> bool:
    root = _root(called)
    path = modules.get(root, "") if root else ""
    if path.startswith("sqlalchemy"):
        return called.attr not in _ASKS
    if path.startswith("alembic") or root == "op":
        return called.attr in _HARMLESS_OP or path.startswith("alembic.context")
    return called.attr in _METHODS


def _root(tree: ast.expr) -> str | None:
    while True:
        match tree:
            case ast.Attribute(value=inner) | ast.Call(func=inner) | ast.Subscript(value=inner):
                tree = inner
            case ast.Name(id=name):
                return name
            case _:
                return None


def leaves(trees: Iterable[ast.stmt]) -> bool:
    """The function may be left here, before its end."""
    return any(_leaves(t) for t in trees)


def _leaves(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
        return False
    return isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) or any(map(_leaves, ast.iter_child_nodes(node)))


def is_local_setting(unit: Unit) -> bool:
    """`SET LOCAL …`: it holds for one transaction, so every one of the chain says it again."""
    done = [p.op for p in unit.ops if not isinstance(p.op, ops.Harmless)]
    local = all(isinstance(o, ops.SetParameter) and o.local for o in done)
    return bool(done) and local and not unit.shells


def is_dialect_guard(unit: Unit) -> bool:
    """`if <dialect>: return`: every revision of the chain says it again."""
    match unit.trees:
        case (ast.If(test=test, body=[ast.Return(value=None)], orelse=[]),):
            return asks_dialect(test)
        case _:
            return False
