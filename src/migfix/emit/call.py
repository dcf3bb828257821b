"""The author's own call, with only the arguments changed in which two ops differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import libcst as cst
from libcst import matchers as m

from migfix.emit.arguments import has_star, keyword, with_argument, with_keyword, without
from migfix.emit.style import Style
from migfix.model import ops
from migfix.model.maybe import Expr

_KEYWORDS: Mapping[str, str] = {
    "concurrently": "postgresql_concurrently",
    "if_not_exists": "if_not_exists",
    "if_exists": "if_exists",
    "where": "postgresql_where",
    "sqlite_where": "sqlite_where",
    "mssql_where": "mssql_where",
    "nulls_not_distinct": "postgresql_nulls_not_distinct",
    "not_valid": "postgresql_not_valid",
    "inline_references": "inline_references",
    "nullable": "nullable",
    "server_default": "server_default",
    "unique": "unique",
    "index": "index",
    "existing_type": "existing_type",
}


def edited(call: cst.Call, old: ops.Op, new: ops.Op, style: Style) -> cst.Call | None:
    """The call as `new` instead of `old`; None where more than keywords would have to change."""
    if type(old) is not type(new) or has_star(call):
        return None
    for field in fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after and not _newly_final(before, after):
            continue
        edit = _EDITS.get(field.name)
        edited_call = edit(call, before, after, style) if edit else _keyword(call, field.name, after, style)
        if edited_call is None:
            return None
        call = edited_call
    return call


def _newly_final(before: object, after: object) -> bool:
    return getattr(after, "final", False) and not getattr(before, "final", False)


def _code(value: object, style: Style) -> str | None:
    """Python source of a keyword's value; None where the keyword goes away."""
    if isinstance(value, Expr):
        return style.code(value)
    if isinstance(value, ops.Default):
        return style.code(value.expr)
    code = getattr(value, "code", None)
    if isinstance(code, str):
        return code
    return "True" if value is True else None


def _keyword(call: cst.Call, name: str, value: object, style: Style) -> cst.Call | None:
    spelled = _KEYWORDS.get(name)
    if spelled is None:
        return None
    code = _code(value, style)
    if name == "nullable":
        code = str(value) if isinstance(value, bool) else None
    if code is not None:
        return with_keyword(call, spelled, code)
    return without(call, lambda a: a.keyword is not None and a.keyword.value == spelled)


def _name(call: cst.Call, before: Any, after: Any, style: Style) -> cst.Call | None:
    """`op.f()` around the author's name."""
    if before != after or not call.args or call.args[0].keyword is not None:
        return None
    first = call.args[0]
    code = cst.Module([]).code_for_node(first.value)
    wrapped = cst.parse_expression(f"{style.op}.f({code})")
    return call.with_changes(args=[first.with_changes(value=wrapped), *call.args[1:]])


def _column(call: cst.Call, before: ops.Column, after: ops.Column, style: Style) -> cst.Call | None:
    """The `sa.Column(...)` inside add_column."""
    found = next((a for a in call.args if _is_column(a.value)), None)
    if found is None or not isinstance(found.value, cst.Call) or has_star(found.value):
        return None
    column = found.value
    for field in fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new or field.name == "check_names":
            continue
        if field.name in ("references", "checks"):
            inner = "ForeignKey" if field.name == "references" else "CheckConstraint"
            edited_column = _without_part(column, inner) if not new else None
        else:
            edited_column = _keyword(column, field.name, new, style)
        if edited_column is None:
            return None
        column = edited_column
    return call.with_changes(args=[a.with_changes(value=column) if a is found else a for a in call.args])


def _is_column(node: cst.BaseExpression) -> bool:
    return m.matches(node, m.Call(func=m.Name("Column") | m.Attribute(attr=m.Name("Column"))))


def _without_part(column: cst.Call, name: str) -> cst.Call:
    part = m.Call(func=m.Name(name) | m.Attribute(attr=m.Name(name)))
    return without(column, lambda a: a.keyword is None and m.matches(a.value, part))


_EDITS: Mapping[str, Callable[[cst.Call, Any, Any, Style], cst.Call | None]] = {"name": _name, "column": _column}


_AFTER_NAME = (ops.CreateIndex, ops.CreateUniqueConstraint, ops.CreateCheckConstraint, ops.CreatePrimaryKey)


def out_of_batch(call: cst.Call, op: ops.Op, style: Style, *, alias: str) -> cst.Call | None:
    """A batch operation's call as the directive of the same name: the table, that the block gave, joins the arguments.

    `alias` is what the block calls itself: its `.f()` becomes op's.
    """
    if not isinstance(call.func, cst.Attribute) or has_star(call):
        return None
    table = ops.table_of(op)
    if table is None:
        return None
    final = m.Attribute(value=m.Name(alias), attr=m.Name("f"))
    call = cst.ensure_type(m.replace(call, final, cst.parse_expression(f"{style.op}.f")), cst.Call)
    directive = cst.parse_expression(f"{style.op}.{cst.ensure_type(call.func, cst.Attribute).attr.value}")
    call = call.with_changes(func=directive)
    named = style.name(replace(table.name, final=False))
    if isinstance(op, (ops.AddColumn, ops.DropColumn, ops.AlterColumn)):
        call = with_argument(call, 0, named)
    elif isinstance(op, ops.DropIndex):
        if keyword(call, "table_name") is None:
            call = with_keyword(call, "table_name", named)
    elif isinstance(op, (*_AFTER_NAME, ops.CreateForeignKey, ops.DropConstraint)):
        if not call.args or call.args[0].keyword is not None:
            return None
        call = with_argument(call, 1, named)
    else:
        return None
    if table.schema is not None:
        word = "source_schema" if isinstance(op, ops.CreateForeignKey) else "schema"
        call = with_keyword(call, word, style.name(table.schema))
    return call
