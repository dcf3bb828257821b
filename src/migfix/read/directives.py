"""Alembic's directives by name: which arguments each one takes, and the op it stands for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from migfix.model import ops
from migfix.model.maybe import Table
from migfix.model.ops import Op
from migfix.read.builders import (
    Arguments,
    add_column,
    alter_column,
    bulk_insert,
    comment_table,
    create_check,
    create_exclude,
    create_foreign,
    create_index,
    create_primary,
    create_table,
    create_unique,
    drop_column,
    drop_constraint,
    drop_index,
    drop_table,
    rename_table,
)
from migfix.read.scope import Env
from migfix.read.values import (
    Doubt,
    code_of,
    table_of,
)


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive's positional parameters, its builder, older spellings of parameters, and the batch form.

    `batch` lists the parameters of `batch_op.X`, None where a batch has no such directive. `spread` takes `*args`.
    """

    build: Callable[[Arguments], Op]
    parameters: tuple[str, ...]
    batch: tuple[str, ...] | None = None
    older: Mapping[str, str] = field(default_factory=dict)
    spread: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ALTER: Final = _words(
    "column_name nullable comment server_default new_column_name type_ existing_type existing_server_default "
    "existing_nullable existing_comment schema"
)
_CONSTRAINT: Final = {"name": "constraint_name", "source": "table_name", "tablename": "table_name"}
_FOREIGN: Final = _words("local_cols remote_cols onupdate ondelete deferrable initially match")
"""Parameter names and order as in alembic.operations.ops of Alembic 1.x, older names by its `_with_legacy_names`."""

DIRECTIVES: Final[Mapping[str, Directive]] = {
    "create_table": Directive(create_table, ("table_name",), None, {"name": "table_name"}, True),
    "drop_table": Directive(drop_table, ("table_name", "schema"), None, {"name": "table_name"}),
    "rename_table": Directive(rename_table, _words("old_table_name new_table_name schema")),
    "add_column": Directive(add_column, _words("table_name column schema"), ("column",)),
    "drop_column": Directive(drop_column, _words("table_name column_name schema"), ("column_name",)),
    "alter_column": Directive(alter_column, ("table_name", *_ALTER), _ALTER, {"name": "new_column_name"}),
    "create_index": Directive(
        create_index,
        _words("index_name table_name columns schema unique"),
        ("index_name", "columns"),
        {"name": "index_name", "tablename": "table_name"},
    ),
    "drop_index": Directive(
        drop_index,
        _words("index_name table_name schema"),
        ("index_name",),
        {"name": "index_name", "tablename": "table_name"},
    ),
    "create_unique_constraint": Directive(
        create_unique,
        _words("constraint_name table_name columns schema"),
        _words("constraint_name columns"),
        {**_CONSTRAINT, "local_cols": "columns"},
    ),
    "create_primary_key": Directive(
        create_primary,
        _words("constraint_name table_name columns schema"),
        _words("constraint_name columns"),
        {**_CONSTRAINT, "cols": "columns"},
    ),
    "create_foreign_key": Directive(
        create_foreign,
        ("constraint_name", "source_table", "referent_table", *_FOREIGN, "source_schema", "referent_schema"),
        ("constraint_name", "referent_table", *_FOREIGN),
        {"name": "constraint_name", "source": "source_table", "referent": "referent_table"},
    ),
    "create_check_constraint": Directive(
        create_check,
        _words("constraint_name table_name condition schema"),
        _words("constraint_name condition"),
        _CONSTRAINT,
    ),
    "create_exclude_constraint": Directive(
        create_exclude, _words("constraint_name table_name"), ("constraint_name",), _CONSTRAINT, True
    ),
    "drop_constraint": Directive(
        drop_constraint,
        _words("constraint_name table_name type_ schema"),
        _words("constraint_name type_"),
        {**_CONSTRAINT, "type": "type_"},
    ),
    "create_table_comment": Directive(comment_table, ("table_name", "comment"), ("comment",)),
    "drop_table_comment": Directive(comment_table, ("table_name",), ()),
    "bulk_insert": Directive(bulk_insert, _words("table rows")),
}


def read_directive(name: str, call: ast.Call, env: Env, *, batch: Table | None = None) -> Op:
    """The op of `op.<name>(...)`, or of `batch_op.<name>(...)` on the batch's table; an Opaque where it is not literal."""
    directive = DIRECTIVES[name]
    try:
        given = _arguments(name, directive, call, env, batch)
        return directive.build(given)
    except Doubt as doubt:
        known = batch or _table_if_certain(directive, call, env)
        return ops.Opaque(code=code_of(call, env), why=doubt.why, calls=name, tables=(known,) if known else ())


def _arguments(name: str, directive: Directive, call: ast.Call, env: Env, batch: Table | None) -> Arguments:
    parameters = directive.parameters if batch is None else directive.batch
    if parameters is None:
        raise Doubt(f"a batch has no {name}")
    if any(k.arg is None for k in call.keywords):
        raise Doubt("it takes **kwargs")
    fixed, rest = call.args[: len(parameters)], call.args[len(parameters) :]
    if any(isinstance(a, ast.Starred) for a in fixed) or (rest and not directive.spread):
        raise Doubt("it takes *args" if any(isinstance(a, ast.Starred) for a in call.args) else "too many arguments")
    given: dict[str, ast.expr] = dict(zip(parameters, fixed, strict=False))
    for keyword in call.keywords:
        spelled = str(keyword.arg)
        given[spelled if spelled in parameters else directive.older.get(spelled, spelled)] = keyword.value
    return Arguments(given, rest, env, batch)


def _table_if_certain(directive: Directive, call: ast.Call, env: Env) -> Table | None:
    """The table of a call that was not read as a whole, where at least that is literal."""
    named = next((p for p in directive.parameters if p in ("table_name", "source_table", "old_table_name")), None)
    if named is None or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    given = dict(zip(directive.parameters, call.args, strict=False))
    given |= {k.arg: k.value for k in call.keywords if k.arg is not None}
    schema = given.get("schema") or given.get("source_schema")
    spread = any(k.arg is None for k in call.keywords)
    if named not in given or (spread and schema is None):
        return None
    try:
        return table_of(given[named], schema, env)
    except Doubt:
        return None
