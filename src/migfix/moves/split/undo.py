"""downgrade() given to the revisions of a chain: each statement to the one whose statement it undoes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from migfix.model import ops
from migfix.model.maybe import Name
from migfix.moves.split.units import CannotSplit, Unit
from migfix.plan import Gate, Step

_MADE = (
    ops.CreateForeignKey,
    ops.CreateCheckConstraint,
    ops.CreateUniqueConstraint,
    ops.CreatePrimaryKey,
    ops.CreateExcludeConstraint,
    ops.SetNotNullNotValid,
    ops.AddConstraintUsingIndex,
)

_UNNAMED = (ops.Opaque, ops.RunSql, ops.AddEnumValue)
"""What can be undone by something that cannot be told to belong to it."""


def given_out(down: Sequence[Unit], parts: Sequence[Sequence[Unit]]) -> tuple[tuple[Unit, ...], ...]:
    """For each part of upgrade() the statements of downgrade() that undo it, in order.

    Revisions are undone from the last to the first, so a statement may only move to before another where both of them
    undo something definite. Raises CannotSplit.
    """
    if not any(u.acts for u in down):
        return (*((),) * (len(parts) - 1), tuple(down))
    places = list(_places(down, parts))
    for i, (place, sure) in enumerate(places):
        for j, (other, other_sure) in enumerate(places[:i]):
            if place > other and not (sure and other_sure):
                raise CannotSplit(down[j if sure else i].line, "downgrade() undoes the steps in another order")
    return tuple(tuple(u for u, (p, _) in zip(down, places, strict=True) if p == n) for n in range(len(parts)))


def _places(down: Sequence[Unit], parts: Sequence[Sequence[Unit]]) -> Iterator[tuple[int, bool]]:
    """The part that each statement goes to, and whether that part is certainly the one."""
    done = [[p.op for u in part for p in u.ops] for part in parts]
    certain = [_place(u, done) for u in down]
    for i, (unit, place) in enumerate(zip(down, certain, strict=True)):
        if place is not None:
            yield place, True
            continue
        later = next((n for n in range(i + 1, len(down)) if certain[n] is not None), None)
        after = None if later is None else certain[later]
        if later is not None and after is not None and _makes_way(unit, down[later]):
            yield after, True
            continue
        before = next((p for p in reversed(certain[:i]) if p is not None), None)
        data = all(isinstance(p.op, (*ops.DATA_OPS, ops.Harmless, ops.SetParameter)) for p in unit.ops)
        if data or not unit.acts:
            yield after if after is not None else before or 0, False
            continue
        likely = [n for n, made in enumerate(done) if any(isinstance(o, _UNNAMED) for o in made)]
        if len(likely) != 1 and (before is None or after not in (None, before)):
            raise CannotSplit(unit.line, "this statement of downgrade() undoes no single step of upgrade()")
        yield likely[0] if len(likely) == 1 else before or 0, False


def _makes_way(unit: Unit, following: Unit) -> bool:
    """It drops or builds nothing but what the following statement makes."""
    kinds = (ops.DropIndex, ops.DropConstraint, ops.CreateIndex)
    names = {_name(p.op) if isinstance(p.op, kinds) else None for p in unit.ops}
    made = {_name(p.op) for p in following.ops if isinstance(p.op, (ops.CreateIndex, *_MADE))}
    return bool(names) and None not in names and names <= made


def _place(unit: Unit, done: Sequence[Sequence[ops.Op]]) -> int | None:
    """The oldest part of which the unit undoes something; None where one of its ops undoes nothing."""
    found: list[int] = []
    for placed in unit.ops:
        if isinstance(placed.op, ops.Harmless | ops.SetParameter):
            continue
        of = _undone(placed.op, done, _undoes) or _undone(placed.op, done, _goes_along)
        if not of or _renames_and_more(placed.op, done, of):
            return None
        found.append(max(of) if isinstance(placed.op, ops.DATA_OPS) else min(of))
    return min(found) if found else None


def _renames_and_more(down: ops.Op, done: Sequence[Sequence[ops.Op]], of: Sequence[int]) -> bool:
    """It names the column back and allows NULL in one call, and these are two steps of the chain."""
    if not isinstance(down, ops.AlterColumn) or not isinstance(down.new_column_name, Name):
        return False
    back = replace(down, column=down.new_column_name, new_column_name=None)
    return any(i not in of for i in _undone(back, done, _undoes))


def _undone(down: ops.Op, done: Sequence[Sequence[ops.Op]], test: Callable[[ops.Op, ops.Op], bool]) -> list[int]:
    return [i for i, made in enumerate(done) if any(test(down, o) for o in made)]


def _goes_along(down: ops.Op, up: ops.Op) -> bool:
    """ADD COLUMN or CREATE TABLE brought an index or a constraint along, or DROP COLUMN took it."""
    if isinstance(up, ops.CreateTable):
        return isinstance(down, ops.DropIndex | ops.DropConstraint) and _same_table(down, up)
    if isinstance(up, ops.DropColumn):
        return _same_table(down, up) and up.column.text in set(_columns(down))
    if not isinstance(up, ops.AddColumn):
        return False
    if isinstance(down, ops.DropIndex):
        return up.column.index is True and (down.table is None or _same_table(down, up))
    brought = bool(up.column.references) or up.column.unique is True
    return isinstance(down, ops.DropConstraint) and brought and _same_table(down, up)


def _undoes(down: ops.Op, up: ops.Op) -> bool:
    test = _UNDOES.get(type(down))
    return test is not None and test(down, up)


def _name(op: ops.Op) -> str | None:
    return getattr(getattr(op, "name", None), "text", None)


def _same_table(one: ops.Op, two: ops.Op) -> bool:
    first, second = ops.table_of(one), ops.table_of(two)
    return first is not None and second is not None and first.key == second.key


def _drops_constraint(down: ops.DropConstraint, up: ops.Op) -> bool:
    made = isinstance(up, (*_MADE, ops.ValidateConstraint)) and _name(up) == down.name.text
    unnamed = isinstance(up, _MADE) and _name(up) is None and _same_table(down, up)
    return made or unnamed


def _alters_back(down: ops.AlterColumn, up: ops.Op) -> bool:
    if isinstance(up, ops.SetNotNullNotValid):
        return down.nullable is True and down.column == up.column and _same_table(down, up)
    if not isinstance(up, ops.AlterColumn) or not _same_table(down, up):
        return False
    if up.new_column_name is not None and down.new_column_name is not None:
        return down.column == up.new_column_name
    both = (
        (down.nullable, up.nullable, None),
        (down.type_, up.type_, None),
        (down.server_default, up.server_default, False),
        (down.comment, up.comment, False),
    )
    return down.column == up.column and any(one is not no and two is not no for one, two, no in both)


def _on_same_table(*kinds: type[ops.Op]) -> Callable[[Any, ops.Op], bool]:
    return lambda down, up: isinstance(up, kinds) and _same_table(down, up)


def _recreates(down: ops.Op, up: ops.Op) -> bool:
    return isinstance(up, ops.DropConstraint) and (_name(down) in (None, up.name.text)) and _same_table(down, up)


def _changes_data(down: ops.Op, up: ops.Op) -> bool:
    change = up.update if isinstance(up, ops.Backfill) else up
    return isinstance(change, ops.DATA_OPS) and _same_table(down, change)


_UNDOES: Mapping[type[ops.Op], Callable[[Any, ops.Op], bool]] = {
    ops.DropTable: _on_same_table(ops.CreateTable),
    ops.CreateTable: _on_same_table(ops.DropTable),
    ops.RenameTable: lambda down, up: isinstance(up, ops.RenameTable) and down.table.name.text == up.new_name.text,
    ops.DropColumn: lambda down, up: (
        isinstance(up, ops.AddColumn) and _same_table(down, up) and down.column.text == up.column.name.text
    ),
    ops.AddColumn: lambda down, up: (
        isinstance(up, ops.DropColumn) and _same_table(down, up) and down.column.name.text == up.column.text
    ),
    ops.AlterColumn: _alters_back,
    ops.DropIndex: lambda down, up: isinstance(up, ops.CreateIndex) and _name(up) == down.name.text,
    ops.CreateIndex: lambda down, up: isinstance(up, ops.DropIndex) and _name(up) == _name(down),
    ops.DropConstraint: _drops_constraint,
    ops.CreateForeignKey: _recreates,
    ops.CreateCheckConstraint: _recreates,
    ops.CreateUniqueConstraint: _recreates,
    ops.CreatePrimaryKey: _recreates,
    ops.CreateExcludeConstraint: _recreates,
    ops.AddConstraintUsingIndex: _recreates,
    ops.Update: _changes_data,
    ops.Delete: _changes_data,
    ops.Insert: _changes_data,
    ops.BulkInsert: _changes_data,
    ops.Backfill: _changes_data,
    ops.RunSql: lambda down, up: (
        isinstance(up, ops.RunSql)
        and up.tag.split(" ")[-1] == down.tag.split(" ")[-1]
        and up.sql.split()[-1:] == down.sql.split()[-1:]
    ),
}


# --- what downgrade() leaves to DROP COLUMN, and what only the chain has ---------------------------------------------


def inverse(
    done: Sequence[ops.Op], given: Sequence[ops.Op], down: Sequence[ops.Op], chain: Sequence[ops.Op]
) -> tuple[Step, ...]:
    """How to undo what a step does and `given`, its statements of downgrade(), do not; () for nothing.

    The constraint that only helps the chain along, and what another statement undoes too: DROP COLUMN takes the
    column's index along. `down` is all of downgrade(), `chain` all of upgrade().
    """
    found = [_of_helper(op, chain) or (None if given else _inverse(op, done, down)) for op in reversed(done)]
    return tuple(s for s in found if s is not None)


def _of_helper(op: ops.Op, chain: Sequence[ops.Op]) -> Step | None:
    if isinstance(op, ops.DropConstraint):
        added = next((o for o in chain if isinstance(o, ops.CreateCheckConstraint) and o.name == op.name), None)
        return Step(ops=(replace(added, not_valid=True),)) if added is not None and _is_helper(added, chain) else None
    if isinstance(op, ops.CreateCheckConstraint) and op.name is not None and _is_helper(op, chain):
        return Step(ops=(ops.DropConstraint(name=op.name, table=op.table, type_="check", if_exists=True),))
    return None


def _inverse(op: ops.Op, done: Sequence[ops.Op], down: Sequence[ops.Op]) -> Step | None:
    name = getattr(op, "name", None)
    if not any(_takes_along(d, op) for d in down):
        return None
    match op:
        case ops.CreateIndex() if name is not None and not _became_constraint(name.text, done):
            return Step(
                ops=(ops.DropIndex(name=name, table=op.table, concurrently=True, if_exists=True),), gate=Gate.COMMIT
            )
        case ops.AlterColumn(nullable=False):
            return Step(
                ops=(ops.AlterColumn(table=op.table, column=op.column, nullable=True, existing_type=op.existing_type),)
            )
        case _ if isinstance(op, _MADE) and name is not None:
            return Step(ops=(ops.DropConstraint(name=name, table=op.table, type_=_kind(op), if_exists=True),))
        case _:
            return None


def _is_helper(op: ops.CreateCheckConstraint, chain: Sequence[ops.Op]) -> bool:
    """The chain drops the constraint again."""
    later = chain[[o is op for o in chain].index(True) + 1 :]
    return any(isinstance(o, ops.DropConstraint) and o.name == op.name for o in later)


def _became_constraint(name: str, done: Sequence[ops.Op]) -> bool:
    return any(isinstance(o, ops.AddConstraintUsingIndex) and o.index.text == name for o in done)


def _kind(op: ops.Op) -> str | None:
    match op:
        case ops.CreateForeignKey():
            return "foreignkey"
        case ops.AddConstraintUsingIndex(kind=kind):
            return kind
        case ops.CreateUniqueConstraint():
            return "unique"
        case ops.CreatePrimaryKey():
            return "primary"
        case _:
            return "check"


def _takes_along(gone: ops.Op, op: ops.Op) -> bool:
    """Dropping the column or table undoes the op too."""
    if not _same_table(gone, op):
        return False
    if isinstance(gone, ops.DropTable):
        return True
    if isinstance(gone, ops.AlterColumn) and isinstance(op, ops.AlterColumn):
        return gone.nullable is True and op.column in (gone.column, gone.new_column_name)
    if not isinstance(gone, ops.DropColumn):
        return False
    return gone.column.text in set(_columns(op))


def _columns(op: ops.Op) -> Iterator[str]:
    match op:
        case ops.AlterColumn(column=column) | ops.SetNotNullNotValid(column=column):
            yield column.text
        case ops.CreateIndex(columns=keys):
            yield from (k.value for k in keys if isinstance(k.value, str))
        case ops.CreateForeignKey(local_cols=columns):
            yield from (c.text for c in columns)
        case ops.CreateUniqueConstraint(columns=columns) | ops.CreatePrimaryKey(columns=columns):
            yield from (c.text for c in columns)
        case ops.CreateCheckConstraint(condition=condition) if isinstance(condition.value, str):
            yield from condition.value.replace("(", " ").replace(")", " ").replace('"', " ").split()
        case _:
            return
