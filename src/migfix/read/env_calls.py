"""Expressions of env.py: what opens, uses, hands on and configures a connection."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from migfix.read.env_values import (
    Configured,
    Connection,
    Function,
    Inspector,
    Names,
    Run,
    Transaction,
    Use,
    Value,
    constant,
    either,
    end,
    is_attributes,
    key_of,
)

_STATEMENTS = frozenset(["execute", "exec_driver_sql", "scalar", "scalars", "stream", "stream_scalars"])
_HARMLESS = frozenset(["print", "isinstance", "hasattr", "getattr", "str", "repr", "type", "id", "bool", "cast"])
_LOGGING = frozenset(["debug", "info", "warning", "error", "exception", "log"])
_PASS_ON = frozenset(["enter_context", "enter_async_context", "push", "push_async_exit"])
_DEPTH = 12


@dataclass
class Expressions:
    """Evaluates expressions, and follows calls into the functions of the file."""

    configured: list[Configured] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
    contexts: set[str] = field(default_factory=set)
    _stack: list[Function] = field(default_factory=list)
    _returned: list[list[Value]] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    guards: int = 0
    _awaiting: bool = False

    def block(self, body: Iterable[ast.stmt], names: Names) -> None:
        """Runs statements in order."""
        raise NotImplementedError

    def bind(self, target: ast.expr, value: Value, names: Names) -> None:
        key = key_of(target)
        if key is not None:
            names[key] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for element in target.elts:
                self.bind(element, (None,), names)

    def value(self, node: ast.expr, names: Names) -> Value:
        match node:
            case ast.Await():
                self._awaiting = True
                value = self.value(node.value, names)
                self._awaiting = False
                return value
            case ast.Call():
                return self._call(node, names)
            case ast.BoolOp():
                return either(*(self.value(v, names) for v in node.values))
            case ast.IfExp():
                self.value(node.test, names)
                return either(self.value(node.body, names), self.value(node.orelse, names))
            case ast.NamedExpr():
                value = self.value(node.value, names)
                self.bind(node.target, value, names)
                return value
            case ast.Yield(value=ast.expr() as inner):
                self.give(tuple(self._copy(v) for v in self.value(inner, names)))
                return (None,)
            case ast.Lambda():
                return (None,)
            case ast.Subscript() if is_attributes(node.value) and constant(node.slice) == "connection":
                return (self._opened([Use("given", node)]),)
        key = key_of(node)
        if key is not None and key in names:
            return names[key]
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child, names)
        return (None,)

    def _call(self, node: ast.Call, names: Names) -> Value:
        waits, self._awaiting = self._awaiting, False
        function = node.func
        if self.is_context_call(node, "configure"):
            return self._configure(node, names)
        if self.is_context_call(node, "run_migrations"):
            last = self.configured[-1] if self.configured else None
            self.runs.append(Run(call=node, guarded=self.guards > 0, after=last))
            return (None,)
        if isinstance(function, ast.Attribute):
            return self._method(node, function, names, waits=waits)
        return self._plain(node, names)

    def _method(self, node: ast.Call, function: ast.Attribute, names: Names, *, waits: bool) -> Value:
        if function.attr == "get" and is_attributes(function.value) and node.args:
            if constant(node.args[0]) == "connection":
                return (self._opened([Use("given", node)]), None)
            return (None,)
        receiver = self.value(function.value, names)
        held = [v for v in receiver if v is not None]
        if not held:
            if function.attr in ("connect", "begin") and not self._is_context(function.value):
                self._arguments(node, names)
                return (self._opened([Use("begin", node, waits, _receiver(node))] if function.attr == "begin" else []),)
            return self._plain(node, names)
        results = [self._on(v, node, function.attr, names, waits=waits) for v in held]
        if function.attr == "connect" and None in receiver:
            results.append((self._opened([]),))
        return either(*results)

    def _on(
        self, held: Connection | Transaction | Inspector, node: ast.Call, method: str, names: Names, *, waits: bool
    ) -> Value:
        """A method of a connection, or of what was made from one."""
        if isinstance(held, Transaction):
            if method in ("commit", "rollback", "close"):
                end(held.connection, held.use)
            return (held,)
        connection = held.connection if isinstance(held, Inspector) else held
        if isinstance(held, Inspector) or method in _STATEMENTS:
            self._arguments(node, names)
            owner = held.owner if isinstance(held, Inspector) else _receiver(node)
            connection.uses.append(Use("statement", node, waits, owner))
        elif method in ("begin", "begin_nested", "begin_twophase"):
            use = Use("begin", node, waits, _receiver(node))
            connection.uses.append(use)
            return (Transaction(connection, use),)
        elif method in ("commit", "rollback"):
            connection.uses[:] = [u for u in connection.uses if u.kind == "begin"]
        elif method == "run_sync":
            return self._run_sync(connection, node, names, waits=waits)
        elif method in ("connect", "execution_options"):
            return (connection,)
        return (None,)

    def _run_sync(self, connection: Connection, node: ast.Call, names: Names, *, waits: bool) -> Value:
        callee = self._function(node.args[0]) if node.args else None
        if callee is None:
            connection.uses.append(Use("handed", node, waits))
            return (None,)
        rest = [self.value(a, names) for a in node.args[1:]]
        return self.enter(callee, [(connection,), *rest], {}, names)

    def _plain(self, node: ast.Call, names: Names) -> Value:
        """A call of a function of this file, or of something unknown."""
        callee = self._function(node.func)
        positional, keywords = self._arguments(node, names)
        if callee is not None:
            return self.enter(callee, positional, keywords, names)
        handed = [c for v in (*positional, *keywords.values()) for c in v if isinstance(c, Connection)]
        if isinstance(node.func, ast.Attribute) and node.func.attr in _PASS_ON and positional:
            return positional[0]
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "inspect" and handed:
            return tuple(Inspector(c, ast.unparse(node.args[0]) if node.args else "connection") for c in handed)
        if name not in _HARMLESS | _LOGGING:
            for connection in handed:
                connection.uses.append(Use("handed", node))
        for argument in node.args:
            inner = self._function(argument)
            if inner is not None and not isinstance(argument, ast.Lambda):
                self.enter(
                    inner, [v for a, v in zip(node.args, positional, strict=True) if a is not argument], {}, names
                )
        return (None,)

    def _arguments(self, node: ast.Call, names: Names) -> tuple[list[Value], dict[str, Value]]:
        positional = [self.value(a, names) for a in node.args]
        return positional, {k.arg or "**": self.value(k.value, names) for k in node.keywords}

    def _function(self, node: ast.expr) -> Function | None:
        match node:
            case ast.Name():
                return self.functions.get(node.id)
            case ast.Lambda():
                return node
            case ast.Call(func=ast.Name(id="partial") | ast.Attribute(attr="partial"), args=[first, *_]):
                return self._function(first)
        return None

    def enter(self, callee: Function, positional: Sequence[Value], keywords: dict[str, Value], names: Names) -> Value:
        if callee in self._stack or len(self._stack) > _DEPTH:
            return (None,)
        parameters = [*callee.args.posonlyargs, *callee.args.args]
        local = dict(names)
        local |= {p.arg: keywords.get(p.arg, (None,)) for p in (*parameters, *callee.args.kwonlyargs)}
        local |= {p.arg: v for p, v in zip(parameters, positional, strict=False)}
        self._stack.append(callee)
        self._returned.append([])
        if isinstance(callee, ast.Lambda):
            self.give(self.value(callee.body, local))
        else:
            self.block(callee.body, local)
        self._stack.pop()
        return either(*self._returned.pop()) or (None,)

    def _configure(self, node: ast.Call, names: Names) -> Value:
        given = next((k.value for k in node.keywords if k.arg == "connection"), node.args[0] if node.args else None)
        value = self.value(given, names) if given is not None else ()
        uses = tuple(dict.fromkeys(u for c in value if isinstance(c, Connection) for u in c.uses))
        if given is not None and not any(isinstance(c, Connection) for c in value):
            uses = (Use("parameter", given),)
        self.configured.append(Configured(call=node, online=given is not None, uses=uses))
        return (None,)

    def _is_context(self, node: ast.expr) -> bool:
        return ast.unparse(node) in self.contexts if isinstance(node, ast.Name | ast.Attribute) else False

    def is_context_call(self, node: ast.expr, method: str) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr == method:
                return self._is_context(value)
        return False

    def _opened(self, uses: list[Use]) -> Connection:
        self.connections.append(Connection(uses))
        return self.connections[-1]

    def _copy(self, value: Connection | Transaction | Inspector | None) -> Connection | Transaction | Inspector | None:
        return self._opened(list(value.uses)) if isinstance(value, Connection) else value

    def give(self, value: Value) -> None:
        if self._returned:
            self._returned[-1].append(value)


def _receiver(node: ast.Call) -> str:
    return ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else "connection"
