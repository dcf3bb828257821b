"""Arguments of directives as the model's values: names, tables, expressions, types, columns."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Final

from migfix.model.maybe import UNKNOWN, Expr, Maybe, Name, Table, TypeExpr
from migfix.model.ops import Default, Extra
from migfix.read.literals import is_final, literal, text_of
from migfix.read.scope import Bound, Env, alchemy_name, qualified
from migfix.read.turns import display


class Doubt(Exception):
    """Why an expression was not read; the directive that holds it becomes an Opaque with this reason."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def code_of(node: ast.expr, env: Env) -> str:
    return env.source.segment(node) if hasattr(node, "lineno") else repr(getattr(node, "value", None))


def brief(node: ast.expr, env: Env) -> str:
    return env.source.brief(node, 60) if hasattr(node, "lineno") else code_of(node, env)


def resolve(node: ast.expr, env: Env) -> Bound:
    """Follow names to the expression they were assigned once; the node itself where there is none."""
    varies = False
    for _ in range(50):
        found = env.get(node.id) if isinstance(node, ast.Name) else None
        if not isinstance(found, Bound):
            break
        node, env, varies = found.node, found.env, varies or found.varies
    return Bound(node, env, varies)


def name_of(node: ast.expr, env: Env) -> Name:
    """An identifier; raises Doubt when its text is not certain."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return Name(node.value)
    if isinstance(node, ast.Call) and node.args and is_final(node.func, env):
        inner = name_of(node.args[0], env)
        return Name(inner.text, inner.code, True, inner.varies)
    found = text_of(node, env)
    if found is None:
        raise Doubt(_nameless(node, env))
    return Name(found[0], code_of(node, env), _final_inside(node, env), found[1])


def _nameless(node: ast.expr, env: Env) -> str:
    if is_none(node, env):
        return "its name is None: only the database knows it"
    path = qualified(node, env)
    return f"the name {brief(node, env)} is {'computed' if path is None else f'imported ({path})'}"


def _final_inside(node: ast.expr, env: Env) -> bool:
    found = resolve(node, env)
    return isinstance(found.node, ast.Call) and is_final(found.node.func, found.env)


def optional_name(node: ast.expr | None, env: Env) -> Name | None:
    """A name that may be absent or None."""
    if node is None or is_none(node, env):
        return None
    return name_of(node, env)


def is_none(node: ast.expr, env: Env) -> bool:
    found = literal(node, env)
    return found is not None and found[0] is None


def names_of(node: ast.expr, env: Env) -> tuple[Name, ...]:
    """A list or tuple of names; raises Doubt when it is not certain."""
    shown = display(node, env)
    if shown is not None:
        return tuple(_varied(name_of(b.node, b.env), b.varies) for b in shown)
    found = literal(node, env)
    if found is None or not isinstance(found[0], list | tuple) or not all(isinstance(v, str) for v in found[0]):
        raise Doubt(f"the names {brief(node, env)} are computed")
    return tuple(Name(v, f"{code_of(node, env)}[{i}]", varies=found[1]) for i, v in enumerate(found[0]))


def _varied(name: Name, varies: bool) -> Name:
    return Name(name.text, name.code, name.final, True) if varies else name


def table_of(node: ast.expr, schema: ast.expr | None, env: Env) -> Table:
    return Table(name_of(node, env), optional_name(schema, env))


def flag(node: ast.expr | None, env: Env, *, default: Maybe[bool] = False) -> Maybe[bool]:
    """A keyword that is True or False; UNKNOWN when it is computed, `default` when it is absent or None."""
    if node is None:
        return default
    found = literal(node, env)
    if found is None:
        return UNKNOWN
    return default if found[0] is None else bool(found[0])


def certain_flag(node: ast.expr | None, env: Env, name: str) -> bool:
    """As `flag`; raises Doubt where it is computed."""
    value = flag(node, env)
    if value is UNKNOWN:
        raise Doubt(f"{name}= is computed")
    return value is True


def condition(node: ast.expr, env: Env) -> Expr:
    """An SQL condition: a string, `sa.text("…")`, or an expression whose text stays unknown."""
    return Expr(code=code_of(node, env), value=sql_value(node, env))


def sql_value(node: ast.expr, env: Env) -> Maybe[str]:
    """The SQL text of a string or of a text() construct."""
    found = text_of(node, env)
    if found is not None:
        return found[0]
    inner = resolve(node, env)
    if isinstance(inner.node, ast.Call) and alchemy_name(inner.node.func, inner.env) in ("text", "literal_column"):
        return _first_text(inner.node, inner.env)
    return UNKNOWN


def _first_text(node: ast.Call, env: Env) -> Maybe[str]:
    found = text_of(node.args[0], env) if len(node.args) == 1 and not node.keywords else None
    return UNKNOWN if found is None else found[0].replace("\\:", ":")


_IDENTIFIER: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")


def index_key(bound: Bound) -> Expr:
    """One key of an index: `value` is the column's name, UNKNOWN for an expression."""
    node, env = bound.node, bound.env
    found = text_of(node, env)
    if found is not None:
        return Expr(code=code_of(node, env), value=found[0])
    inner = resolve(node, env)
    value: Maybe[str] = UNKNOWN
    if isinstance(inner.node, ast.Call) and len(inner.node.args) == 1 and not inner.node.keywords:
        made = alchemy_name(inner.node.func, inner.env)
        said = text_of(inner.node.args[0], inner.env) if made in ("text", "column", "literal_column") else None
        if said is not None and (made == "column" or _IDENTIFIER.match(said[0])):
            value = said[0]
    return Expr(code=code_of(node, env), value=value)


