"""Ops carried from the revision that has them into another file: names by their text, types with their imports."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from migfix.model.maybe import Expr, Name, TypeExpr
from migfix.model.record import record
from migfix.plan import Part
from migfix.recipes.spelling import expression, sql_text

_USUAL = {"op": "alembic.op", "sa": "sqlalchemy"}
_TEXTS = frozenset({"where", "sqlite_where", "mssql_where"})
_LOCAL = frozenset({"def", "class", "value"})


class CannotCarry(Exception):
    """The op depends on something of its own file; the message says on what."""


@record
class Carried:
    """Parts whose code needs nothing of the file they came from, and the imports that it does need, by bound name."""

    up: tuple[Part, ...]
    down: tuple[Part, ...]
    imports: Mapping[str, str]


def carried(up: tuple[Part, ...], down: tuple[Part, ...], names: Mapping[str, str]) -> Carried:
    """The parts for another file; `names` says what module-level names of the first one are bound to.

    Raises CannotCarry.
    """
    carrier = _Carrier(names)
    return Carried(up=carrier.value(up, ""), down=carrier.value(down, ""), imports=carrier.imports)


class _Carrier:
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {**_USUAL, **names}
        self.imports: dict[str, str] = {}

    def value(self, value: Any, owner: str) -> Any:
        match value:
            case Name():
                return self._name(value)
            case Expr():
                return self._expr(value, owner)
            case TypeExpr():
                self._need(value.code)
                return value
            case tuple():
                return self._extra(value) if owner == "extra" else tuple(self.value(v, owner) for v in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: self.value(getattr(value, f.name), f.name) for f in fields(value)})
        return value

    def _name(self, name: Name) -> Name:
        if name.varies:
            raise CannotCarry(f"the name {name.text} is computed while the revision runs")
        return Name(name.text, final=name.final)

    def _expr(self, expr: Expr, owner: str) -> Expr:
        try:
            self._need(expr.code)
        except CannotCarry:
            if not isinstance(expr.value, str):
                raise
            return sql_text(expr.value) if owner in _TEXTS else expression(expr.value)
        return expr

    def _extra(self, pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        for _, code in pairs:
            self._need(code)
        return pairs

    def _need(self, code: str) -> None:
        """Note the imports that the code needs."""
        try:
            tree = ast.parse(code.strip() or "0", mode="eval")
        except SyntaxError as error:
            raise CannotCarry(f"`{code}` stands for more than an expression") from error
        bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for name in dict.fromkeys(n.id for n in ast.walk(tree) if isinstance(n, ast.Name)):
            path = self._names.get(name)
            if name in bound or (path is None and hasattr(builtins, name)):
                continue
            if path is None or path in _LOCAL or path.startswith("."):
                raise CannotCarry(f"`{name}` belongs to the revision that has it")
            if _USUAL.get(name) != path:
                self.imports[name] = import_line(name, path)


def import_line(name: str, path: str) -> str:
    """The import that binds `name` to what stands at `path`."""
    module, _, last = path.rpartition(".")
    if not module:
        return f"import {path}" if name == path else f"import {path} as {name}"
    return f"from {module} import {last}" if last == name else f"from {module} import {last} as {name}"
