"""Lists of statements: neighbours of one kind made one, runs put under an existence test."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from migfix.emit.backfill import HAS_COLUMN, HAS_TABLE
from migfix.emit.locate import comments
from migfix.emit.pieces import CannotEmit, Statement, parse, with_leading, without_leading
from migfix.emit.style import Style
from migfix.layout import Wrap


@dataclass(frozen=True, kw_only=True)
class Line:
    """A statement of the new body. `holds` are the ids of the author's statements in it; `made` that we wrote it."""

    node: Statement
    holds: frozenset[int] = frozenset()
    made: bool = False
    orphan: bool = False
    """Nothing but the comments of a statement that is gone."""


def adopted(lines: Sequence[Line]) -> list[Line]:
    """Comments of statements that are gone stand before the next one; only at the end of a body they need a `pass`."""
    found: list[Line] = []
    held: list[cst.EmptyLine] = []
    for line in lines:
        if line.orphan:
            held += [x for x in line.node.leading_lines if x.comment]
            continue
        own = list(line.node.leading_lines)
        blank = own[:1] if own and own[0].comment is None else []
        node = line.node.with_changes(leading_lines=[*blank, *held, *own[len(blank) :]]) if held else line.node
        found.append(replace(line, node=node))
        held = []
    return [*found, Line(node=parse("pass")[0].with_changes(leading_lines=held))] if held else found


def merged(lines: Sequence[Line], ours: Collection[str]) -> list[Line]:
    """Neighbouring autocommit blocks, and neighbouring dialect tests, become one where we wrote either of them.

    `ours` are the comments that recipes wrote: the same one is not said twice in a block.
    """
    found: list[Line] = []
    for line in lines:
        joined = _joined(found[-1], line, ours) if found and (found[-1].made or line.made) else None
        if joined is None:
            found.append(line)
        else:
            found[-1] = joined
    return found


def _joined(first: Line, second: Line, ours: Collection[str]) -> Line | None:
    one, two = first.node, second.node
    node: Statement | None = None
    if isinstance(one, cst.With) and isinstance(two, cst.With) and _is_autocommit(one) and _head(one) == _head(two):
        node = one.with_changes(body=_body(one.body, two.body, _comments_of(two), _comments_of(one), ours))
    elif isinstance(one, cst.If) and isinstance(two, cst.If) and _is_dialect_test(one) and _head(one) == _head(two):
        orelse = _else(one, two, ours)
        if orelse is not None:
            node = one.with_changes(
                body=_body(one.body, two.body, _comments_of(two), _comments_of(one), ours), orelse=orelse
            )
    return None if node is None else replace(first, node=node, holds=first.holds | second.holds, made=True)


def _body(
    one: cst.BaseSuite,
    two: cst.BaseSuite,
    leading: Sequence[cst.EmptyLine],
    before: Sequence[cst.EmptyLine],
    ours: Collection[str],
) -> cst.IndentedBlock:
    first = cst.ensure_type(one, cst.IndentedBlock)
    second = cst.ensure_type(two, cst.IndentedBlock)
    head, *rest = _statements(second)
    said = {c for s in _statements(first) for c in comments(s)} | {x.comment.value for x in before if x.comment}
    if any(x.comment for x in leading) and all(
        x.comment.value in said.intersection(ours) for x in leading if x.comment
    ):
        leading = ()
    lines = [Line(node=s, made=True) for s in (*_statements(first), with_leading(head, leading), *rest)]
    return first.with_changes(body=[line.node for line in merged(lines, ours)])


def _statements(block: cst.IndentedBlock) -> list[Statement]:
    return [s for s in block.body if isinstance(s, (cst.SimpleStatementLine, cst.BaseCompoundStatement))]


def _comments_of(node: cst.With | cst.If) -> list[cst.EmptyLine]:
    return list(node.leading_lines)


def _else(one: cst.If, two: cst.If, ours: Collection[str]) -> cst.Else | None:
    if not isinstance(one.orelse, cst.Else) or not isinstance(two.orelse, cst.Else):
        return None
    return one.orelse.with_changes(body=_body(one.orelse.body, two.orelse.body, (), (), ours))


def _head(node: cst.With | cst.If) -> str:
    empty = cst.Module([])
    if isinstance(node, cst.If):
        return empty.code_for_node(node.test)
    return ",".join(empty.code_for_node(item.item) for item in node.items if item.asname is None)


def _is_autocommit(node: cst.With) -> bool:
    return len(node.items) == 1 and _head(node).endswith(".get_context().autocommit_block()")


def _is_dialect_test(node: cst.If) -> bool:
    return _head(node).replace("'", '"').endswith('.get_context().dialect.name == "postgresql"')


def wrapped(lines: Sequence[Line], wrap: Wrap, style: Style) -> tuple[list[Line], str]:
    """The lines with those that hold the wrap's statements under its test, and the name of the function it calls."""
    wanted = set(wrap.statements)
    held = [i for i, line in enumerate(lines) if line.holds & wanted]
    first, last = held[0], held[-1]
    run = lines[first : last + 1]
    if any(line.made for line in run):
        raise CannotEmit("what must be made re-runnable stands on both sides of a commit")
    _check_names(run, lines[last + 1 :])
    name = HAS_COLUMN if wrap.column else HAS_TABLE
    arguments = [style.name(replace(wrap.table.name, final=False))]
    if wrap.column:
        arguments.append(style.name(replace(wrap.column, final=False)))
    if wrap.table.schema:
        arguments.append(f"schema={style.name(wrap.table.schema)}")
    call = f"{name}({', '.join(arguments)})"
    test = f"not {call}" if wrap.wanted == "absent" else f"{style.op}.get_context().as_sql or {call}"
    made = cst.ensure_type(parse(f"if {test}:\n    pass")[0], cst.If)
    leading = list(getattr(run[0].node, "leading_lines", ()))
    body = [without_leading(run[0].node), *(line.node for line in run[1:])]
    node = made.with_changes(leading_lines=leading, body=cst.IndentedBlock(body=body))
    holds = frozenset().union(*(line.holds for line in run))
    return [*lines[:first], Line(node=node, holds=holds), *lines[last + 1 :]], name


class _Names(cst.CSTVisitor):
    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.used: set[str] = set()

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        if isinstance(node.target, cst.Name):
            self.bound.add(node.target.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if isinstance(node.target, cst.Name):
            self.bound.add(node.target.value)

    def visit_AsName(self, node: cst.AsName) -> None:
        if isinstance(node.name, cst.Name):
            self.bound.add(node.name.value)

    def visit_Name(self, node: cst.Name) -> None:
        self.used.add(node.value)


def _check_names(run: Sequence[Line], after: Sequence[Line]) -> None:
    """A name bound under the test would be unbound on the run that skips it."""
    inside = _Names()
    for line in run:
        line.node.visit(inside)
    needed: set[str] = set()
    for line in after:
        outside = _Names()
        line.node.visit(outside)
        needed |= outside.used - outside.bound
    lost = sorted(inside.bound & needed)
    if lost:
        raise CannotEmit(f"`{lost[0]}` is set among statements that a second run must skip, and used after them")
