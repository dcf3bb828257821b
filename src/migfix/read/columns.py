"""`sa.Column(...)` and table constraints as the model's parts."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from migfix.model.maybe import UNKNOWN, Expr, Maybe, Name, Table, TypeExpr
from migfix.model.ops import Column, Default, Reference, TableConstraint
from migfix.read.literals import literal, text_of
from migfix.read.scope import Env, alchemy_name
from migfix.read.turns import display
from migfix.read.values import (
    Doubt,
    brief,
    code_of,
    condition,
    extras,
    flag,
    is_none,
    name_of,
    optional_name,
    resolve,
    server_default,
    type_of,
)

_ITEMS: Final = frozenset(
    {"ForeignKey", "CheckConstraint", "Identity", "Computed", "Sequence", "FetchedValue", "DefaultClause"}
)
_COLUMN_CALLS: Final = frozenset({"Column"})


def column_of(node: ast.expr, env: Env) -> Column:
    """`sa.Column(...)`, in place or through one name; raises Doubt for a column built any other way."""
    found = resolve(node, env)
    call, env = found.node, found.env
    if not isinstance(call, ast.Call) or alchemy_name(call.func, env) not in _COLUMN_CALLS:
        raise Doubt(f"the column {brief(node, env)} is built elsewhere")
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        raise Doubt("the column takes *args or **kwargs")
    keywords = {k.arg: k.value for k in call.keywords if k.arg is not None}
    positional = list(call.args)
    named = keywords.pop("name", None) or (positional.pop(0) if positional else None)
    if named is None:
        raise Doubt("the column has no name")
    kind = keywords.pop("type_", None)
    if kind is None and positional and alchemy_name(_callee(positional[0], env), env) not in _ITEMS:
        kind = positional.pop(0)
    return _column(name_of(named, env), kind, positional, keywords, env)


def _callee(node: ast.expr, env: Env) -> ast.expr:
    inner = resolve(node, env).node
    return inner.func if isinstance(inner, ast.Call) else inner


def _column(
    name: Name, kind: ast.expr | None, items: Sequence[ast.expr], keywords: dict[str, ast.expr], env: Env
) -> Column:
    parts = _column_items(items, env)
    key = flag(keywords.pop("primary_key", None), env)
    unspecified: Maybe[bool] = UNKNOWN if key is UNKNOWN else not (key is True or parts.identity)
    nullable = flag(keywords.pop("nullable", None), env, default=unspecified)
    default = keywords.pop("default", None)
    given = keywords.pop("server_default", None)
    comment = keywords.pop("comment", None)
    return Column(
        name=name,
        type=TypeExpr(code="") if kind is None else type_of(kind, env),
        nullable=nullable,
        primary_key=key,
        server_default=parts.default if given is None else server_default(given, env),
        default=None if default is None or is_none(default, env) else condition(default, env),
        unique=flag(keywords.pop("unique", None), env),
        index=flag(keywords.pop("index", None), env),
        references=tuple(parts.references),
        checks=tuple(parts.checks),
        check_names=tuple(parts.check_names),
        identity=parts.identity,
        computed=parts.computed,
        computed_persisted=parts.persisted,
        comment=None if comment is None or is_none(comment, env) else condition(comment, env),
        extra=extras(keywords, env),
    )


class _Items:
    """What a Column's positional schema items say."""

    def __init__(self) -> None:
        self.references: list[Reference] = []
        self.checks: list[Expr] = []
        self.check_names: list[Name | None] = []
        self.identity = False
        self.computed: Expr | None = None
        self.persisted: Maybe[bool | None] = None
        self.default: Maybe[Default | None] = None


