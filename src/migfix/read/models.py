"""What the project's models declare, read from their source: declarative classes and `Table(...)`, nothing imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from migfix.model.declared import Declared, DeclaredColumn, DeclaredKey, DeclaredTable
from migfix.model.maybe import UNKNOWN, Maybe
from migfix.model.schema import TableKey
from migfix.read.locations import module_file, upward
from migfix.read.project import ProjectLayout

_MOST_FILES = 3000
_SKIPPED = {"node_modules", "site-packages", "__pycache__", "tests", "test", "versions", "venv"}
_SIGNS = (b"Column(", b"mapped_column(", b"Mapped[", b"__tablename__")
_COLUMNS = frozenset(["Column", "mapped_column"])
_BASES = frozenset(["DeclarativeBase", "DeclarativeBaseNoMeta", "Model", "Base", "object", "MappedAsDataclass", "ABC"])


def read_models(layout: ProjectLayout) -> Declared | None:
    """The tables that the models behind env.py's `target_metadata` declare; None where no such models are found."""
    env = None if layout.env_path is None else _parsed(layout.env_path)
    if env is None or not _has_metadata(env):
        return None
    found = _Classes()
    for path in _sources(env, layout):
        tree = _parsed(path)
        if tree is not None:
            found.add(tree)
    tables = found.tables()
    return Declared(tables=tables) if tables else None


def _has_metadata(env: ast.Module) -> bool:
    """env.py gives autogenerate something to compare with."""
    for node in ast.walk(env):
        match node:
            case ast.keyword(arg="target_metadata", value=ast.Constant(value=None)):
                continue
            case ast.Assign(targets=[ast.Name(id="target_metadata")], value=ast.Constant(value=None)):
                return False
            case ast.keyword(arg="target_metadata"):
                return True
    return False


def _sources(env: ast.Module, layout: ProjectLayout) -> Iterator[Path]:
    """The files of the packages that env.py imports from, and modules that stand alone."""
    seen: set[Path] = set()
    for path in _beside(env, layout):
        if path not in seen and len(seen) < _MOST_FILES and not any(d in path.parents for d in layout.version_dirs):
            seen.add(path)
            yield path


def _beside(env: ast.Module, layout: ProjectLayout) -> Iterator[Path]:
    roots = (*layout.search_path, *(upward(layout.env_path.parent) if layout.env_path else ()))
    for module in _imported(env):
        path = module_file(module, roots)
        root = None if path is None else next(r for r in roots if r in path.parents)
        if path is None or root is None:
            continue
        package = root / path.relative_to(root).parts[0]
        if package.is_dir():
            yield from _python_files(package)
        else:
            yield path


def _imported(env: ast.Module) -> Iterator[str]:
    for node in ast.walk(env):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _python_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        if not _SKIPPED.intersection(path.relative_to(folder).parts):
            yield path


def _parsed(path: Path) -> ast.Module | None:
    try:
        source = path.read_bytes()
        if path.name != "env.py" and not any(sign in source for sign in _SIGNS):
            return None
        return ast.parse(source)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None


@dataclass(kw_only=True)
class _Class:
    """A class as it stands: its own table name and columns, and the names of its bases."""

    bases: tuple[str, ...]
    table: str | None = None
    schema: str | None = None
    made: DeclaredTable = field(default_factory=DeclaredTable)


class _Classes:
    """All classes and tables of the sources, joined once all are read."""

    def __init__(self) -> None:
        self._classes: dict[str, _Class] = {}
        self._twice: set[str] = set()
        self._plain: dict[TableKey, DeclaredTable] = {}
        self._indexes: list[tuple[str, DeclaredKey]] = []

    def add(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                made = _class(node)
                if node.name in self._classes and (made.table or self._classes[node.name].table):
                    self._twice.add(node.name)
                self._classes[node.name] = made
            elif isinstance(node, ast.Call) and _called(node) == "Table":
                self._add_table(node)
            elif isinstance(node, ast.Call) and _called(node) == "Index":
                owners = {
                    a.value.id for a in node.args if isinstance(a, ast.Attribute) and isinstance(a.value, ast.Name)
                }
                self._indexes += [(owner, _key(node)) for owner in owners]

    def tables(self) -> Mapping[TableKey, DeclaredTable]:
        found = dict(self._plain)
        for name, each in self._classes.items():
            owner = self._owner(name)
            if owner is None:
                continue
            made = self._with_bases(each, frozenset({name})) if each.table else each.made
            made = replace(made, indexes=(*made.indexes, *(k for n, k in self._indexes if n == name)))
            key = (owner.schema, owner.table or "")
            before = found.get(key)
            found[key] = made if before is None else _joined(before, made)
            if name in self._twice:
                found[key] = replace(found[key], complete=False)
        return found

    def _owner(self, name: str) -> _Class | None:
        """The class that names the table: itself, or what it inherits from in single-table inheritance."""
        seen: set[str] = set()
        queue = [name]
        while queue:
            name = queue.pop(0)
            each = self._classes.get(name)
            if each is None or name in seen:
                continue
            if each.table:
                return each
            seen.add(name)
            queue += each.bases
        return None

    def _with_bases(self, each: _Class, seen: frozenset[str]) -> DeclaredTable:
        made = each.made
        for base in each.bases:
            other = self._classes.get(base)
            if other is None or base in seen or base in self._twice:
                made = made if base in _BASES and other is None else replace(made, complete=False)
            elif other.table is None:
                made = _joined(self._with_bases(other, seen | {base}), made)
        return made

    def _add_table(self, node: ast.Call) -> None:
        name = _text(node.args[0]) if node.args else None
        if name is None:
            return
        key = (next((_text(k.value) for k in node.keywords if k.arg == "schema"), None), name)
        made = DeclaredTable(complete=not any(isinstance(a, ast.Starred) for a in node.args))
        for argument in node.args[1:]:
            if isinstance(argument, ast.Call):
                made = _with_argument(made, argument)
        self._plain[key] = made if key not in self._plain else _joined(self._plain[key], made)


def _joined(first: DeclaredTable, second: DeclaredTable) -> DeclaredTable:
    return DeclaredTable(
        columns={**first.columns, **second.columns},
        uniques=(*first.uniques, *second.uniques),
        indexes=(*first.indexes, *second.indexes),
        checks=first.checks | second.checks,
        complete=first.complete and second.complete,
    )


def _class(node: ast.ClassDef) -> _Class:
    made = _Class(bases=tuple(filter(None, map(_base, node.bases))))
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__tablename__")], value=value):
                made.table = _text(value)
            case ast.Assign(targets=[ast.Name(id="__table_args__")], value=value):
                _table_args(made, value)
            case ast.FunctionDef(name="__table_args__" | "__tablename__"):
                made.made = replace(made.made, complete=False)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                _attribute(made, name, call, None)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=note, value=None | ast.Call() as value):
                _attribute(made, name, value, note)
    return made


