"""Follows env.py's connections from where they are opened to `context.configure()`, by its syntax tree alone.

Statements are walked in order, functions of the file are followed into where they are called, branches are joined to
the worse of the two. What is not a connection is nothing; an unknown call that is handed a connection may use it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from migfix.read.env_calls import Expressions
from migfix.read.env_values import Names, Transaction, Use, either, end


class Flow(Expressions):
    """All that was found in one env.py; build it with `follow`."""

    def block(self, body: Iterable[ast.stmt], names: Names) -> None:
        for statement in body:
            self._statement(statement, names)

    def _statement(self, node: ast.stmt, names: Names) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.functions[node.name] = node
            case ast.ClassDef():
                pass
            case ast.If():
                self.value(node.test, names)
                self._branches([node.body, node.orelse], names)
            case ast.Match():
                self.value(node.subject, names)
                self._branches([[], *(c.body for c in node.cases)], names)
            case ast.For() | ast.AsyncFor():
                self.bind(node.target, self.value(node.iter, names), names)
                self.block([*node.body, *node.orelse], names)
            case ast.While():
                self.value(node.test, names)
                self.block([*node.body, *node.orelse], names)
            case ast.With() | ast.AsyncWith():
                self._with(node, names)
            case ast.Try():
                self.block([*node.body, *node.orelse], names)
                self._branches([[], *(h.body for h in node.handlers)], names)
                self.block(node.finalbody, names)
            case ast.Return(value=ast.expr() as value):
                self.give(self.value(value, names))
            case ast.Assign():
                value_ = self.value(node.value, names)
                for target in node.targets:
                    self.bind(target, value_, names)
            case ast.AnnAssign(value=ast.expr() as value):
                self.bind(node.target, self.value(value, names), names)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.value(child, names)

    def _branches(self, bodies: Sequence[Sequence[ast.stmt]], names: Names) -> None:
        """Each body from the same start; afterwards a name may hold what any left, a connection is in all of it."""
        start, states = dict(names), {id(c): list(c.uses) for c in self.connections}
        joined: Names = {}
        uses: dict[int, list[Use]] = {}
        for body in bodies:
            branch = dict(start)
            for connection in self.connections:
                connection.uses[:] = states.get(id(connection), connection.uses)
            self.block(body, branch)
            for name, value in branch.items():
                joined[name] = either(joined.get(name, ()), value)
            for connection in self.connections:
                seen = uses.setdefault(id(connection), [])
                seen += [u for u in connection.uses if u not in seen]
        for connection in self.connections:
            connection.uses[:] = uses.get(id(connection), connection.uses)
        names |= joined

    def _with(self, node: ast.With | ast.AsyncWith, names: Names) -> None:
        opened: list[Transaction] = []
        guards = 0
        for item in node.items:
            guards += self.is_context_call(item.context_expr, "begin_transaction")
            value = self.value(item.context_expr, names)
            opened += [v for v in value if isinstance(v, Transaction)]
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value, names)
        self.guards += guards
        self.block(node.body, names)
        self.guards -= guards
        for transaction in opened:
            end(transaction.connection, transaction.use)


def follow(tree: ast.Module) -> Flow:
    """All configure() and run_migrations() calls of an env.py, with the state of their connections."""
    flow = Flow(contexts=_contexts(tree))
    flow.functions |= {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    names: Names = {}
    flow.block(tree.body, names)
    reached = {id(c.call) for c in flow.configured}
    for function in _functions(tree):
        calls = [n for n in ast.walk(function) if isinstance(n, ast.Call) and flow.is_context_call(n, "configure")]
        if any(id(c) not in reached for c in calls):
            flow.enter(function, [], {}, names)
            reached |= {id(c) for c in calls}
    return flow


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _contexts(tree: ast.Module) -> set[str]:
    """How the file spells `alembic.context`."""
    found = {"context", "alembic.context"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "alembic":
            found |= {a.asname for a in node.names if a.name == "context" and a.asname}
        if isinstance(node, ast.With):
            found |= {
                item.optional_vars.id
                for item in node.items
                if isinstance(item.optional_vars, ast.Name) and "EnvironmentContext" in ast.unparse(item.context_expr)
            }
    return found
