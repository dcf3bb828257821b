"""Python expressions whose value is certain without running anything: constants, and what is built from them."""

from __future__ import annotations

import ast
import inspect
import operator
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from migfix.model.sql_text import words
from migfix.read.handles import MAX_DEPTH, handle, returned
from migfix.read.scope import Bound, ClassOf, Env, alchemy_name, qualified

# Any: a literal is any Python value; what is asked of it is checked by its type where it is used.
Literal: TypeAlias = tuple[Any, bool]

MAX_LENGTH: Final = 10_000_000


def literal(node: ast.expr, env: Env) -> Literal | None:
    """The value of an expression and whether it is one of several; None when it is not certain."""
    if isinstance(node, ast.Constant):
        return (node.value, False)
    read = _READERS.get(type(node))
    return None if read is None else read(node, env)


def text_of(node: ast.expr, env: Env) -> tuple[str, bool] | None:
    """A certain string, None for anything else."""
    found = literal(node, env)
    return found if found is not None and isinstance(found[0], str) else None


def truth_of(node: ast.expr, env: Env) -> bool | None:
    """The certain truth of a test, None when it depends on anything outside the file."""
    found = literal(node, env)
    return None if found is None else bool(found[0])


def _name(node: ast.Name, env: Env) -> Literal | None:
    found = env.get(node.id)
    if not isinstance(found, Bound) or found.env.depth > MAX_DEPTH:
        return None
    if not found.memo:
        value = literal(found.node, found.env)
        found.memo.append(None if value is None else (value[0], value[1] or found.varies))
    known: Literal | None = found.memo[0]
    return known


def many(nodes: Iterable[ast.expr], env: Env) -> tuple[list[Any], bool] | None:
    values, varies = [], False
    for node in nodes:
        found = literal(node, env)
        if found is None:
            return None
        values.append(found[0])
        varies = varies or found[1]
    return values, varies


def _sequence(node: ast.Tuple | ast.List | ast.Set, env: Env) -> Literal | None:
    found = many(node.elts, env)
    if found is None:
        return None
    # A set has no order to rely on: it serves for `in` tests and loops alike as written.
    return (tuple(found[0]) if isinstance(node, ast.Tuple) else found[0], found[1])


def _dict(node: ast.Dict, env: Env) -> Literal | None:
    if None in node.keys:
        return None
    keys, values = many([k for k in node.keys if k is not None], env), many(node.values, env)
    if keys is None or values is None:
        return None
    try:
        return (dict(zip(keys[0], values[0], strict=True)), keys[1] or values[1])
    except TypeError:
        return None


def _joined(node: ast.JoinedStr, env: Env) -> Literal | None:
    parts, varies = [], False
    for piece in node.values:
        inner = piece.value if isinstance(piece, ast.FormattedValue) else piece
        found = literal(inner, env)
        if found is None or (isinstance(piece, ast.FormattedValue) and piece.format_spec is not None):
            return None
        conversion = piece.conversion if isinstance(piece, ast.FormattedValue) else -1
        parts.append(repr(found[0]) if conversion == ord("r") else str(found[0]))
        varies = varies or found[1]
    return ("".join(parts), varies)


# Formatting without widths: a width in an untrusted file could ask for gigabytes.
_PERCENT: Final = re.compile(r"%(?:\(\w+\))?[sdr]|%%")
_BRACES: Final = re.compile(r"\{\{|\}\}|\{\w*\}")

_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mod: operator.mod,
}


def _binary(node: ast.BinOp, env: Env) -> Literal | None:
    # Long SQL is written as one addition a line: the chain is walked, not descended.
    chain = [node]
    while isinstance(chain[-1].left, ast.BinOp):
        chain.append(chain[-1].left)
    value = literal(chain[-1].left, env)
    for step in reversed(chain):
        right = None if value is None else literal(step.right, env)
        if value is None or right is None:
            return None
        value = _operate(step.op, value, right)
    return value


def _operate(sign: ast.operator, left: Literal, right: Literal) -> Literal | None:
    act = _ARITHMETIC.get(type(sign))
    if act is None:
        return None
    if isinstance(sign, ast.Mod) and isinstance(left[0], str):
        huge = _size(left[0]) * _size(right[0]) > MAX_LENGTH
        if huge or "%" in _PERCENT.sub("", left[0]):
            return None
    return certain(lambda: act(left[0], right[0]), left[1] or right[1])


def certain(compute: Callable[[], Any], varies: bool) -> Literal | None:
    """The result, None when computing it would raise: the revision would then, too."""
    try:
        value = compute()
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
        return None
    return None if _size(value) > MAX_LENGTH else (value, varies)


def _size(value: Any) -> int:
    """Roughly how many characters a value would print."""
    if isinstance(value, str | bytes):
        return len(value) + 1
    if isinstance(value, list | tuple):
        return sum(_size(v) for v in value) + 1
    if isinstance(value, dict):
        return sum(_size(k) + _size(v) for k, v in value.items()) + 1
    return 20


def _unary(node: ast.UnaryOp, env: Env) -> Literal | None:
    found = literal(node.operand, env)
    act: Callable[[Any], Any] | None = {ast.Not: operator.not_, ast.USub: operator.neg}.get(type(node.op))
    return None if found is None or act is None else certain(lambda: act(found[0]), found[1])


_COMPARE: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
}


