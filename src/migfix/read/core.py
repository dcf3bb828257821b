"""SQLAlchemy Core statements: which table they change, and their SQL where that is certain."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Maybe, Table
from migfix.model.ops import Op
from migfix.model.sql_text import words
from migfix.read.builders import core_table
from migfix.read.literals import class_constant, literal
from migfix.read.scope import ClassOf, Env, alchemy_name
from migfix.read.values import Doubt, brief, function_text, name_of, resolve, sql_value, type_of

_BARE: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")
# PostgreSQL documentation, Appendix C: the key words that cannot be a column name unquoted.
_RESERVED: Final = words(
    "all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate "
    "collation column concurrently constraint create cross current_catalog current_date current_role "
    "current_schema current_time current_timestamp current_user default deferrable desc distinct do else end "
    "except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into "
    "is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on "
    "only or order outer overlaps placing primary references returning right select session_user similar some "
    "symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when "
    "where window with"
)


def quote_name(name: str) -> str:
    """An identifier for SQL text, quoted where PostgreSQL would fold or refuse it."""
    if _BARE.match(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


READS: Final = frozenset({"select", "exists", "union", "union_all", "func", "literal"})
_VERBS: Final = frozenset({"update", "insert", "delete"})


@dataclass(slots=True)
class _Chain:
    """`t.update().where(a).values(b)` taken apart: the verb, its table expression, and the calls on it in order."""

    verb: str
    target: ast.expr
    env: Env
    calls: list[tuple[ast.Call, Env]] = field(default_factory=list)


def core_statement(node: ast.expr, env: Env) -> Op | None:
    """The op of a Core statement, None for one that only reads; raises Doubt for anything else."""
    chain = _unwind(node, env)
    if chain is None:
        return None
    table, target = _target(chain.target, chain.env)
    if chain.verb == "insert":
        return _insert(chain, table)
    where, assignments = _where(chain, target), _assignments(chain, target)
    parameters = _parameters(chain)
    if chain.verb == "delete":
        return _delete(table, where, parameters)
    return _update(table, assignments, where, parameters)


def _unwind(node: ast.expr, env: Env) -> _Chain | None:
    calls: list[tuple[ast.Call, Env]] = []
    start = node
    while True:
        found = resolve(node, env)
        node, env = found.node, found.env
        if not isinstance(node, ast.Call):
            raise Doubt(f"the statement {brief(start, env)} is built elsewhere")
        made = alchemy_name(node.func, env)
        if made in READS:
            return None
        if made in _VERBS and node.args:
            return _Chain(str(made), node.args[0], env, calls[::-1])
        if made is not None:
            raise Doubt(f"{made}() is a construct of SQLAlchemy that is not modelled")
        if not isinstance(node.func, ast.Attribute):
            raise Doubt(f"the statement {brief(start, env)} is built elsewhere")
        if node.func.attr in ("select", "count") and _is_table(node.func.value, env):
            return None
        if node.func.attr in _VERBS and not _may_be_table(resolve(node.func.value, env).node):
            raise Doubt(f"the table {brief(node.func.value, env)} is defined elsewhere")
        if node.func.attr in _VERBS and (_is_table(node.func.value, env) or not node.args or node.keywords):
            calls.append((node, env))
            return _Chain(node.func.attr, node.func.value, env, calls[::-1])
        calls.append((node, env))
        node = node.func.value


def _may_be_table(node: ast.expr) -> bool:
    return isinstance(node, ast.Call | ast.Name) or (isinstance(node, ast.Attribute) and node.attr == "__table__")


def _is_table(node: ast.expr, env: Env) -> bool:
    try:
        core_table(node, env)
    except Doubt:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Target:
    """The columns that a table construct declares: their types by name, None when it declares none; `plain` is False
    when columns fill themselves (`onupdate`) or are not listed."""

    types: Mapping[str, str | None]
    plain: bool


def _target(node: ast.expr, env: Env) -> tuple[Table, _Target]:
    found = resolve(node, env)
    if isinstance(found.node, ast.Attribute) and found.node.attr == "__table__":
        return _model(found.node.value, found.env)
    if isinstance(found.node, ast.Name):
        return _model(found.node, found.env)
    table = core_table(node, env)
    call = found.node
    made = alchemy_name(call.func, found.env) if isinstance(call, ast.Call) else None
    if not isinstance(call, ast.Call) or made != "table":
        return table, _Target({}, False)
    return table, _Target(dict(_column_type(a, found.env) for a in call.args[1:]), True)


def _model(node: ast.expr, env: Env) -> tuple[Table, _Target]:
    """The table of a declarative class of this file."""
    found = env.get(node.id) if isinstance(node, ast.Name) else None
    named = class_constant(found, "__tablename__") if isinstance(found, ClassOf) else None
    if not isinstance(found, ClassOf) or named is None:
        raise Doubt(f"the table {brief(node, env)} is defined elsewhere")
    if class_constant(found, "__table_args__") is not None:
        raise Doubt(f"the model {found.node.name} has __table_args__, which may hold a schema")
    return Table(name_of(named, found.env)), _Target({}, False)


def _column_type(node: ast.expr, env: Env) -> tuple[str, str | None]:
    found = resolve(node, env)
    call = found.node
    if not isinstance(call, ast.Call) or not call.args:
        return ("", None)
    name = literal(call.args[0], found.env)
    kind = next((a for a in call.args[1:2]), None) or next((k.value for k in call.keywords if k.arg == "type_"), None)
    return (str(name[0]) if name else "", None if kind is None else _type_name(kind, found.env))


def _type_name(node: ast.expr, env: Env) -> str:
    name = type_of(node, env).name
    return name if isinstance(name, str) else "?"


_TEXT: Final = frozenset({"String", "Text", "Unicode", "UnicodeText", "VARCHAR", "TEXT", "CHAR"})
_NUMBER: Final = frozenset({"Integer", "BigInteger", "SmallInteger", "Numeric", "Float", "INTEGER", "BIGINT"})
_BOOLEAN: Final = frozenset({"Boolean", "BOOLEAN"})


def _constant(value: Any, kind: str | None) -> Maybe[str]:
    """A Python value as SQL, UNKNOWN where the column's type may turn it into something else."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE") if kind is None or kind in _BOOLEAN else UNKNOWN
    if isinstance(value, int):
        return str(value) if kind is None or kind in _NUMBER else UNKNOWN
    if isinstance(value, str) and (kind is None or kind in _TEXT):
        return "'" + value.replace("'", "''") + "'" if "\\" not in value and ":" not in value else UNKNOWN
    return UNKNOWN