def _column_items(items: Iterable[ast.expr], env: Env) -> _Items:
    parts = _Items()
    for item in items:
        found = resolve(item, env)
        call = found.node
        made = alchemy_name(call.func, found.env) if isinstance(call, ast.Call) else None
        if not isinstance(call, ast.Call) or made not in _ITEMS:
            raise Doubt(f"the column has {brief(item, env)}, which is built elsewhere")
        keywords = {k.arg: k.value for k in call.keywords if k.arg is not None}
        if made == "ForeignKey":
            parts.references.append(_reference(call, keywords, found.env))
        elif made == "CheckConstraint" and call.args:
            parts.checks.append(condition(call.args[0], found.env))
            parts.check_names.append(optional_name(keywords.get("name"), found.env))
        elif made == "Identity":
            parts.identity = True
        elif made == "Computed" and call.args:
            parts.computed = condition(call.args[0], found.env)
            parts.persisted = flag(keywords.get("persisted"), found.env) if "persisted" in keywords else None
        elif made in ("Sequence", "FetchedValue", "DefaultClause"):
            parts.default = Default(expr=Expr(code=code_of(item, env)), kind="unknown")
    return parts


def _reference(call: ast.Call, keywords: dict[str, ast.expr], env: Env) -> Reference:
    target = call.args[0] if call.args else keywords.pop("column", None)
    said = None if target is None else text_of(target, env)
    table, column = (UNKNOWN, UNKNOWN) if said is None else split_target(said[0])
    name = keywords.pop("name", None)
    valid = flag(keywords.pop("postgresql_not_valid", None), env)
    return Reference(
        table=table,
        column=column,
        name=optional_name(name, env),
        not_valid=valid is True,
        extra=extras(keywords, env),
    )


def split_target(text: str) -> tuple[Maybe[Table], Maybe[str]]:
    """`"schema.table.column"` of a foreign key, apart."""
    parts = text.split(".")
    if len(parts) < 2:
        return UNKNOWN, UNKNOWN
    schema = ".".join(parts[:-2])
    return Table(Name(parts[-2]), Name(schema) if schema else None), parts[-1]


_CONSTRAINTS: Final = {
    "PrimaryKeyConstraint": "primary",
    "UniqueConstraint": "unique",
    "ForeignKeyConstraint": "foreign",
    "CheckConstraint": "check",
    "ExcludeConstraint": "exclude",
}


def constraint_of(node: ast.expr, env: Env) -> TableConstraint | None:
    """A table constraint inside create_table, None for anything else."""
    found = resolve(node, env)
    call, env = found.node, found.env
    kind = _CONSTRAINTS.get(alchemy_name(call.func, env) or "") if isinstance(call, ast.Call) else None
    if kind is None or not isinstance(call, ast.Call):
        return None
    keywords = {k.arg: k.value for k in call.keywords if k.arg is not None}
    try:
        name = optional_name(keywords.get("name"), env)
    except Doubt:
        name = None
    if kind == "check":
        text = call.args[0] if call.args else keywords.get("sqltext")
        stated = None if text is None else condition(text, env)
        return TableConstraint(kind="check", name=name, condition=stated)
    if kind == "exclude":
        return TableConstraint(kind="exclude", name=name, columns=UNKNOWN)
    if kind == "foreign":
        return _foreign(call, keywords, name, env)
    columns = _texts(call.args, env)
    return TableConstraint(kind="primary" if kind == "primary" else "unique", name=name, columns=columns)


def _foreign(call: ast.Call, keywords: Mapping[str, ast.expr], name: Name | None, env: Env) -> TableConstraint:
    ordered = [*call.args, *(keywords[k] for k in ("columns", "refcolumns") if k in keywords)]
    local = display(ordered[0], env) if ordered else None
    remote = literal(ordered[1], env) if len(ordered) > 1 else None
    referent: Maybe[Table | None] = UNKNOWN
    if remote is not None and isinstance(remote[0], list | tuple) and remote[0] and isinstance(remote[0][0], str):
        referent = split_target(remote[0][0])[0]
    columns = UNKNOWN if local is None else _texts([b.node for b in local], env)
    return TableConstraint(kind="foreign", name=name, columns=columns, referent=referent)


def _texts(nodes: Iterable[ast.expr], env: Env) -> Maybe[tuple[str, ...]]:
    found = [text_of(n, env) for n in nodes]
    return tuple(f[0] for f in found if f is not None) if all(f is not None for f in found) else UNKNOWN