def _compare(node: ast.Compare, env: Env) -> Literal | None:
    left, right = literal(node.left, env), literal(node.comparators[0], env)
    if left is None or right is None or len(node.ops) != 1:
        return None
    act = _COMPARE[type(node.ops[0])]
    return certain(lambda: act(left[0], right[0]), left[1] or right[1])


def _boolean(node: ast.BoolOp, env: Env) -> Literal | None:
    stops = isinstance(node.op, ast.Or)
    found: Literal | None = None
    for value in node.values:
        found = literal(value, env)
        if found is None or bool(found[0]) is stops:
            return found
    return found


def _choice(node: ast.IfExp, env: Env) -> Literal | None:
    test = literal(node.test, env)
    return None if test is None else literal(node.body if test[0] else node.orelse, env)


def _subscript(node: ast.Subscript, env: Env) -> Literal | None:
    base = literal(node.value, env)
    key = None if base is None or isinstance(node.slice, ast.Slice) else literal(node.slice, env)
    return None if base is None or key is None else certain(lambda: base[0][key[0]], base[1] or key[1])


def _attribute(node: ast.Attribute, env: Env) -> Literal | None:
    """A constant of a class of this file: `Model.__tablename__`."""
    found = env.get(node.value.id) if isinstance(node.value, ast.Name) else None
    if not isinstance(found, ClassOf):
        return None
    value = class_constant(found, node.attr)
    return None if value is None else literal(value, found.env)


def class_constant(found: ClassOf, name: str) -> ast.expr | None:
    """The expression assigned once to a name in a class body."""
    values = [
        s.value
        for s in found.node.body
        if isinstance(s, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in s.targets)
    ]
    return values[0] if len(values) == 1 else None


def _comprehension(node: ast.ListComp | ast.GeneratorExp, env: Env) -> Literal | None:
    from migfix.read.turns import Items, turns

    generator = node.generators[0]
    items = turns(generator.iter, env) if len(node.generators) == 1 and not generator.ifs else None
    if items is None or not isinstance(generator.target, ast.Name) or generator.is_async:
        return None
    values, varies = [], False
    for item in items:
        if isinstance(item, Items):
            return None
        found = literal(node.elt, Env(env.source, env, {generator.target.id: item}))
        if found is None:
            return None
        values.append(found[0])
        varies = varies or _varies(generator.iter, env)
    return (values, varies)


def _varies(node: ast.expr, env: Env) -> bool:
    found = literal(node, env)
    return found is None or found[1]


_METHODS: Final = words(
    "format join strip lstrip rstrip lower upper replace title capitalize removeprefix removesuffix split "
    "splitlines items keys values get copy"
)
_BUILTINS: Final[Mapping[str, Callable[..., Any]]] = {
    "str": str,
    "int": int,
    "len": len,
    "list": list,
    "tuple": tuple,
    "sorted": sorted,
    "dict": dict,
    "min": min,
    "max": max,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "textwrap.dedent": textwrap.dedent,
    "inspect.cleandoc": inspect.cleandoc,
}


def is_final(function: ast.expr, env: Env) -> bool:
    """A call of this function marks a name as final: `op.f(...)`, `conv(...)`."""
    if isinstance(function, ast.Attribute) and function.attr == "f":
        found = handle(function.value, env)
        return found is not None and found.kind in ("op", "batch")
    return qualified(function, env) == "alembic.op.f" or alchemy_name(function, env) == "conv"


def is_marker(function: ast.expr, env: Env) -> bool:
    """A call of this function leaves the text of its first argument alone."""
    return is_final(function, env) or alchemy_name(function, env) == "quoted_name"


def _call(node: ast.Call, env: Env) -> Literal | None:
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in _METHODS:
        base = literal(function.value, env)
        if base is not None and function.attr == "format" and not _formats_plainly(base[0]):
            return None
        if base is not None and isinstance(base[0], str | dict | list | tuple):
            return _applied(getattr(base[0], function.attr, None), node, env, base[1])
    if isinstance(function, ast.Name) and not env.knows(function.id) and function.id in _BUILTINS:
        return _applied(_BUILTINS[function.id], node, env, False)
    if is_marker(function, env):
        return literal(node.args[0], env) if node.args else None
    path = qualified(function, env)
    if path is not None:
        return _applied(_FUNCTIONS[path], node, env, False) if path in _FUNCTIONS else None
    inlined = returned(node, env)
    found = None if inlined is None else literal(inlined.node, inlined.env)
    return None if found is None else (found[0], True)


def _formats_plainly(value: Any) -> bool:
    return isinstance(value, str) and not set(_BRACES.sub("", value)) & {"{", "}"}


def _applied(act: Callable[..., Any] | None, node: ast.Call, env: Env, varies: bool) -> Literal | None:
    positional = many(node.args, env)
    keyword = many([k.value for k in node.keywords], env)
    if act is None or positional is None or keyword is None or any(k.arg is None for k in node.keywords):
        return None
    if _size(getattr(act, "__self__", "")) * (_size(positional[0]) + _size(keyword[0])) > 100 * MAX_LENGTH:
        return None
    names = {str(k.arg): v for k, v in zip(node.keywords, keyword[0], strict=True)}
    return certain(lambda: _plain(act(*positional[0], **names)), varies or positional[1] or keyword[1])


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, type({}.items()) | type({}.keys()) | type({}.values())) else value


_READERS: Final[Mapping[type[ast.expr], Callable[[Any, Env], Literal | None]]] = {
    ast.Name: _name,
    ast.Tuple: _sequence,
    ast.List: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.IfExp: _choice,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
}