def _value(node: ast.expr, column: str, target: _Target, env: Env) -> Maybe[str]:
    found = literal(node, env)
    if found is not None:
        if isinstance(node, ast.Call | ast.JoinedStr):
            return UNKNOWN
        return _constant(found[0], target.types.get(column)) if not found[1] else UNKNOWN
    call = function_text(node, env)
    if call is not UNKNOWN:
        return call
    own = _own_column(node, env)
    return sql_value(node, env) if own is None else quote_name(own)


def _own_column(node: ast.expr, env: Env) -> str | None:
    """`t.c.name`, `t.c["name"]`, `sa.column("name")`."""
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in ("c", "columns")
    ):
        return node.attr
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in ("c", "columns")
    ):
        found = literal(node.slice, env)
        return found[0] if found and isinstance(found[0], str) else None
    inner = resolve(node, env)
    if isinstance(inner.node, ast.Call) and alchemy_name(inner.node.func, inner.env) == "column" and inner.node.args:
        found = literal(inner.node.args[0], inner.env)
        return found[0] if found and isinstance(found[0], str) else None
    return None


def _assignments(chain: _Chain, target: _Target) -> Maybe[tuple[tuple[str, str], ...]]:
    found: list[tuple[str, str]] = []
    for call, env in chain.calls:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if method not in ("values", "update"):
            continue
        pairs = _pairs(call, env)
        if pairs is None:
            return UNKNOWN
        for column, node in pairs:
            value = UNKNOWN if column is None or node is None else _value(node, column, target, env)
            if column is None or value is UNKNOWN:
                return UNKNOWN
            found.append((column, value))
    return tuple(found) if found and target.plain else UNKNOWN


def _pairs(call: ast.Call, env: Env) -> list[tuple[str | None, ast.expr | None]] | None:
    """Column and expression of `values(a=1)` and `values({"a": 1, t.c.b: 2})`; None in a pair for what is not certain."""
    pairs: list[tuple[str | None, ast.expr | None]] = []
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = list(call.args) if method == "values" else []
    for keyword in call.keywords:
        if method == "update" and keyword.arg in ("whereclause", "inline"):
            continue
        if method == "update" and keyword.arg == "values":
            given.append(keyword.value)
            continue
        pairs.append((keyword.arg, keyword.value))
    for node in given:
        inner = resolve(node, env)
        if not isinstance(inner.node, ast.Dict):
            return None
        for key, value in zip(inner.node.keys, inner.node.values, strict=True):
            said = None if key is None else literal(key, inner.env)
            own = None if key is None else _own_column(key, inner.env)
            pairs.append((str(said[0]) if said else own, value))
    return pairs or ([] if method == "update" else None)


