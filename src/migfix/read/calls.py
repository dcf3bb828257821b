"""Calls as ops: what each one does to the database, or why that cannot be told."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping
from typing import Final

from migfix.model import ops
from migfix.model.ops import Op
from migfix.model.revision import Unread
from migfix.read.directives import DIRECTIVES, read_directive
from migfix.read.execute import read_execute
from migfix.read.handles import handle
from migfix.read.process import (
    BUILTINS,
    DYNAMIC,
    LOCAL,
    LOGGING,
    POWERFUL,
    POWERFUL_CALLS,
    PURE,
    asks,
    is_plain,
    mentions_database,
    reaches,
    stays_here,
    type_change,
)
from migfix.read.record import Recorder, Where
from migfix.read.scope import ClassOf, Defined, Env, Handle, qualified
from migfix.read.values import code_of

# What a statement can hold that is evaluated with it, in order: only these fields can hide a call.
_FIELDS: Final[Mapping[type[ast.AST], tuple[str, ...]]] = {
    ast.Tuple: ("elts",),
    ast.List: ("elts",),
    ast.Set: ("elts",),
    ast.Dict: ("keys", "values"),
    ast.Compare: ("left", "comparators"),
    ast.UnaryOp: ("operand",),
    ast.Attribute: ("value",),
    ast.Subscript: ("value", "slice"),
    ast.Starred: ("value",),
    ast.NamedExpr: ("value",),
    ast.Await: ("value",),
    ast.JoinedStr: ("values",),
    ast.FormattedValue: ("value",),
    ast.Slice: ("lower", "upper", "step"),
    ast.Yield: ("value",),
    ast.YieldFrom: ("value",),
}
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)

# op.X that touches nothing by itself.
_QUIET: Final = frozenset(
    {"f", "get_bind", "get_context", "inline_literal", "register_operation", "implementation_for"}
)


class Calls:
    """Finds the calls in an expression, in the order they are made, and records what each one does."""

    def __init__(self, recorder: Recorder, alias: str) -> None:
        self.recorder = recorder
        self.alias = alias
        self.uses_orm = False
        self.at_module = False

    def unread(self, node: ast.expr | ast.stmt, reason: str) -> None:
        """A place that is shown to the user because it could not be read."""
        self.recorder.unread.append(Unread(span=self.recorder.source.span(node), reason=reason))

    def enter(self, function: Defined, call: ast.Call, env: Env, where: Where) -> None:
        """Follow a call of a function of this file."""
        raise NotImplementedError

    def dispatch(self, node: ast.Call, env: Env, where: Where) -> bool:
        """Follow `globals()["upgrade_" + name]()` into every function it can mean; False for anything else."""
        raise NotImplementedError

    # --- expressions -----------------------------------------------------------------------------------------------

    def effects(self, node: ast.expr, env: Env, where: Where, *, top: bool = True) -> None:
        """Everything an expression does; not `top` inside a call that only builds a value (a type, a column)."""
        if isinstance(node, ast.Call):
            self._call(node, env, where, top)
            return
        if isinstance(node, ast.Constant | ast.Name):
            return
        if isinstance(node, ast.Lambda):
            self.effects(node.body, env, where.if_("inside a lambda").kept("inside a lambda"), top=False)
            return
        if isinstance(node, _COMPREHENSIONS):
            self._comprehension(node, env, where)
            return
        if isinstance(node, ast.BinOp):
            for operand in _operands(node):
                self.effects(operand, env, where, top=top)
            return
        if isinstance(node, ast.IfExp | ast.BoolOp):
            self._choice(node, env, where, top)
            return
        if isinstance(node, ast.NamedExpr):
            env.forget([node.target.id])
        for name in _FIELDS.get(type(node), ()):
            child = getattr(node, name)
            for inner in child if isinstance(child, list) else (child,):
                if inner is not None:
                    self.effects(inner, env, where, top=top)

    def _choice(self, node: ast.IfExp | ast.BoolOp, env: Env, where: Where, top: bool) -> None:
        """What comes after the first operand may not run, and is no statement of its own."""
        first, *rest = (node.test, node.body, node.orelse) if isinstance(node, ast.IfExp) else node.values
        self.effects(first, env, where, top=top)
        inside = where.if_(f"inside {env.source.brief(node, 60)}").kept("inside a conditional expression")
        for operand in rest:
            self.effects(operand, env, inside, top=top)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, env: Env, where: Where
    ) -> None:
        inner = Env(env.source, env)
        turn = where
        for generator in node.generators:
            self.effects(generator.iter, inner, turn, top=False)
            inner.forget(n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name))
            looped = Where(
                function=where.function,
                dialects=where.dialects,
                condition=where.condition,
                looped=True,
                fixed=where.fixed,
                autocommit=where.autocommit,
                calls=where.calls,
            )
            turn = looped.if_("inside a comprehension").kept("inside a comprehension")
            for test in generator.ifs:
                self.effects(test, inner, turn, top=False)
        for value in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.effects(value, inner, turn, top=False)

    # --- calls -----------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call, env: Env, where: Where, top: bool) -> None:
        function = node.func
        if isinstance(function, ast.Attribute):
            owner = handle(function.value, env)
            if owner is not None:
                self._through(owner, function, node, env, where)
                return
        path = qualified(function, env)
        if path is not None:
            self._imported(path, node, env, where, top)
        elif isinstance(function, ast.Name):
            self._named(function, node, env, where, top)
        elif isinstance(function, ast.Attribute):
            self._method(function, node, env, where, top)
        elif not self.dispatch(node, env, where):
            self._arguments(node, env, where)
            self.effects(function, env, where)
            if handle(node, env) is not None:
                return
            self._opaque(node, env, where, f"cannot tell what {env.source.brief(function)} is")

    def _arguments(self, node: ast.Call, env: Env, where: Where, *, top: bool = False) -> None:
        for argument in node.args:
            if not isinstance(argument, ast.Constant):
                self.effects(argument, env, where, top=top)
        for keyword in node.keywords:
            if not isinstance(keyword.value, ast.Constant):
                self.effects(keyword.value, env, where, top=top)

    def _opaque(self, node: ast.Call, env: Env, where: Where, why: str) -> None:
        self.record(ops.Opaque(code=code_of(node, env), why=why), node, where, alias=self.alias)

    def record(self, op: Op, node: ast.expr | ast.stmt, where: Where, *, alias: str) -> None:
        self.recorder.add(op, node, where, alias=alias)

    # --- through a handle ------------------------------------------------------------------------------------------

    def _through(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        self._arguments(node, env, where)
        if isinstance(function.value, ast.Call):
            self.effects(function.value, env, where, top=False)
        act = _OWNERS.get(owner.kind)
        if act is not None:
            act(self, owner, function, node, env, where)
        if self.at_module and owner.kind in ("op", "bind", "migration", "session"):
            self.unread(node, f"{env.source.brief(node, 60)} stands at module level: it runs when the file is imported")

    def _op(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        self._directive(function.attr, node, env, where, env.source.segment(function.value))

    def _directive(self, name: str, node: ast.Call, env: Env, where: Where, alias: str) -> None:
        if name in DIRECTIVES:
            self.record(read_directive(name, node, env), node, where, alias=alias)
        elif name == "execute":
            self._execute(node, env, where, alias, "execute")
        elif name == "batch_alter_table":
            self._opaque(node, env, where, "a batch_alter_table that is no plain `with` statement")
        elif name not in _QUIET:
            self._opaque(node, env, where, f"op.{name} is none of Alembic's directives that are read")

    def _batch(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        name, block = function.attr, owner.batch
        if block is None or (name not in DIRECTIVES and name in _QUIET):
            return
        if name == "execute":
            self._execute(node, env, where, self.alias, "execute")
        elif block.table is None or name not in DIRECTIVES:
            why = f"batch.{name} is none of Alembic's directives" if name not in DIRECTIVES else block.why
            calls = name if name in DIRECTIVES else None
            op: Op = ops.Opaque(code=code_of(node, env), why=why, calls=calls)
            self._in_batch(op, owner, node, where)
        else:
            self._in_batch(read_directive(name, node, env, batch=block.table), owner, node, where)

    def _in_batch(self, op: Op, owner: Handle, node: ast.Call, where: Where) -> None:
        if owner.batch is not None:
            site = owner.batch.site
            self.recorder.add(op, node, where, alias=self.alias, spelling="batch", batch=site, waits=True)

    def _wrapped(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        calls = function.attr if function.attr in DIRECTIVES else None
        op = ops.Opaque(code=code_of(node, env), why=owner.why, calls=calls)
        self.record(op, node, where, alias=self.alias)

    def _execute(self, node: ast.Call, env: Env, where: Where, alias: str, calls: str | None) -> None:
        for part in read_execute(node, env, calls, foreign=_foreign(where)):
            spelling = "sql" if part.sql is not None else "core"
            if isinstance(part.op, ops.Opaque) and part.sql is None:
                spelling = "sql"
            self.recorder.add(
                part.op,
                node,
                where,
                alias=alias,
                spelling="sql" if spelling == "sql" else "core",
                part=part.number,
                span=part.span,
                sql=part.sql,
                fixed=part.fixed,
            )
            if isinstance(part.op, ops.EndTransaction):
                self.recorder.transaction += 1

    def _bind(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        name = function.attr
        if name in ("execute", "scalar", "scalars", "exec_driver_sql", "stream"):
            self._execute(node, env, where, self.alias, None)
        elif name in ("commit", "rollback"):
            verb = "commit" if name == "commit" else "rollback"
            how = f"{env.source.brief(function.value)}.{name}"
            self.record(
                ops.EndTransaction(verb="commit" if verb == "commit" else "rollback", how=how),
                node,
                where,
                alias=self.alias,
            )
            self.recorder.transaction += 1
        elif name == "begin":
            op = ops.EndTransaction(verb="begin", how=f"{env.source.brief(function.value)}.begin")
            self.record(op, node, where, alias=self.alias)
        elif name == "execution_options" and any(k.arg == "isolation_level" for k in node.keywords):
            self._opaque(node, env, where, "it changes the connection's isolation level")
        elif name not in ("execution_options", "begin_nested", "close", "in_transaction", "get_isolation_level"):
            self._opaque(node, env, where, f"a connection's {name}() may do anything")

    def _engine(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        if function.attr in ("execute", "scalar"):
            self._execute(node, env, where.kept("it runs on a connection of its own"), self.alias, None)
        elif function.attr not in ("dispose",):
            self._opaque(node, env, where, "it opens a connection of its own")

    def _raw(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        if function.attr == "execute":
            self._execute(node, env, where.kept("it runs on the driver's own cursor"), self.alias, None)
        elif function.attr not in ("close", "fetchall", "fetchone", "fetchmany", "cursor"):
            self._opaque(node, env, where, f"the driver's own {function.attr}() may do anything")

    def _session(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        name = function.attr
        if name in ("execute", "scalar", "scalars"):
            self._execute(node, env, where, self.alias, None)
        elif name in ("commit", "flush", "rollback") and not self.uses_orm:
            # A Session on Alembic's connection joins its transaction: its commit() commits nothing (recipes, G7).
            self.record(ops.Harmless(code=code_of(node, env)), node, where, alias=self.alias)
        elif name not in ("close", "expire_all", "expunge_all", "get_bind", "connection", "begin", "begin_nested"):
            self.uses_orm = True
            op = ops.Opaque(code=code_of(node, env), why=f"an ORM session: {name}() reads or writes through models")
            self.recorder.add(op, node, where, alias=self.alias, spelling="core")

    def _migration(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        name = function.attr
        if name == "execute":
            self._execute(node, env, where, self.alias, None)
        elif name == "autocommit_block":
            self._opaque(node, env, where, "an autocommit_block that is no plain `with` statement")
        elif owner.kind == "impl" or name in ("run_migrations", "begin_transaction", "run_sql"):
            self._opaque(node, env, where, f"{name}() of Alembic's context may do anything")

    def _transaction(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        if function.attr in ("commit", "rollback") and owner.kind == "transaction":
            self._bind(owner, function, node, env, where)

    def _unplain(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        self._opaque(node, env, where, f"a {owner.kind} that is no plain `with` statement")

    def _quiet(self, owner: Handle, function: ast.Attribute, node: ast.Call, env: Env, where: Where) -> None:
        """Readers (inspector, dialect) touch nothing."""

    # --- imported --------------------------------------------------------------------------------------------------

    def _imported(self, path: str, node: ast.Call, env: Env, where: Where, top: bool) -> None:
        root = path.partition(".")[0]
        self._arguments(node, env, where, top=top and root in sys.stdlib_module_names)
        if path.startswith("alembic.op."):
            name = path.removeprefix("alembic.op.")
            self._directive(name, node, env, where, self.alias)
        elif path == "alembic.context.execute":
            self._execute(node, env, where, self.alias, None)
        elif root == "alembic":
            if not path.startswith(("alembic.context.", "alembic.util.")) or path.endswith(
                ("run_migrations", "configure")
            ):
                self._opaque(node, env, where, f"{path}() may do anything")
        elif root in sys.stdlib_module_names or root == "__future__":
            if root in POWERFUL or path in POWERFUL_CALLS or self._is_given(node, env):
                self._opaque(node, env, where, f"{path}() may do anything")
        # SQLAlchemy's functions build values; none of them acts by itself.
        elif root != "sqlalchemy" and (top or self._is_given(node, env)):
            module, _, name = path.rpartition(".")
            if not self._is_given(node, env) and (
                root in PURE or (name in LOGGING and "log" in module.lower()) or asks(name)
            ):
                return
            self._opaque(node, env, where, f"{name}() of {module or root} is not in this file")

    def _is_given(self, node: ast.Call, env: Env) -> bool:
        """The call receives a way to the database."""
        given = [*node.args, *(k.value for k in node.keywords)]
        return any(reaches(a, env) for a in given)

    # --- names of this file ----------------------------------------------------------------------------------------

    def _named(self, function: ast.Name, node: ast.Call, env: Env, where: Where, top: bool) -> None:
        found = env.get(function.id)
        self._arguments(node, env, where, top=top)
        if isinstance(found, Defined):
            self.enter(found, node, env, where)
        elif isinstance(found, ClassOf):
            if self._is_given(node, env) or mentions_database(found.node, found.env):
                self._opaque(node, env, where, f"the class {function.id} may do anything with the database")
        elif env.knows(function.id):
            why = f"cannot tell what {function.id} is where it is called"
            self._opaque(node, env, where, why)
        elif function.id == "getattr" and node.args and reaches(node.args[0], env):
            self._opaque(node, env, where, "which directive it is, getattr decides at run time")
        elif function.id in DYNAMIC or self._is_given(node, env):
            self._opaque(node, env, where, f"{function.id}() may do anything")
        elif function.id not in BUILTINS:
            self._opaque(node, env, where, f"{function.id} is not defined in this file")

    # --- methods of anything else ----------------------------------------------------------------------------------

    def _method(self, function: ast.Attribute, node: ast.Call, env: Env, where: Where, top: bool) -> None:
        owner = function.value
        self.effects(owner, env, where, top=False)
        self._arguments(node, env, where)
        name = function.attr
        if name in ("create", "drop"):
            made = type_change(function, node, env)
            if made is not None:
                self.recorder.add(made, node, where, alias=self.alias, spelling="core")
                return
        if self._is_given(node, env):
            self._opaque(node, env, where, f"{name}() is given the connection and may do anything")
            return
        if name in LOCAL or isinstance(owner, ast.Constant | ast.JoinedStr) or is_plain(owner, env) or asks(name):
            return
        if isinstance(owner, ast.Name) and stays_here(owner, env):
            return
        if top or name in ("execute", "create", "drop", "create_all", "drop_all", "commit", "save", "delete"):
            why = f"cannot tell what {env.source.brief(owner, 40)} is"
            op = ops.Opaque(code=code_of(node, env), why=why, calls=name if name in DIRECTIVES else None)
            self.record(op, node, where, alias=self.alias)


def _operands(node: ast.BinOp) -> list[ast.expr]:
    """The operands of a chain of operators, left to right: such a chain can be long."""
    found: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]


def _foreign(where: Where) -> str | None:
    """The dialects of a branch that PostgreSQL never enters, in words."""
    if where.dialects is None or "postgresql" in where.dialects:
        return None
    return ", ".join(sorted(where.dialects)) or "no known dialect"


_Act = Callable[[Calls, Handle, ast.Attribute, ast.Call, Env, Where], None]
_OWNERS: Final[Mapping[str, _Act]] = {
    "op": Calls._op,
    "batch": Calls._batch,
    "wrapped": Calls._wrapped,
    "bind": Calls._bind,
    "engine": Calls._engine,
    "raw": Calls._raw,
    "session": Calls._session,
    "migration": Calls._migration,
    "impl": Calls._migration,
    "environment": Calls._migration,
    "transaction": Calls._transaction,
    "batch context": Calls._unplain,
    "autocommit": Calls._unplain,
    "inspector": Calls._quiet,
    "dialect": Calls._quiet,
}
