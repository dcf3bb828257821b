"""What a loop over an expression binds, turn by turn, where that is certain."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from migfix.read.literals import certain, literal, many
from migfix.read.scope import Binding, Bound, Env

MAX_TURNS: Final = 1000


@dataclass(frozen=True, slots=True)
class Items:
    """Several bindings at once, as `for a, b in …` unpacks them."""

    parts: tuple[Item, ...]


Item: TypeAlias = Binding | Items


def display(node: ast.expr, env: Env) -> list[Bound] | None:
    """The elements of a list or tuple as expressions, through names; None for anything else."""
    if isinstance(node, ast.Name):
        found = env.get(node.id)
        if not isinstance(found, Bound):
            return None
        inner = display(found.node, found.env)
        return inner if inner is None or not found.varies else [Bound(b.node, b.env, True) for b in inner]
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return None if any(isinstance(e, ast.Starred) for e in node.elts) else [Bound(e, env) for e in node.elts]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = display(node.left, env), display(node.right, env)
        return None if left is None or right is None else left + right
    return None


def turns(node: ast.expr, env: Env) -> list[Item] | None:
    """What a `for` over this expression binds, turn by turn; None when that is not certain or too long to follow."""
    found = _turns(node, env)
    return None if found is None or len(found) > MAX_TURNS else found


def _turns(node: ast.expr, env: Env) -> list[Item] | None:
    shown = display(node, env)
    if shown is not None:
        return [Bound(b.node, b.env, True) for b in shown]
    if isinstance(node, ast.Name):
        found = env.get(node.id)
        if isinstance(found, Bound):
            return _turns(found.node, found.env)
    if isinstance(node, ast.Dict) and None not in node.keys:
        return [Bound(k, env, True) for k in node.keys if k is not None]
    if isinstance(node, ast.Call):
        special = _turns_of_call(node, env)
        if special is not None:
            return special
    value = literal(node, env)
    if value is None or not isinstance(value[0], list | tuple | dict):
        return None
    return [constant(v, env) for v in value[0]]


def constant(value: Any, env: Env) -> Bound:
    """A binding to a value that stands nowhere in the source."""
    return Bound(ast.Constant(value), env, True)


def _turns_of_call(node: ast.Call, env: Env) -> list[Item] | None:
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in ("items", "keys", "values") and not node.args:
        return _turns_of_dict(function.value, function.attr, env)
    if not isinstance(function, ast.Name) or env.knows(function.id) or not node.args:
        return None
    if function.id == "range":
        bounds = many(node.args, env)
        spread = None if bounds is None else certain(lambda: range(*bounds[0]), False)
        return None if spread is None or len(spread[0]) > MAX_TURNS else [constant(i, env) for i in spread[0]]
    inner = [_turns(a, env) for a in node.args]
    first = inner[0]
    if first is None or node.keywords:
        return None
    if function.id == "enumerate" and len(node.args) == 1:
        return [Items((constant(i, env), item)) for i, item in enumerate(first)]
    if function.id in ("list", "tuple", "iter", "reversed"):
        return first[::-1] if function.id == "reversed" else first
    if function.id == "zip" and all(i is not None for i in inner):
        return [Items(tuple(p)) for p in zip(*[i for i in inner if i is not None], strict=False)]
    return None


def _turns_of_dict(node: ast.expr, method: str, env: Env) -> list[Item] | None:
    if isinstance(node, ast.Name):
        found = env.get(node.id)
        return _turns_of_dict(found.node, method, found.env) if isinstance(found, Bound) else None
    if not isinstance(node, ast.Dict) or None in node.keys:
        return None
    keys: list[Item] = [Bound(k, env, True) for k in node.keys if k is not None]
    values: list[Item] = [Bound(v, env, True) for v in node.values]
    if method == "items":
        return [Items(p) for p in zip(keys, values, strict=True)]
    return keys if method == "keys" else values
