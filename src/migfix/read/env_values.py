"""What env.py's expressions are worth, as far as connections and transactions go."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, eq=False)
class Use:
    """What put a connection into a transaction, or may have: `begin` and `statement` do, the others may."""

    kind: Literal["begin", "statement", "handed", "given", "parameter"]
    node: ast.expr
    waits: bool = False
    """It is awaited."""
    owner: str = "connection"
    """The connection, as the file spells it there."""


@dataclass(eq=False)
class Connection:
    """A connection object of env.py; `uses` is what it is in at the moment."""

    uses: list[Use] = field(default_factory=list)


@dataclass(eq=False)
class Transaction:
    connection: Connection
    use: Use


@dataclass(eq=False)
class Inspector:
    connection: Connection
    owner: str


Held: TypeAlias = Connection | Transaction | Inspector
Value: TypeAlias = tuple[Held | None, ...]
"""The possible values of an expression; None is anything that is no connection."""
Names: TypeAlias = dict[str, Value]


@dataclass(frozen=True, kw_only=True)
class Configured:
    """One `context.configure(...)`: the call, and what its connection is in by then. `online` when it is given one."""

    call: ast.Call
    online: bool
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Run:
    """One `context.run_migrations()`, whether `context.begin_transaction()` is around it, and the last configure."""

    call: ast.Call
    guarded: bool
    after: Configured | None


def key_of(node: ast.expr) -> str | None:
    """The name under which a value is kept; items of dictionaries by their key alone (`rec["connection"]`)."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute(value=ast.Name(id=owner), attr=attr):
            return f"{owner}.{attr}"
        case ast.Subscript(slice=ast.Constant(value=str(item))):
            return f"[{item}]"
    return None


def is_attributes(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "attributes"


def constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def either(*values: Value) -> Value:
    return tuple(dict.fromkeys(v for value in values for v in value))


def end(connection: Connection, use: Use) -> None:
    """The transaction is over: the connection is out of it and of all that ran inside."""
    if use in connection.uses:
        del connection.uses[connection.uses.index(use) :]
