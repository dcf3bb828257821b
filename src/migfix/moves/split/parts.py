"""Which units go into one revision: a transaction on one table, or one step that may run twice by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import groupby

from migfix.facts import blocked_by, effect
from migfix.layout.rerun import Passes, guarding
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import Table
from migfix.moves.split.gates import required_columns
from migfix.moves.split.units import CannotSplit, Unit

_MANY = (ops.AddEnumValue, ops.RunSql, ops.Opaque, ops.Harmless)
"""What stays together where its author put it into one block."""


def parts_of(units: Sequence[Unit], ctx: Context) -> tuple[tuple[Unit, ...], ...]:
    """The units of upgrade() in order, those of one revision together. Raises CannotSplit."""
    for unit in units:
        _check(unit, ctx)
    required = required_columns([p.op for u in units for p in u.ops])
    found: list[list[Unit]] = []
    for commits, run in groupby(_with_quiet(units), key=lambda u: u[0]):
        members = [u for _, u in run]
        found += _steps(members) if commits else _transactions(members, ctx, required)
    return tuple(tuple(p) for p in found)


def _check(unit: Unit, ctx: Context) -> None:
    if unit.is_mixed:
        raise CannotSplit(unit.line, "the statement commits half-way, under a condition or in a loop")
    for placed in unit.ops:
        if isinstance(placed.op, ops.EndTransaction):
            raise CannotSplit(placed.span.line, "the revision ends its transaction by itself")
    if unit.commits and not any(s.commits for s in unit.shells):
        again = [p for p in unit.ops if not _passes_again(p.op, unit, p.index, ctx)]
        if again:
            raise CannotSplit(again[0].span.line, "it commits under a condition or in a loop, and cannot be run twice")


def _passes_again(op: ops.Op, unit: Unit, index: int, ctx: Context) -> bool:
    placed = next(p for p in unit.ops if p.index == index)
    name = getattr(op, "name", None)
    before = [p.op for p in unit.ops if p.index < index]
    cleared = any(
        isinstance(o, ops.DropIndex | ops.DropConstraint) and o.if_exists is True and o.name == name for o in before
    )
    return cleared or placed.tested or placed.unless or isinstance(guarding(placed, ctx.target), Passes)


def _with_quiet(units: Sequence[Unit]) -> Iterator[tuple[bool, Unit]]:
    """Each unit with whether it commits; one that does nothing goes with the next one that does, else with the last."""
    acting = [u for u in units if u.acts]
    for i, unit in enumerate(units):
        after = next((u for u in units[i:] if u.acts), acting[-1] if acting else unit)
        yield after.commits, unit


# --- in one transaction ----------------------------------------------------------------------------------------------


def _transactions(units: Sequence[Unit], ctx: Context, required: Set[tuple[object, str]]) -> Iterator[list[Unit]]:
    """Cut around what adds a constraint NOT VALID, before a required column is filled, and between tables.

    A constraint that is dropped and added anew stays in one transaction, or nothing would guard the rows in between.
    Between tables only if that ends a transaction: in a project that runs all revisions in one, the locks are kept
    either way.
    """
    current: list[Unit] = []
    for unit in units:
        if any(u.acts for u in current) and unit.acts and _is_cut(current, unit, ctx, required):
            yield current
            current = []
        current.append(unit)
    if current:
        yield current


def _is_cut(current: Sequence[Unit], unit: Unit, ctx: Context, required: Set[tuple[object, str]]) -> bool:
    if _adds_not_valid(unit) != any(map(_adds_not_valid, current)):
        return not any(isinstance(p.op, ops.DropConstraint) for u in current for p in u.ops)
    added = {(p.op.table.key, p.op.column.name.text) for u in current for p in u.ops if isinstance(p.op, ops.AddColumn)}
    filled = {_key(ops.table_of(p.op)) for p in unit.ops if isinstance(p.op, ops.DATA_OPS)}
    if any(table in filled for table, _ in added & required):
        return True
    held = set().union(*(_locked(u, ctx) for u in current))
    locked = _locked(unit, ctx)
    return ctx.env.per_migration is True and bool(held and locked) and not locked <= held


def _adds_not_valid(unit: Unit) -> bool:
    return any(getattr(p.op, "not_valid", False) is True for p in unit.ops)


def _locked(unit: Unit, ctx: Context) -> set[object]:
    """Tables that others use, and that a lock of the unit keeps them from using."""
    found: set[object] = set()
    for placed in unit.ops:
        table = ops.table_of(placed.op)
        if table is None or isinstance(placed.op, ops.DATA_OPS) or ctx.is_new(table, placed):
            continue
        if blocked_by(effect(placed.op, ctx.target).lock) != "nothing":
            found.add(table.key)
    return found


# --- each committing by itself ---------------------------------------------------------------------------------------


def _steps(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """The smallest runs of statements that may run twice without the others."""
    ends = list(range(len(units)))
    for start, end in _bonds(units):
        ends[start] = max(ends[start], end)
    groups: list[list[Unit]] = []
    reach = -1
    for i, unit in enumerate(units):
        if i > reach:
            groups.append([])
        groups[-1].append(unit)
        reach = max(reach, ends[i])
    kept: list[list[Unit]] = []
    for group in groups:
        if (kept and (_is_one_thing(kept[-1], group) or not any(u.acts for u in kept[-1]))) or (
            kept and not any(u.acts for u in group) and group is groups[-1]
        ):
            kept[-1] += group
        else:
            kept.append(list(group))
    yield from kept


def _bonds(units: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """Pairs of units that only pass a second run together, with what stands between them."""
    open_: dict[str, int] = {}
    cleared: dict[object, int] = {}
    built: dict[object, int] = {}
    for i, op in _numbered(units):
        match op:
            case ops.SetParameter(name=name) if name in open_:
                yield open_.pop(name), i
            case ops.SetParameter(name=name):
                open_[name] = i
            case ops.DropIndex(name=name, if_exists=True) | ops.DropConstraint(name=name, if_exists=True):
                cleared.setdefault(name.text, i)
            case ops.AddConstraintUsingIndex(name=made, index=index):
                yield from ((found[n], i) for found, n in ((cleared, made.text), (built, index.text)) if n in found)
            case _:
                text = getattr(getattr(op, "name", None), "text", None)
                if text in cleared and not isinstance(op, ops.ValidateConstraint):
                    yield cleared[text], i
                if isinstance(op, ops.CreateIndex):
                    built[text] = i


def _numbered(units: Iterable[Unit]) -> Iterator[tuple[int, ops.Op]]:
    for i, unit in enumerate(units):
        for placed in unit.ops:
            yield i, placed.op


def _is_one_thing(one: Sequence[Unit], two: Sequence[Unit]) -> bool:
    """Both change columns of one table, or drop constraints of one, or are what the author put into one block."""
    first, second = ([p.op for u in units for p in u.ops] for units in (one, two))
    if not first or not second:
        return False
    if all(isinstance(o, _MANY) for o in (*first, *second)):
        return True
    kinds = {type(o) for o in (*first, *second)}
    tables = {_key(ops.table_of(o)) for o in (*first, *second)}
    return len(tables) == 1 and kinds <= {ops.AlterColumn}


def _key(table: Table | None) -> object:
    return None if table is None else table.key
