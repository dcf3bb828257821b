"""The naming convention of `target_metadata`, traced through the project's source without importing it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from migfix.model.maybe import UNKNOWN, Maybe
from migfix.read.locations import module_file

Convention = Maybe[Mapping[str, str]]
_HOPS = 8
_BASES = frozenset(["DeclarativeBase", "DeclarativeBaseNoMeta", "declarative_base", "automap_base", "Model", "Table"])
_METADATA = frozenset(["MetaData", "metadata"])


@dataclass(frozen=True, kw_only=True)
class _Module:
    """A module's source, where it is, and where others are looked for."""

    tree: ast.Module
    path: Path | None
    roots: tuple[Path, ...]


def naming_convention(tree: ast.Module, path: Path | None, roots: tuple[Path, ...]) -> Convention:
    """The convention of the `target_metadata` that env.py configures; empty for none, UNKNOWN when not traceable."""
    module = _Module(tree=tree, path=path, roots=roots)
    direct = _assigned_convention(module)
    if direct is not None:
        return direct
    calls = list(_configures(tree))
    given = [k.value for call in calls for k in call.keywords if k.arg == "target_metadata"]
    if calls and not given and not any(k.arg is None for call in calls for k in call.keywords):
        return {}
    found = [_of_expression(node, module, _HOPS) for node in given]
    first = found[0] if found else UNKNOWN
    return first if all(f == first for f in found) else UNKNOWN


def _configures(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "configure":
            yield node


def _assigned_convention(module: _Module) -> Convention | None:
    """`….naming_convention = {…}` set on a metadata object after it was made."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Attribute) and t.attr == "naming_convention" for t in node.targets
        ):
            return _of_convention(node.value, module, _HOPS)
    return None


def _of_expression(node: ast.expr, module: _Module, hops: int) -> Convention:
    """The convention of a metadata object, or of something that has one as `.metadata`."""
    if hops == 0:
        return UNKNOWN
    match node:
        case ast.Constant(value=None):
            return {}
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name == "MetaData":
            return _keyword_convention(node, module, hops)
        case ast.Call(keywords=keywords) if _callee(node) in {*_BASES, "SQLAlchemy"}:
            given = next((k.value for k in keywords if k.arg == "metadata"), None)
            return {} if given is None else _of_expression(given, module, hops - 1)
        case ast.Attribute(value=ast.Name() | ast.Attribute() as owner, attr=name):
            other = _imported_module(ast.unparse(owner), module)
            if other is not None:
                return _of_name(name, other, hops - 1)
            return _of_expression(owner, module, hops - 1) if name == "metadata" else UNKNOWN
        case ast.Name(id=name):
            return _of_name(name, module, hops)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) if elements:
            found = [_of_expression(e, module, hops - 1) for e in elements]
            return found[0] if all(f == found[0] for f in found) else UNKNOWN
    return UNKNOWN


def _callee(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _of_name(name: str, module: _Module, hops: int) -> Convention:
    if hops == 0:
        return UNKNOWN
    direct = _assigned_convention(module)
    if direct is not None:
        return direct
    for node in reversed(list(_statements(module.tree.body))):
        match node:
            case ast.Assign(targets=[*_, ast.Name(id=found)], value=value) if found == name:
                return _of_expression(value, module, hops - 1)
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                return _of_expression(value, module, hops - 1)
            case ast.ClassDef(name=found) if found == name:
                return _of_class(node, module, hops)
            case ast.ImportFrom() if any((a.asname or a.name) == name for a in node.names):
                original = next(a.name for a in node.names if (a.asname or a.name) == name)
                other = _module(_absolute(node, module), module)
                return UNKNOWN if other is None else _of_name(original, other, hops - 1)
    return UNKNOWN


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Module-level statements, those under `if` and `try` included."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            yield from _statements([*node.body, *node.orelse])


def _of_class(node: ast.ClassDef, module: _Module, hops: int) -> Convention:
    """A declarative base: its own `metadata = …`, else that of its bases."""
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="metadata")], value=value):
                return _of_expression(value, module, hops - 1)
            case ast.AnnAssign(target=ast.Name(id="metadata"), value=ast.expr() as value):
                return _of_expression(value, module, hops - 1)
    found: list[Convention] = []
    for base in node.bases:
        name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        found.append({} if name in _BASES else _of_expression(base, module, hops - 1))
    known = [f for f in found if f is not UNKNOWN]
    return next((f for f in known if f), known[0] if known else UNKNOWN)


def _keyword_convention(node: ast.Call, module: _Module, hops: int) -> Convention:
    given = next((k.value for k in node.keywords if k.arg == "naming_convention"), None)
    if given is None:
        return UNKNOWN if any(k.arg is None for k in node.keywords) else {}
    return _of_convention(given, module, hops)


def _of_convention(node: ast.expr, module: _Module, hops: int) -> Convention:
    """A dictionary of literal templates; a name is looked up, in other modules too."""
    match node:
        case ast.Dict(keys=keys, values=values):
            pairs = [(_text(k), _text(v)) for k, v in zip(keys, values, strict=True)]
            texts = {k: v for k, v in pairs if k is not None and v is not None}
            return texts if len(texts) == len(pairs) else UNKNOWN
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            named = {k.arg: _text(k.value) for k in keywords}
            texts = {k: v for k, v in named.items() if k is not None and v is not None}
            return texts if len(texts) == len(keywords) and not node.args else UNKNOWN
        case ast.Name(id=name) if hops:
            found = _definition(name, module, hops)
            return UNKNOWN if found is None else _of_convention(found[0], found[1], hops - 1)
    return UNKNOWN


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _definition(name: str, module: _Module, hops: int) -> tuple[ast.expr, _Module] | None:
    """The expression a name was assigned, followed through `from … import`."""
    for node in reversed(list(_statements(module.tree.body))):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                return value, module
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                return value, module
            case ast.ImportFrom() if hops and any((a.asname or a.name) == name for a in node.names):
                original = next(a.name for a in node.names if (a.asname or a.name) == name)
                other = _module(_absolute(node, module), module)
                return None if other is None else _definition(original, other, hops - 1)
    return None


def _imported_module(name: str, module: _Module) -> _Module | None:
    """The module that `import a.b as name` or `from a import name` binds."""
    for node in _statements(module.tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return _module(alias.name, module)
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return _module(f"{_absolute(node, module)}.{alias.name}", module)
    return None


def _absolute(node: ast.ImportFrom, module: _Module) -> str:
    """The dotted name; for a relative import a name that starts at the folder of the importing file."""
    return "." * node.level + (node.module or "")


def _module(name: str, importer: _Module) -> _Module | None:
    level = len(name) - len(name.lstrip("."))
    roots = importer.roots
    if level:
        if importer.path is None:
            return None
        roots = (importer.path.parents[level - 1],)
    dotted = name.lstrip(".")
    path = module_file(dotted, roots) if dotted else None
    if path is None and level and not dotted:
        path = roots[0] / "__init__.py"
    if path is None or not path.is_file():
        return None
    try:
        return _Module(tree=ast.parse(path.read_bytes()), path=path, roots=importer.roots)
    except (SyntaxError, ValueError, OSError):
        return None
