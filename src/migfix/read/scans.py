"""What statements bind, change or leave, seen without walking them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Final

from migfix.model.sql_text import words
from migfix.read.handles import mutate
from migfix.read.literals import literal, text_of
from migfix.read.scope import Binding, Bound, Env, FunctionNode
from migfix.read.turns import Item, Items, constant, display

MUTATORS: Final = words(
    "append extend insert add update pop remove discard clear sort reverse setdefault append_column append_constraint"
)


def module_scope(env: Env) -> Env:
    while env.outer is not None:
        env = env.outer
    return env


def dispatch_prefix(node: ast.expr, env: Env) -> str:
    """`upgrade_` of `globals()["upgrade_%s" % engine_name]` (Alembic's multi-database template), else nothing."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Call):
        return ""
    function, key = node.value.func, node.slice
    if not isinstance(function, ast.Name) or function.id != "globals" or env.knows("globals"):
        return ""
    if isinstance(key, ast.BinOp):
        said = text_of(key.left, env)
        return "" if said is None else said[0].removesuffix("%s")
    first = key.values[0] if isinstance(key, ast.JoinedStr) else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def changed_names(node: ast.expr) -> list[str]:
    """The names that an assignment to this target changes."""
    if isinstance(node, ast.Tuple | ast.List):
        return [n for e in node.elts for n in changed_names(e)]
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return [node.id] if isinstance(node, ast.Name) else []


def as_one(items: Items, env: Env) -> Binding | None:
    """Several bindings as one value, where all are constants."""
    values = [literal(p.node, p.env) for p in items.parts if isinstance(p, Bound)]
    if len(values) != len(items.parts) or any(v is None for v in values):
        return None
    return constant(tuple(v[0] for v in values if v is not None), env)


def parts_of(item: Item | None, env: Env) -> Sequence[Item | None] | None:
    if isinstance(item, Items):
        return item.parts
    if not isinstance(item, Bound):
        return None
    shown = display(item.node, item.env)
    if shown is not None:
        return [Bound(b.node, b.env, b.varies or item.varies) for b in shown]
    found = literal(item.node, item.env)
    if found is None or not isinstance(found[0], list | tuple):
        return None
    return [constant(v, env) for v in found[0]]


def join_branches(env: Env, after_body: dict[str, Binding | None], *, leaves: bool, other_leaves: bool) -> None:
    """What names stand for after a branch: certain only where both sides agree."""
    if leaves:
        return
    if other_leaves:
        env.names = after_body
        return
    for name, bound in after_body.items():
        if name not in env.names and (env.outer is None or not env.outer.knows(name)):
            env.names[name] = bound
        elif env.names.get(name) is not bound:
            env.names[name] = None
    for name in env.names.keys() - after_body.keys():
        if env.outer is not None and env.outer.knows(name):
            env.names[name] = None


def nested(body: Iterable[ast.stmt]) -> Iterable[ast.stmt]:
    """Statements inside, not those of nested functions and classes."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from nested(getattr(statement, field, ()))
        for handler in getattr(statement, "handlers", ()) or getattr(statement, "cases", ()):
            yield from nested(handler.body)


def may_leave(body: Iterable[ast.stmt]) -> bool:
    return any(isinstance(s, ast.Return | ast.Break | ast.Continue) for s in nested(body))


def may_return(body: Iterable[ast.stmt]) -> bool:
    return any(isinstance(s, ast.Return) for s in nested(body))


def may_break(body: Iterable[ast.stmt]) -> bool:
    return any(isinstance(s, ast.Return | ast.Break) for s in nested(body))


def forget_assigned(body: Iterable[ast.stmt], env: Env) -> None:
    """Names that statements inside bind or change are not certain any more."""
    stored: list[str] = []
    for statement in nested(body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stored.append(statement.name)
            continue
        for part in own_parts(statement):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store | ast.Del):
                stored.append(part.id)
            elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in MUTATORS:
                mutate(env, changed_names(part.func.value))
            elif isinstance(part, ast.Attribute | ast.Subscript) and isinstance(part.ctx, ast.Store):
                mutate(env, changed_names(part))
    env.forget(stored)


def own_parts(statement: ast.stmt) -> Iterable[ast.AST]:
    """The expressions of a statement, without those of the statements inside it."""
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from ast.walk(child)


def yields(node: FunctionNode) -> bool:
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for s in nested(node.body) for n in own_parts(s))
