"""Tests around statements: which dialects they let through, and whether they ask what exists in the database."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from migfix.model.sql_text import words
from migfix.read.handles import MAX_DEPTH, bind_arguments, handle, returned
from migfix.read.literals import literal, text_of
from migfix.read.scope import Bound, Defined, Env, qualified

DIALECTS: Final = frozenset({"postgresql", "sqlite", "mysql", "mariadb", "mssql", "oracle"})


@dataclass(frozen=True, slots=True)
class Split:
    """The dialects for which a test can hold, those for which it can fail, and whether it asks nothing else."""

    holds: frozenset[str]
    fails: frozenset[str]
    only: bool = True


def dialect_test(node: ast.expr, env: Env) -> Split | None:
    """A test of the dialect's name, through names and one-return functions; None when it asks nothing of the kind."""
    if env.depth > MAX_DEPTH:
        return None
    if isinstance(node, ast.Compare):
        return _compare(node, env)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = dialect_test(node.operand, env)
        return None if inner is None else Split(inner.fails, inner.holds, inner.only)
    if isinstance(node, ast.BoolOp):
        return _combined(node, env)
    if isinstance(node, ast.Name):
        found = env.get(node.id)
        return dialect_test(found.node, found.env) if isinstance(found, Bound) else None
    if isinstance(node, ast.Call):
        inlined = returned(node, env)
        return _starts_with(node, env) if inlined is None else dialect_test(inlined.node, inlined.env)
    return None


def _is_dialect_name(node: ast.expr, env: Env) -> bool:
    found = handle(node, env)
    if found is not None:
        return found.kind == "dialect name"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("lower", "strip"):
        return _is_dialect_name(node.func.value, env)
    return False


def _compare(node: ast.Compare, env: Env) -> Split | None:
    if len(node.ops) != 1:
        return None
    left, sign, right = node.left, node.ops[0], node.comparators[0]
    if _is_dialect_name(left, env):
        names = literal(right, env)
        if names is None:
            return None
        chosen = names[0]
        if isinstance(sign, ast.Eq | ast.NotEq) and isinstance(chosen, str):
            return _split({chosen}, negated=isinstance(sign, ast.NotEq))
        if isinstance(sign, ast.In | ast.NotIn) and isinstance(chosen, list | tuple):
            return _split({c for c in chosen if isinstance(c, str)}, negated=isinstance(sign, ast.NotIn))
        return None
    if not _is_dialect_name(right, env):
        return None
    said = text_of(left, env)
    if said is None:
        return None
    if isinstance(sign, ast.Eq | ast.NotEq):
        return _split({said[0]}, negated=isinstance(sign, ast.NotEq))
    if isinstance(sign, ast.In | ast.NotIn):
        return _split({d for d in DIALECTS if said[0] in d}, negated=isinstance(sign, ast.NotIn))
    return None


def _split(chosen: set[str], *, negated: bool) -> Split:
    named = frozenset(chosen) & DIALECTS
    return Split(DIALECTS - named, named) if negated else Split(named, DIALECTS - named)


def _starts_with(node: ast.Call, env: Env) -> Split | None:
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr != "startswith" or len(node.args) != 1:
        return None
    said = text_of(node.args[0], env) if _is_dialect_name(function.value, env) else None
    return None if said is None else _split({d for d in DIALECTS if d.startswith(said[0])}, negated=False)


def _combined(node: ast.BoolOp, env: Env) -> Split | None:
    """`a and b`, `a or b`: a part that asks something else may hold or fail on every dialect."""
    parts = [dialect_test(v, env) for v in node.values]
    if all(p is None for p in parts):
        return None
    splits = [p or Split(DIALECTS, DIALECTS, False) for p in parts]
    holds, fails = splits[0].holds, splits[0].fails
    for split in splits[1:]:
        if isinstance(node.op, ast.And):
            holds, fails = holds & split.holds, fails | split.fails
        else:
            holds, fails = holds | split.holds, fails & split.fails
    return Split(holds, fails, all(s.only for s in splits))


