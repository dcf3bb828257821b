"""What is given to `execute`: SQL text that is certain, SQLAlchemy Core statements, or a reason why neither."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import Final

from migfix.model import ops
from migfix.model.ops import Op
from migfix.model.record import record
from migfix.model.revision import Span
from migfix.read.core import core_statement
from migfix.read.literals import text_of
from migfix.read.scope import Env, alchemy_name, qualified
from migfix.read.values import Doubt, brief, code_of, resolve


@record
class SqlText:
    """SQL that is certain; `literal` is the string where it is one plain literal, `fixed` why its text stays."""

    text: str
    node: ast.expr
    literal: ast.Constant | None = None
    fixed: str | None = None


def sql_text(node: ast.expr, env: Env, parameters: ast.expr | None = None) -> SqlText | None:
    """The SQL text that an argument of execute stands for; None for a Core statement, Doubt where it is not certain."""
    found = text_of(node, env)
    if found is None:
        inner = resolve(node, env)
        call = inner.node
        if not isinstance(call, ast.Call):
            _refuse(inner.node, inner.env)
            return None
        return _text_call(node, call, inner.env, inner.varies)
    plain = resolve(node, env)
    fixed = "its SQL is put together from a loop variable or a parameter" if found[1] else None
    constant = plain.node if isinstance(plain.node, ast.Constant) and hasattr(plain.node, "lineno") else None
    return SqlText(text=found[0], node=node, literal=constant, fixed=fixed)


_MODIFIERS: Final = frozenset({"bindparams", "columns", "execution_options"})


def _text_call(node: ast.expr, call: ast.Call, env: Env, varies: bool) -> SqlText | None:
    """`text("…")` under any of its chained calls."""
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr in _MODIFIERS:
        inner = resolve(function.value, env)
        if isinstance(inner.node, ast.Call):
            return _text_call(node, inner.node, inner.env, varies)
        return None
    made = alchemy_name(function, env)
    if made not in ("text", "TextClause", "DDL"):
        _refuse(call, env)
        return None
    if not call.args:
        raise Doubt(f"{brief(call, env)} has no text")
    found = sql_text(call.args[0], env)
    if found is None or (made == "DDL" and "%" in found.text):
        raise Doubt(f"the SQL {brief(call.args[0], env)} is computed")
    fixed = "its SQL is put together from a loop variable or a parameter" if varies else found.fixed
    return SqlText(text=found.text, node=call.args[0], literal=found.literal, fixed=fixed)


def _refuse(node: ast.expr, env: Env) -> None:
    """Raise Doubt for text that is not certain; what may be a Core statement passes."""
    if isinstance(node, ast.JoinedStr):
        raise Doubt(_interpolated(node))
    if isinstance(node, ast.BinOp) or (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("format", "join", "replace", "strip")
    ):
        raise Doubt(_said("the SQL is put together at run time", _start(node, env)))
    if isinstance(node, ast.Call):
        called = node.func
        if _opens_file(node, env):
            raise Doubt("the SQL comes from a file")
        if isinstance(called, ast.Name) and called.id in env.names:
            return
        if qualified(called, env) is None and not isinstance(called, ast.Attribute):
            raise Doubt(f"the SQL comes from {brief(called, env)}()")
        return
    if isinstance(node, ast.Name):
        raise Doubt(f"the SQL is held in {node.id}, which is not certain")
    raise Doubt(f"the SQL {brief(node, env)} is computed")


_VERB: Final = re.compile(
    r"\s*(?:--[^\n]*\n\s*)*((?:select|insert|update|delete|create|alter|drop|truncate|with|merge|grant|set|do|copy|lock)\b"
    r"(?:\s+(?:table|index|into|type|from|unique|constraint)\b)*)",
    re.IGNORECASE,
)


def _interpolated(node: ast.JoinedStr) -> str:
    first = node.values[0] if node.values else None
    start = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return _said("the SQL is an f-string with values that are not certain", start)


def _start(node: ast.expr, env: Env) -> str:
    """The certain beginning of a text that is put together."""
    while isinstance(node, ast.BinOp):
        node = node.left
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    found = text_of(node, env)
    return found[0] if found else ""


def _said(why: str, start: str) -> str:
    verb = _VERB.match(start)
    return f"{why}; it starts with {verb[1].upper()}" if verb else why


def _opens_file(node: ast.expr, env: Env) -> bool:
    """`open(p).read()`, `Path(p).read_text()`."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id == "open" and not env.knows("open")
    return isinstance(node.func, ast.Attribute) and (
        node.func.attr in ("read_text", "read", "read_bytes", "read_sql_file") or _opens_file(node.func.value, env)
    )


@record
class Part:
    """One op of what was executed, with its statement's number, text and place."""

    op: Op
    number: int = 0
    sql: str | None = None
    span: Span | None = None
    fixed: str | None = None


def read_execute(call: ast.Call, env: Env, calls: str | None, *, foreign: str | None = None) -> list[Part]:
    """The ops of `….execute(x)`; `calls` names the directive for what cannot be read.

    `foreign` names the dialects of the branch where PostgreSQL is none of them: its parser may refuse their SQL.
    """
    given = (
        call.args[0]
        if call.args
        else next((k.value for k in call.keywords if k.arg in ("sqltext", "statement", "object_", "clause")), None)
    )
    if given is None or isinstance(given, ast.Starred):
        return [Part(op=ops.Opaque(code=code_of(call, env), why="it takes *args", calls=calls))]
    try:
        found = sql_text(given, env)
        if found is not None:
            return _statements(call, found, env, foreign)
        op = core_statement(given, env)
    except Doubt as doubt:
        return [Part(op=ops.Opaque(code=code_of(call, env), why=doubt.why, calls=calls))]
    return [Part(op=ops.Harmless(code=code_of(call, env)) if op is None else op)]


def _statements(call: ast.Call, found: SqlText, env: Env, foreign: str | None) -> list[Part]:
    from migfix.read.sql import read_sql

    whole = env.source.span(found.node) if hasattr(found.node, "lineno") else env.source.span(call)
    parts: list[Part] = []
    for number, statement in enumerate(read_sql(found.text)):
        inside = env.source.within(found.literal, statement.start, statement.end) if found.literal else None
        parts += [
            Part(
                op=_in_dialect(op, foreign), number=number, sql=statement.text, span=inside or whole, fixed=found.fixed
            )
            for op in statement.ops
        ]
    return parts or [Part(op=ops.Harmless(code=code_of(call, env)), span=whole)]


def _in_dialect(op: Op, foreign: str | None) -> Op:
    if foreign is None or not isinstance(op, ops.Opaque):
        return op
    return replace(op, why=f"SQL for {foreign}, which is not read")