def _where(chain: _Chain, target: _Target) -> Maybe[str | None]:
    """The condition's text; None for all rows, UNKNOWN where it is not one of the few plain shapes."""
    terms: list[str] = []
    for call, env in chain.calls:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if method in ("values", "execution_options", "inline"):
            continue
        if method in _VERBS:
            clauses = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "whereclause")]
        elif method == "where":
            clauses = list(call.args)
        else:
            return UNKNOWN
        for clause in clauses:
            term = _term(clause, target, env)
            if term is UNKNOWN:
                return UNKNOWN
            terms.append(term)
    return " AND ".join(terms) if terms else None


_OPERATORS: Final = {ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.Gt: ">", ast.LtE: "<=", ast.GtE: ">="}


def _term(node: ast.expr, target: _Target, env: Env) -> Maybe[str]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        column = _own_column(node.left, env)
        sign = _OPERATORS.get(type(node.ops[0]))
        value = UNKNOWN if column is None else _value(node.comparators[0], column, target, env)
        if column is None or sign is None or value is UNKNOWN:
            return UNKNOWN
        if value == "NULL":
            return f"{quote_name(column)} IS {'NOT ' if sign == '<>' else ''}NULL"
        return f"{quote_name(column)} {sign} {value}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        column = _own_column(node.func.value, env)
        said = literal(node.args[0], env)
        words = {"is_": "IS NULL", "isnot": "IS NOT NULL", "is_not": "IS NOT NULL"}.get(node.func.attr)
        if column is not None and words is not None and said is not None and said[0] is None:
            return f"{quote_name(column)} {words}"
    return UNKNOWN


def _parameters(chain: _Chain) -> tuple[str, ...]:
    """Names of `bindparam("x")` anywhere in the statement."""
    names: list[str] = []
    for call, env in chain.calls:
        for inner in ast.walk(call):
            if isinstance(inner, ast.Call) and inner.args and alchemy_name(inner.func, env) == "bindparam":
                said = literal(inner.args[0], env)
                names += [said[0]] if said and isinstance(said[0], str) else []
    return tuple(dict.fromkeys(names))


def _spelled(table: Table) -> Maybe[str]:
    if table.name.varies:
        return UNKNOWN
    return (
        f"{quote_name(table.schema.text)}.{quote_name(table.name.text)}"
        if table.schema
        else quote_name(table.name.text)
    )


def _update(
    table: Table, assignments: Maybe[tuple[tuple[str, str], ...]], where: Maybe[str | None], parameters: tuple[str, ...]
) -> Op:
    name = _spelled(table)
    if assignments is UNKNOWN or where is UNKNOWN or name is UNKNOWN:
        return ops.Update(table=table, sql=UNKNOWN, assignments=assignments, where=where, parameters=parameters)
    sets = ", ".join(f"{quote_name(c)} = {v}" for c, v in assignments)
    sql = f"UPDATE {name} SET {sets}" + ("" if where is None else f" WHERE {where}")
    return ops.Update(table=table, sql=sql, assignments=assignments, where=where, simple=True, parameters=parameters)


def _delete(table: Table, where: Maybe[str | None], parameters: tuple[str, ...]) -> Op:
    name = _spelled(table)
    if where is UNKNOWN or name is UNKNOWN:
        return ops.Delete(table=table, sql=UNKNOWN, where=where, parameters=parameters)
    sql = f"DELETE FROM {name}" + ("" if where is None else f" WHERE {where}")
    return ops.Delete(table=table, sql=sql, where=where, simple=True, parameters=parameters)


def _insert(chain: _Chain, table: Table) -> Op:
    methods = {c.func.attr for c, _ in chain.calls if isinstance(c.func, ast.Attribute)}
    return ops.Insert(
        table=table,
        sql=UNKNOWN,
        selects="from_select" in methods,
        on_conflict_do_nothing="on_conflict_do_nothing" in methods,
        parameters=_parameters(chain),
    )
