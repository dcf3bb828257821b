"""`with` blocks: batches, autocommit blocks, transactions, and context managers that are not Alembic's."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from migfix.model import ops
from migfix.read.calls import Calls
from migfix.read.handles import bind_arguments, handle
from migfix.read.literals import literal
from migfix.read.process import mentions_database
from migfix.read.record import Recorder, Where
from migfix.read.scope import BatchBlock, Bound, Defined, Env, FunctionNode, Handle, qualified
from migfix.read.site import Batch
from migfix.read.values import Doubt, table_of

_Leave = Callable[[], None]


class Blocks(Calls):
    """Enters and leaves `with` blocks."""

    steps = 0
    trying: frozenset[FunctionNode] = frozenset()

    def __init__(self, recorder: Recorder, alias: str) -> None:
        super().__init__(recorder, alias)
        self.tried: dict[tuple[FunctionNode, frozenset[tuple[str, str]]], bool] = {}

    def walk(self, body: Sequence[ast.stmt], env: Env, where: Where) -> Any:
        """Walk statements; how they end is the walker's own type."""
        raise NotImplementedError

    def _with(self, node: ast.With | ast.AsyncWith, env: Env, where: Where) -> tuple[Any, Where]:
        inside, leaves = where, []
        for item in node.items:
            inside, leave = self._item(item, node, env, inside)
            if leave is not None:
                leaves.append(leave)
        end = self.walk(node.body, env, inside)
        self.recorder.statement = node
        for leave in reversed(leaves):
            leave()
        return end, where

    def _item(
        self, item: ast.withitem, node: ast.With | ast.AsyncWith, env: Env, where: Where
    ) -> tuple[Where, _Leave | None]:
        found = handle(item.context_expr, env)
        call = item.context_expr
        if found is None:
            return self._foreign(item, env, where)
        if found.kind == "batch context" and isinstance(call, ast.Call):
            self._arguments(call, env, where)
            block = self._batch_block(item, call, node, env)
            self._bind_alias(item, Handle("batch", block), env)
            self.recorder.open_batch(block.site)
            return where, self.recorder.close_batch
        if found.kind == "autocommit":
            return self._autocommit(where)
        self.effects(call, env, where)
        if found.kind == "batch context":
            self._bind_alias(item, Handle("wrapped", why="its batch is made outside the `with` statement"), env)
            return where, None
        if found.kind == "transaction":
            self._bind_alias(item, self._owner_of(call, env), env)
            return where, lambda: self._end(call, env, where)
        if found.kind == "savepoint":
            return where.kept("inside a savepoint"), None
        self._bind_alias(item, found, env)
        return where, None

    def _bind_alias(self, item: ast.withitem, bound: Handle | None, env: Env) -> None:
        if isinstance(item.optional_vars, ast.Name):
            env.names[item.optional_vars.id] = bound
        elif item.optional_vars is not None:
            env.forget(n.id for n in ast.walk(item.optional_vars) if isinstance(n, ast.Name))

    def _autocommit(self, where: Where) -> tuple[Where, _Leave]:
        self.recorder.transaction += 1

        def leave() -> None:
            self.recorder.transaction += 1

        return replace(where, autocommit=True), leave

    def _owner_of(self, call: ast.expr, env: Env) -> Handle | None:
        """`with bind.begin() as c`: what `c` is."""
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            owner = handle(call.func.value, env)
            return owner if owner is not None and owner.kind in ("session", "bind") else None
        return None

    def _end(self, call: ast.expr, env: Env, where: Where) -> None:
        """The end of `with bind.begin():` commits."""
        owner = self._owner_of(call, env)
        if owner is None or owner.kind == "session":
            return
        op = ops.EndTransaction(verb="commit", how=env.source.brief(call))
        self.record(op, call, where, alias=self.alias)
        self.recorder.transaction += 1

    # --- batches ---------------------------------------------------------------------------------------------------

    def _batch_block(self, item: ast.withitem, call: ast.Call, node: ast.With | ast.AsyncWith, env: Env) -> BatchBlock:
        given: dict[str | None, ast.expr] = dict(zip(("table_name", "schema", "recreate"), call.args, strict=False))
        given |= {k.arg: k.value for k in call.keywords}
        recreate = literal(given["recreate"], env) if "recreate" in given else ("auto", False)
        alias = item.optional_vars.id if isinstance(item.optional_vars, ast.Name) else ""
        source = self.recorder.source
        site = Batch(
            statement=source.span(node),
            call=source.span(call),
            alias=alias,
            recreate_always=recreate is None or recreate[0] == "always",
        )
        if None in given or any(isinstance(a, ast.Starred) for a in call.args) or "table_name" not in given:
            return BatchBlock(table=None, site=site, why="the batch takes *args or **kwargs")
        try:
            return BatchBlock(table=table_of(given["table_name"], given.get("schema"), env), site=site)
        except Doubt as doubt:
            return BatchBlock(table=None, site=site, why=f"the batch's table is not certain: {doubt.why}")

    # --- context managers that are not Alembic's -------------------------------------------------------------------

    def _foreign(self, item: ast.withitem, env: Env, where: Where) -> tuple[Where, _Leave | None]:
        call = item.context_expr
        path = qualified(call.func if isinstance(call, ast.Call) else call, env)
        said = env.source.brief(call, 60)
        if path is not None and path.endswith("contextlib.suppress"):
            inside = "inside contextlib.suppress: a statement that fails there has already aborted the transaction"
            return where.if_("try").kept(inside), None
        function = call.func if isinstance(call, ast.Call) else call
        found = env.get(function.id) if isinstance(function, ast.Name) else None
        why = f"inside {said}, a context manager that is not Alembic's"
        if isinstance(found, Defined) and isinstance(call, ast.Call):
            self._arguments(call, env, where)
            if self.acts(found, call, env):
                reason = f"{found.node.name}() is a context manager of this file around statements: it is not followed"
                self._opaque(call, env, where, reason)
            wrapped = f"{said} gives it: a batch (or the like) wrapped by a context manager of the project's own"
            self._bind_alias(item, Handle("wrapped", why=wrapped), env)
        elif path is not None and path.partition(".")[0] in _PLAIN:
            self.effects(call, env, where, top=False)
            self._bind_alias(item, None, env)
            return where, None
        else:
            self.effects(call, env, where)
            wrapped = f"{said} gives it: a context manager of the project's own"
            self._bind_alias(item, Handle("wrapped", why=wrapped) if path is not None else None, env)
        return where.if_(f"with {said}").kept(why), None

    # --- what a function does, without recording it ----------------------------------------------------------------

    def acts(self, function: Defined, call: ast.Call, env: Env) -> bool:
        """A function that is not followed may change the database: it does more than read.

        A call of itself inside adds nothing to what the first one does.
        """
        if function.node in self.trying:
            return False
        inner = bind_arguments(function, call, env)
        if inner is None:
            return mentions_database(function.node, function.env)
        key = (function.node, _given(inner))
        if key in self.tried:
            return self.tried[key]
        trial = type(self)(Recorder(self.recorder.source, {}), self.alias)
        trial.tried = self.tried
        where = Where(function=function.node.name, calls=(function.node,))
        trial.trying = self.trying | {function.node}
        trial.steps = self.steps
        trial.walk(function.node.body, inner, where)
        self.steps = trial.steps
        acts = any(not isinstance(d.op, ops.Harmless) for d in trial.recorder.drafts)
        self.tried[key] = acts
        return acts


_PLAIN = frozenset(
    {"warnings", "contextlib", "logging", "tempfile", "sys", "io", "time", "threading", "tqdm", "decimal"}
)


def _given(inner: Env) -> frozenset[tuple[str, str]]:
    """What tells two calls of a function apart: its arguments as far as they are ways to the database or constants."""
    given = set()
    for name, bound in inner.names.items():
        if isinstance(bound, Handle):
            given.add((name, bound.kind))
        elif isinstance(bound, Bound) and isinstance(bound.node, ast.Constant):
            given.add((name, repr(bound.node.value)))
    return frozenset(given)