# SQLAlchemy renders these generic functions without parentheses (sqlalchemy.sql.functions, AnsiFunction).
_ANSI: Final = frozenset(
    {"current_timestamp", "current_date", "current_time", "localtime", "localtimestamp", "current_user", "session_user"}
)
_CONSTANTS: Final = {"true": "true", "false": "false", "null": "NULL"}


def function_text(node: ast.expr, env: Env) -> Maybe[str]:
    """The SQL of `sa.func.now()`, `sa.true()` and their like without arguments."""
    if not isinstance(node, ast.Call) or node.args or node.keywords:
        return UNKNOWN
    path = qualified(node.func, env)
    if path is None or not path.startswith("sqlalchemy."):
        return UNKNOWN
    owner, _, name = path.rpartition(".")
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    if not owner.endswith(".func"):
        return UNKNOWN
    return name.upper() if name in _ANSI else f"{name}()"


def server_default(node: ast.expr, env: Env) -> Maybe[Default | None]:
    """A server default as Column and alter_column take it; None for `None`."""
    found = literal(node, env)
    code = code_of(node, env)
    if found is not None:
        if found[0] is None:
            return None
        if isinstance(found[0], str):
            return Default(expr=Expr(code=code, value=found[0]), kind="literal")
        return Default(expr=Expr(code=code), kind="unknown")
    inner = resolve(node, env)
    value = sql_value(inner.node, inner.env)
    if value is UNKNOWN:
        value = function_text(inner.node, inner.env)
    return Default(expr=Expr(code=code, value=value), kind="unknown" if value is UNKNOWN else "sql")


# The keywords of types that are usually given by position, in that order.
_POSITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("String", "Unicode", "VARCHAR", "CHAR", "NVARCHAR", "Text", "LargeBinary", "BIT"), ("length",)),
    **dict.fromkeys(("Numeric", "NUMERIC", "DECIMAL"), ("precision", "scale")),
    **dict.fromkeys(("DateTime",), ("timezone",)),
    **dict.fromkeys(("Float", "FLOAT"), ("precision",)),
}


def type_of(node: ast.expr, env: Env) -> TypeExpr:
    """A column type: its spelling, and its name and arguments as far as they are certain.

    Arguments are Python literals ("50", "'a'"); keywords come as "key=value", but the usual ones of strings and
    numbers as if given by position, so that String(length=50) and String(50) are equal.
    """
    code = code_of(node, env)
    inner = resolve(node, env)
    call = inner.node if isinstance(inner.node, ast.Call) else None
    path = qualified(call.func if call else inner.node, inner.env)
    if path is None:
        return TypeExpr(code=code)
    name = path.rpartition(".")[2]
    return TypeExpr(code=code, name=name, args=_type_arguments(name, call, inner.env) if call else ())


def _type_arguments(name: str, call: ast.Call, env: Env) -> tuple[str, ...]:
    positional = [_argument(a, env) for a in call.args]
    keywords = {k.arg or "**": _argument(k.value, env) for k in call.keywords}
    for position, keyword in enumerate(_POSITIONS.get(name, ())):
        if position == len(positional) and keyword in keywords:
            positional.append(keywords.pop(keyword))
    return (*positional, *(f"{k}={v}" for k, v in keywords.items()))


def _argument(node: ast.expr, env: Env) -> str:
    found = literal(node, env)
    return code_of(node, env) if found is None else repr(found[0])


def extras(keywords: Mapping[str, ast.expr], env: Env) -> Extra:
    """Keywords that pass through as spelled."""
    return tuple((k, code_of(v, env)) for k, v in keywords.items())
