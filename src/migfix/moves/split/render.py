"""Units as the body of a function again, with the local variables that they need."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import libcst as cst

from migfix.emit.pieces import Statement, with_leading, without_leading
from migfix.moves.split.names import bound, changed, free, is_dialect_guard, is_local_setting, is_setup, leaves, needed
from migfix.moves.split.units import CannotSplit, Shell, Unit


@dataclass(frozen=True, kw_only=True)
class Body:
    """A function: its units, and which of them are written down wherever they are needed."""

    units: tuple[Unit, ...]
    modules: Mapping[str, str]
    """What module-level names mean."""

    def is_copied(self, unit: Unit) -> bool:
        return (
            is_dialect_guard(unit)
            or is_local_setting(unit)
            or (is_setup(unit, self.modules) and not (bound(unit.trees) & self._touched()))
        )

    def _touched(self) -> frozenset[str]:
        """Local variables that change after they are set."""
        return changed(t for u in self.units for t in u.trees)

    def active(self) -> tuple[Unit, ...]:
        """The units that stand in one revision each. Raises CannotSplit where the function may be left early."""
        found = [u for u in self.units if not self.is_copied(u)]
        for unit in found:
            if leaves(unit.trees) and unit is not self.units[-1]:
                raise CannotSplit(unit.line, "what follows runs only when this does not return")
        return tuple(u for u in found if not _is_pass(u))

    def used(self) -> frozenset[str]:
        return needed(t for u in self.units for t in _trees(u))

    def written(self, part: Sequence[Unit]) -> list[Unit]:
        """The part with the variables it needs and the tests that come before it. Raises CannotSplit."""
        place = {id(u): i for i, u in enumerate(self.units)}
        found = {id(u): u for u in part}
        last = max((place[id(u)] for u in part), default=0)
        found |= {id(u): u for u in self.units[:last] if is_dialect_guard(u)}
        if any(u.acts and not u.commits for u in part):
            found |= {id(u): u for u in self.units[:last] if is_local_setting(u)}
        todo = list(found.values())
        while todo:
            for unit in self._setting(todo.pop(), found, place):
                found[id(unit)] = unit
                todo.append(unit)
        return sorted(found.values(), key=lambda u: place[id(u)])

    def _setting(self, unit: Unit, found: Mapping[int, Unit], place: Mapping[int, int]) -> Iterator[Unit]:
        here = place[id(unit)]
        local = bound(t for u in self.units for t in u.trees)
        for name in sorted(free(_trees(unit)) & local):
            earlier = [u for u in self.units[:here] if name in bound(u.trees)]
            if not earlier:
                continue
            setting = earlier[-1]
            copied = [u for u in earlier if self.is_copied(u)]
            if id(setting) in found:
                continue
            if not self.is_copied(setting) or len(copied) < len(earlier):
                raise CannotSplit(setting.line, f"`{name}` is set here, and line {unit.line}, another step, needs it")
            yield setting


def _is_pass(unit: Unit) -> bool:
    return all(isinstance(t, ast.Pass) for t in unit.trees) and not unit.node.leading_lines


def _trees(unit: Unit) -> Iterator[ast.AST]:
    yield from unit.trees
    for shell in unit.shells:
        test = shell.test
        if test is not None:
            yield test
        elif isinstance(shell.tree, ast.With):
            yield from (i.context_expr for i in shell.tree.items)
    for shell in unit.opens:
        if isinstance(shell.tree, ast.If):
            yield from shell.tree.orelse


def statements(units: Sequence[Unit]) -> list[Statement]:
    """The units in order, under their shells."""
    return _without_blank(list(_level(units, 0)))


def _level(units: Sequence[Unit], depth: int) -> Iterator[Statement]:
    for shell, run in groupby(units, key=lambda u: u.shells[depth] if len(u.shells) > depth else None):
        members = list(run)
        if shell is None:
            yield from (u.node for u in members)
        else:
            yield _shelled(shell, members, list(_level(members, depth + 1)))


def _shelled(shell: Shell, members: Sequence[Unit], inner: list[Statement]) -> Statement:
    opens = any(shell in u.opens for u in members)
    closes = any(shell in u.closes for u in members)
    own = shell.node.body if isinstance(shell.node.body, cst.IndentedBlock) else None
    block = cst.IndentedBlock(body=_without_blank(inner))
    if own is not None and opens:
        block = block.with_changes(header=own.header)
    if own is not None and closes:
        block = block.with_changes(footer=own.footer)
    leading = list(shell.node.leading_lines) if opens else []
    if not any(x.comment for x in leading):
        first = block.body[0]
        leading += [x for x in getattr(first, "leading_lines", ()) if x.comment]
        block = block.with_changes(body=[without_leading(first), *block.body[1:]])  # type: ignore[arg-type]
    node = shell.node.with_changes(body=block, leading_lines=leading)
    return node.with_changes(orelse=None) if isinstance(node, cst.If) and not opens else node


def _without_blank(body: list[Statement]) -> list[Statement]:
    if not body:
        return body
    own = list(getattr(body[0], "leading_lines", ()))
    while own and own[0].comment is None:
        own = own[1:]
    return [with_leading(without_leading(body[0]), own), *body[1:]]


def code(body: Sequence[Statement]) -> str:
    """The statements as source that is not indented; "pass" for none."""
    return cst.Module(body=list(body)).code.rstrip("\n") if body else "pass"