# Methods of SQLAlchemy's Inspector (and Alembic helpers by the same names) that say what exists.
_INSPECTS: Final = words(
    "has_table has_index has_schema has_sequence has_column get_table_names get_columns get_indexes "
    "get_foreign_keys get_unique_constraints get_pk_constraint get_check_constraints get_view_names "
    "get_schema_names get_enums get_sequence_names get_multi_columns table_names has_type column_exists "
    "table_exists index_exists"
)
_CATALOGS: Final = ("information_schema", "pg_class", "pg_tables", "pg_indexes", "pg_catalog", "pg_constraint",
                    "to_regclass", "sqlite_master", "pg_type", "pg_attribute", "pg_enum")  # fmt: skip


@dataclass(slots=True)
class Existence:
    """Whether a test asks what exists, and the tables it names."""

    asks: bool
    tables: list[str]


def is_rerun_test(node: ast.expr, env: Env) -> bool:
    """The test that a rewrite puts around what an interrupted run may have committed, by the function it asks."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=asked) | ast.BoolOp(op=ast.Or(), values=[_, asked]):
            called = asked.func.id if isinstance(asked, ast.Call) and isinstance(asked.func, ast.Name) else ""
            return called in ("_has_column", "_has_table") and isinstance(env.get(called), Defined)
    return False


def existence_test(node: ast.expr, env: Env) -> Existence:
    """Whether a test asks what exists in the database, through names and functions of this file."""
    found = Existence(False, [])
    _search(node, env, found, 0)
    found.tables = list(dict.fromkeys(found.tables))
    return found


def holds_when_absent(node: ast.expr, env: Env) -> bool | None:
    """Whether a test holds while the thing it asks for is not there; None when it does not ask what exists."""
    if not existence_test(node, env).asks:
        return None
    negated = False
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node, negated = node.operand, not negated
    absent = isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.NotIn | ast.Is)
    return absent is not negated


def _search(node: ast.AST, env: Env, found: Existence, depth: int) -> None:
    if depth > MAX_DEPTH:
        return
    for part in _parts(node):
        if isinstance(part, ast.Attribute) and part.attr in _INSPECTS:
            found.asks = True
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            if any(c in part.value for c in _CATALOGS):
                found.asks = True
        elif isinstance(part, ast.Compare):
            _membership(part, env, found, depth)
        elif isinstance(part, ast.Call):
            _called(part, env, found, depth)
        elif isinstance(part, ast.Name):
            bound = env.get(part.id)
            if isinstance(bound, Bound) and not isinstance(bound.node, ast.Constant):
                _search(bound.node, bound.env, found, depth + 1)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    return ast.walk(node)


def _membership(node: ast.Compare, env: Env, found: Existence, depth: int) -> None:
    """`"t" in inspector.get_table_names()`."""
    said = text_of(node.left, env)
    if said is None or not isinstance(node.ops[0], ast.In | ast.NotIn):
        return
    if _lists_tables(node.comparators[0], env, depth):
        found.tables.append(said[0])


def _lists_tables(node: ast.expr, env: Env, depth: int) -> bool:
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and part.attr in ("get_table_names", "table_names"):
            return True
        bound = env.get(part.id) if isinstance(part, ast.Name) and depth < MAX_DEPTH else None
        if isinstance(bound, Bound) and _lists_tables(bound.node, bound.env, depth + 1):
            return True
    return False


def _called(node: ast.Call, env: Env, found: Existence, depth: int) -> None:
    function = node.func
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    defined = env.get(function.id) if isinstance(function, ast.Name) else None
    if isinstance(defined, Defined):
        inner = bind_arguments(defined, node, env)
        if inner is not None and env.depth < MAX_DEPTH:
            _search_body(defined, inner, found, depth)
        return
    imported = qualified(function, env)
    project = imported is not None and imported.partition(".")[0] not in ("sqlalchemy", "alembic")
    if name in _INSPECTS or (project and ("exists" in name or name.startswith(("has_", "is_", "_has")))):
        found.asks = found.asks or name in _INSPECTS or "exist" in name or "has_" in name
        if "table" in name or name in ("get_columns", "get_indexes", "get_foreign_keys", "get_unique_constraints"):
            given = next((t for t in (text_of(a, env) for a in node.args) if t is not None), None)
            found.tables += [] if given is None else [given[0]]


def _search_body(function: Defined, inner: Env, found: Existence, depth: int) -> None:
    for statement in function.node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            inner.bind(statement.targets[0].id, statement.value)
        _search(statement, inner, found, depth + 1)
