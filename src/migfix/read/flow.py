"""The walk through `upgrade()` or `downgrade()`, statement by statement, in order of execution."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any, Final

from migfix.model.revision import ExistenceGuard
from migfix.read.blocks import Blocks
from migfix.read.conditions import DIALECTS, Split, dialect_test, existence_test, holds_when_absent, is_rerun_test
from migfix.read.handles import MAX_DEPTH, bind_arguments, mutate
from migfix.read.literals import truth_of
from migfix.read.record import Where
from migfix.read.scans import (
    MUTATORS,
    as_one,
    changed_names,
    dispatch_prefix,
    forget_assigned,
    join_branches,
    may_break,
    may_leave,
    may_return,
    module_scope,
    parts_of,
    yields,
)
from migfix.read.scope import Bound, ClassOf, Defined, Env, FunctionNode, import_names
from migfix.read.turns import Item, Items, turns

AFTER_GUARD: Final = "after a guard that may return"
UNKNOWN_LOOP: Final = "loop over something unknown"
IN_TRY: Final = "inside a try: a statement that fails there has already aborted the transaction on PostgreSQL"
MAX_STATEMENTS: Final = 20_000


class Exit(Enum):
    """How a block of statements ends."""

    FALLS = "falls"
    RETURNS = "returns"
    RAISES = "raises"
    BREAKS = "breaks"
    CONTINUES = "continues"


class TooLong(Exception):
    """The walk was cut off: the file unrolls to more statements than anybody would review."""


class Walker(Blocks):
    """Walks one body; helpers of the file are followed, loops over literals unrolled."""

    def walk(self, body: Sequence[ast.stmt], env: Env, where: Where) -> Exit:
        for statement in body:
            self.steps += 1
            if self.steps > MAX_STATEMENTS:
                raise TooLong
            visit = _VISITORS.get(type(statement))
            if visit is None:
                continue
            self.recorder.begin(statement)
            end, where = visit(self, statement, env, where)
            if end is not Exit.FALLS:
                return end
        return Exit.FALLS

    # --- plain statements ------------------------------------------------------------------------------------------

    def _expression(self, node: ast.Expr, env: Env, where: Where) -> tuple[Exit, Where]:
        if not isinstance(node.value, ast.Constant):
            self.effects(node.value, env, where)
            self._mutates(node.value, env)
        return Exit.FALLS, where

    def _mutates(self, node: ast.expr, env: Env) -> None:
        """`names.append(x)`: what the name held is no longer what was assigned."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            mutate(env, changed_names(node.func.value))

    def _assign(self, node: ast.Assign, env: Env, where: Where) -> tuple[Exit, Where]:
        self.effects(node.value, env, where)
        for target in node.targets:
            self._bind_target(target, node.value, env)
        return Exit.FALLS, where

    def _bind_target(self, target: ast.expr, value: ast.expr, env: Env) -> None:
        if isinstance(target, ast.Name):
            env.bind(target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            here = env.snapshot()
            self._bind_item(target, Bound(value, here), env)
        else:
            mutate(env, changed_names(target))

    def _bind_item(self, target: ast.expr, item: Item | None, env: Env) -> None:
        """Bind what one turn of a loop (or an unpacking) gives to its target."""
        if isinstance(target, ast.Name):
            env.names[target.id] = as_one(item, env) if isinstance(item, Items) else item
            return
        if not isinstance(target, ast.Tuple | ast.List):
            env.forget(changed_names(target))
            return
        parts = parts_of(item, env)
        if parts is None or len(parts) != len(target.elts):
            env.forget(n.id for n in ast.walk(target) if isinstance(n, ast.Name))
            return
        for inner, part in zip(target.elts, parts, strict=True):
            self._bind_item(inner, part, env)

    def _annotated(self, node: ast.AnnAssign, env: Env, where: Where) -> tuple[Exit, Where]:
        if node.value is not None:
            self.effects(node.value, env, where)
            self._bind_target(node.target, node.value, env)
        return Exit.FALLS, where

    def _augmented(self, node: ast.AugAssign, env: Env, where: Where) -> tuple[Exit, Where]:
        self.effects(node.value, env, where)
        env.forget(changed_names(node.target))
        return Exit.FALLS, where

    def _return(self, node: ast.Return, env: Env, where: Where) -> tuple[Exit, Where]:
        if node.value is not None:
            self.effects(node.value, env, where)
        return Exit.RETURNS, where

    def _raise(self, node: ast.Raise, env: Env, where: Where) -> tuple[Exit, Where]:
        return Exit.RAISES, where

    def _break(self, node: ast.Break, env: Env, where: Where) -> tuple[Exit, Where]:
        return Exit.BREAKS, where

    def _continue(self, node: ast.Continue, env: Env, where: Where) -> tuple[Exit, Where]:
        return Exit.CONTINUES, where

    def _import(self, node: ast.Import | ast.ImportFrom, env: Env, where: Where) -> tuple[Exit, Where]:
        import_names(node, env)
        return Exit.FALLS, where

    def _define(self, node: FunctionNode, env: Env, where: Where) -> tuple[Exit, Where]:
        env.names[node.name] = Defined(node, env)
        return Exit.FALLS, where

    def _class(self, node: ast.ClassDef, env: Env, where: Where) -> tuple[Exit, Where]:
        body = [s for s in node.body if not isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)]
        self.walk(body, Env(env.source, env), where.kept("inside a class"))
        env.names[node.name] = ClassOf(node, env.snapshot())
        return Exit.FALLS, where

    def _forgets(self, node: ast.Global | ast.Nonlocal | ast.Delete, env: Env, where: Where) -> tuple[Exit, Where]:
        names = [n for t in node.targets for n in changed_names(t)] if isinstance(node, ast.Delete) else node.names
        outer: Env | None = env
        while outer is not None:
            outer.forget(n for n in names if n in outer.names)
            outer = None if isinstance(node, ast.Delete) else outer.outer
        return Exit.FALLS, where

    def _assert(self, node: ast.Assert, env: Env, where: Where) -> tuple[Exit, Where]:
        self.effects(node.test, env, where)
        return Exit.FALLS, where

    # --- branches --------------------------------------------------------------------------------------------------

    def _if(self, node: ast.If, env: Env, where: Where) -> tuple[Exit, Where]:
        certain = truth_of(node.test, env)
        if certain is not None:
            return self.walk(node.body if certain else node.orelse, env, where), where
        self.effects(node.test, env, where)
        split = dialect_test(node.test, env)
        inside, outside = self._branches(node.test, split, env, where)
        before = dict(env.names)
        body = self.walk(node.body, env, inside)
        after_body, env.names = env.names, dict(before)
        orelse = self.walk(node.orelse, env, outside)
        join_branches(env, after_body, leaves=body is not Exit.FALLS, other_leaves=orelse is not Exit.FALLS)
        if body is not Exit.FALLS and orelse is not Exit.FALLS:
            return (body if body is orelse else Exit.RETURNS), where
        return Exit.FALLS, self._after_if(node, split, (body, orelse), env, where)

    def _branches(self, test: ast.expr, split: Split | None, env: Env, where: Where) -> tuple[Where, Where]:
        said = env.source.brief(test)
        if is_rerun_test(test, env):
            where = replace(where, tested=True)
        if split is None:
            absent = holds_when_absent(test, env)
            return (
                replace(where.if_(f"if {said}"), unless=where.unless or absent is True),
                replace(where.if_(f"if not ({said})"), unless=where.unless or absent is False),
            )
        inside = where if split.holds == DIALECTS else where.only_on(split.holds)
        outside = where if split.fails == DIALECTS else where.only_on(split.fails)
        if split.only:
            return inside, outside
        return inside.if_(f"if {said}"), outside.if_(f"if not ({said})")

    def _after_if(self, node: ast.If, split: Split | None, ends: tuple[Exit, Exit], env: Env, where: Where) -> Where:
        """The circumstances of what follows: a branch that leaves takes its cases with it."""
        body, orelse = ends
        if body is Exit.FALLS and orelse is Exit.FALLS:
            return where.if_(AFTER_GUARD) if may_leave([*node.body, *node.orelse]) else where
        leaving = body if body is not Exit.FALLS else orelse
        if split is not None:
            stays = split.fails if body is not Exit.FALLS else split.holds
            narrowed = where if stays == DIALECTS else where.only_on(stays)
            return narrowed if split.only or leaving is Exit.RAISES else narrowed.if_(AFTER_GUARD)
        if leaving is Exit.RAISES:
            return where
        found = existence_test(node.test, env)
        if found.asks:
            guard = ExistenceGuard(
                span=self.recorder.source.span(node.test),
                tables=tuple(found.tables),
                test=env.source.brief(node.test),
            )
            self.recorder.guards.append(guard)
            absent = holds_when_absent(node.test, env) is (body is Exit.FALLS)
            where = replace(where, unless=where.unless or absent)
        return where.if_(AFTER_GUARD)

    def _try(self, node: ast.Try, env: Env, where: Where) -> tuple[Exit, Where]:
        inside = where.kept(IN_TRY)
        before = dict(env.names)
        end = self.walk([*node.body, *node.orelse], env, inside.if_("try"))
        after_body = env.names
        falls = end is Exit.FALLS
        for handler in node.handlers:
            env.names = {n: b if b is after_body.get(n) else None for n, b in before.items()}
            if handler.name:
                env.names[handler.name] = None
            handled = self.walk(handler.body, env, inside.if_("except"))
            if handled is Exit.FALLS:
                join_branches(env, after_body, leaves=not falls, other_leaves=False)
                after_body, falls = env.names, True
        env.names = after_body
        last = self.walk(node.finalbody, env, inside)
        if last is not Exit.FALLS or not falls:
            return (last if last is not Exit.FALLS else end), where
        leaves = may_leave([*node.body, *(s for h in node.handlers for s in h.body)])
        return Exit.FALLS, where.if_(AFTER_GUARD) if leaves else where

    def _match(self, node: ast.Match, env: Env, where: Where) -> tuple[Exit, Where]:
        self.effects(node.subject, env, where)
        for case in node.cases:
            forget_assigned(case.body, env)
            self.walk(case.body, env, where.if_(f"case of match {env.source.brief(node.subject)}"))
            forget_assigned(case.body, env)
        leaves = any(may_leave(c.body) for c in node.cases)
        return Exit.FALLS, where.if_(AFTER_GUARD) if leaves else where

    # --- loops -----------------------------------------------------------------------------------------------------

    def _for(self, node: ast.For, env: Env, where: Where) -> tuple[Exit, Where]:
        self.effects(node.iter, env, where)
        items = turns(node.iter, env.snapshot())
        if items is None:
            return self._unknown_loop(node, [node.target], env, where)
        after = where
        for item in items:
            self._bind_item(node.target, item, env)
            self.recorder.begin(node)
            end = self.walk(node.body, env, after)
            if end in (Exit.RETURNS, Exit.RAISES):
                return end, where
            if end is Exit.BREAKS:
                return Exit.FALLS, self._after_loop(node, where)
            if may_leave(node.body) and after is where:
                after = where.if_(AFTER_GUARD) if may_break(node.body) else where
        self.walk(node.orelse, env, after)
        return Exit.FALLS, self._after_loop(node, where)

    def _after_loop(self, node: ast.For | ast.While, where: Where) -> Where:
        return where.if_(AFTER_GUARD) if may_return(node.body) else where

    def _while(self, node: ast.While, env: Env, where: Where) -> tuple[Exit, Where]:
        if truth_of(node.test, env) is False:
            return self.walk(node.orelse, env, where), where
        forget_assigned(node.body, env)
        self.effects(node.test, env, where)
        return self._unknown_loop(node, [], env, where)

    def _unknown_loop(
        self, node: ast.For | ast.While, targets: list[ast.expr], env: Env, where: Where
    ) -> tuple[Exit, Where]:
        names = [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        env.forget(names)
        forget_assigned(node.body, env)
        inside = replace(where.if_(UNKNOWN_LOOP), looped=True)
        self.walk(node.body, env, inside)
        env.forget(names)
        forget_assigned(node.body, env)
        self.walk(node.orelse, env, where)
        return Exit.FALLS, self._after_loop(node, where)

    # --- helpers of this file --------------------------------------------------------------------------------------

    def enter(self, function: Defined, call: ast.Call, env: Env, where: Where) -> None:
        reason = self._refuses(function, where)
        inner = None if reason else bind_arguments(function, call, env)
        if reason is None and inner is None:
            reason = "its arguments do not fit its parameters"
        if reason is not None or inner is None:
            if self.acts(function, call, env):
                self._opaque(call, env, where, f"{function.node.name}(): {reason}")
            return
        outer = self.recorder.statement
        self.recorder.reached.add(function.node.name)
        there = replace(where, function=function.node.name, calls=(*where.calls, function.node))
        if where.looped:
            there = there.kept(f"{function.node.name}() is called from a loop whose turns are not known")
        self.walk(function.node.body, inner, there)
        self.recorder.statement = outer

    def dispatch(self, node: ast.Call, env: Env, where: Where) -> bool:
        prefix = dispatch_prefix(node.func, env)
        if not prefix or node.args or node.keywords:
            return False
        found = [f for n, f in module_scope(env).names.items() if n.startswith(prefix) and isinstance(f, Defined)]
        outer = self.recorder.statement
        for function in found:
            name = function.node.name
            there = where.if_(f"on {name.removeprefix(prefix)} only")
            self.recorder.transaction += 1
            there = replace(there, function=name, calls=(*where.calls, function.node))
            self.walk(function.node.body, Env(env.source, function.env), there)
        self.recorder.statement = outer
        return bool(found)

    def _refuses(self, function: Defined, where: Where) -> str | None:
        node = function.node
        if node in where.calls or len(where.calls) >= MAX_DEPTH:
            return "it calls itself"
        if isinstance(node, ast.AsyncFunctionDef):
            return "it is asynchronous"
        if node.decorator_list:
            return "its decorators may change what it does"
        if yields(node):
            return "it is a generator"
        return None


# Any: each visitor takes its own node type; the table keeps them together.
_Visit = Callable[[Walker, Any, Env, Where], tuple[Exit, Where]]
_VISITORS: Final[Mapping[type[ast.stmt], _Visit]] = {
    ast.Expr: Walker._expression,
    ast.Assign: Walker._assign,
    ast.AnnAssign: Walker._annotated,
    ast.AugAssign: Walker._augmented,
    ast.Return: Walker._return,
    ast.Raise: Walker._raise,
    ast.Break: Walker._break,
    ast.Continue: Walker._continue,
    ast.Import: Walker._import,
    ast.ImportFrom: Walker._import,
    ast.FunctionDef: Walker._define,
    ast.AsyncFunctionDef: Walker._define,
    ast.ClassDef: Walker._class,
    ast.Global: Walker._forgets,
    ast.Nonlocal: Walker._forgets,
    ast.Delete: Walker._forgets,
    ast.Assert: Walker._assert,
    ast.If: Walker._if,
    ast.Try: Walker._try,
    ast.TryStar: Walker._try,
    ast.Match: Walker._match,
    ast.For: Walker._for,
    ast.AsyncFor: Walker._for,
    ast.While: Walker._while,
    ast.With: Walker._with,
    ast.AsyncWith: Walker._with,
}