def _base(node: ast.expr) -> str | None:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None


def _table_args(made: _Class, value: ast.expr) -> None:
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    for part in parts:
        if isinstance(part, ast.Call):
            made.made = _with_argument(made.made, part)
        elif isinstance(part, ast.Dict):
            pairs = zip(part.keys, part.values, strict=True)
            made.schema = next((_text(v) for k, v in pairs if k is not None and _text(k) == "schema"), made.schema)
        else:
            made.made = replace(made.made, complete=False)


def _attribute(made: _Class, name: str, call: ast.Call | None, note: ast.expr | None) -> None:
    if call is not None and _called(call) not in _COLUMNS:
        return
    mapped = isinstance(note, ast.Subscript) and _base(note.value) == "Mapped"
    if call is None and not mapped:
        return
    column = _column(call, name, note.slice if mapped and isinstance(note, ast.Subscript) else None)
    made.made = replace(made.made, columns={**made.made.columns, column.name: column})


def _column(call: ast.Call | None, name: str, note: ast.expr | None) -> DeclaredColumn:
    given = {} if call is None else {k.arg: k.value for k in call.keywords}
    first = _text(call.args[0]) if call is not None and call.args else None
    name = first or _text(given.get("name")) or name
    said = _flag(given.get("nullable"), UNKNOWN)
    if "nullable" not in given:
        said = _by_annotation(note) if note is not None else True
        if _flag(given.get("primary_key"), False) is not False:
            said = False
        if None in given or (call is not None and any(isinstance(a, ast.Starred) for a in call.args)):
            said = UNKNOWN
    return DeclaredColumn(
        name=name, nullable=said, index=_flag(given.get("index"), False), unique=_flag(given.get("unique"), False)
    )


def _by_annotation(note: ast.expr) -> Maybe[bool]:
    """`Mapped[…]`: NULL is allowed where the type is `Optional[…]` or a union with None; an alias may hide one."""
    if isinstance(note, ast.Constant) and isinstance(note.value, str):
        try:
            note = ast.parse(note.value, mode="eval").body
        except SyntaxError:
            return UNKNOWN
    match note:
        case ast.Subscript(value=value) if _base(value) == "Optional":
            return True
        case ast.BinOp(op=ast.BitOr()) | ast.Subscript():
            parts = [n for n in ast.walk(note) if isinstance(n, ast.Constant) and n.value is None]
            return True if parts else UNKNOWN if isinstance(note, ast.Subscript) else False
        case ast.Name(id=name) if name in _PLAIN:
            return False
        case ast.Attribute(attr=name) if name in _PLAIN:
            return False
    return UNKNOWN


_PLAIN = frozenset(["str", "int", "bool", "float", "bytes", "datetime", "date", "time", "timedelta", "Decimal", "UUID"])


def _with_argument(made: DeclaredTable, call: ast.Call) -> DeclaredTable:
    """The table with what one argument of `Table()` or item of `__table_args__` adds."""
    kind = _called(call)
    if kind in _COLUMNS and call.args:
        column = _column(call, "", None)
        return replace(made, columns={**made.columns, column.name: column})
    if kind == "UniqueConstraint":
        return replace(made, uniques=(*made.uniques, _key(call, named=False)))
    if kind == "Index":
        return replace(made, indexes=(*made.indexes, _key(call)))
    if kind == "CheckConstraint":
        name = next((_text(k.value) for k in call.keywords if k.arg == "name"), None)
        return replace(made, checks=made.checks | ({name} if name else frozenset()))
    return made


def _key(call: ast.Call, *, named: bool = True) -> DeclaredKey:
    """`Index("ix", "a", …)` or `UniqueConstraint("a", …, name="uq")`."""
    given = {k.arg: k.value for k in call.keywords}
    arguments = list(call.args)
    name = _text(given.get("name"))
    if named and arguments:
        name = _text(arguments.pop(0))
    columns = [a.attr if isinstance(a, ast.Attribute) else _text(a) for a in arguments]
    known = tuple(c for c in columns if c is not None)
    return DeclaredKey(
        name=name,
        columns=known if len(known) == len(columns) else UNKNOWN,
        unique=_flag(given.get("unique"), False) if named else True,
        partial=any(k is not None and k.endswith("_where") for k in given),
    )


def _called(call: ast.Call) -> str:
    return _base(call.func) or ""


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _flag(node: ast.expr | None, default: Maybe[bool]) -> Maybe[bool]:
    if node is None:
        return default
    return node.value is True if isinstance(node, ast.Constant) else UNKNOWN
