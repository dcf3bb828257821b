"""What things of the past are called in the database, and where they ended up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from migfix.followups.past import Done, Past, final, table_at
from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Maybe, Table
from migfix.model.schema import ConstraintState, IndexState, TableKey, TableState
from migfix.recipes.naming import effective_name

Constraint = ops.CreateForeignKey | ops.CreateCheckConstraint | ops.CreateUniqueConstraint


def real_name(op: Constraint, done: Done, past: Past) -> Maybe[str]:
    """The constraint's name in the database; no naming convention reaches SQL text."""
    naming = {} if done.at.spelling == "sql" else past.env.naming
    match op:
        case ops.CreateForeignKey():
            local, remote = [c.text for c in op.local_cols], [c.text for c in op.remote_cols]
            return effective_name(op.name, "fk", op.table, local, naming, referent=op.referent, remote=remote)
        case ops.CreateUniqueConstraint():
            return effective_name(op.name, "uq", op.table, [c.text for c in op.columns], naming)
    return effective_name(op.name, "ck", op.table, (), naming)


def index_name(table: Table, columns: tuple[str, ...], past: Past) -> Maybe[str]:
    """The name that `index=True` gives."""
    return effective_name(None, "ix", table, columns, past.env.naming)


def constraint_left(op: Constraint, past: Past) -> tuple[Table, ConstraintState] | None:
    """Where the constraint is at the end, under the name its op gave it; None where it is gone, or has no name that is certain."""
    if isinstance(op, ops.CreateForeignKey) and op.name is None:
        return _only(op.table, past, lambda state: _unnamed(op, state))
    if op.name is None or op.name.varies:
        return None
    name = op.name.text
    return _only(op.table, past, lambda state: next((c for c in state.constraints if c.name == name), None))


def _unnamed(op: ops.CreateForeignKey, state: TableState) -> ConstraintState | None:
    """The only foreign key on these columns, which has no name: of two PostgreSQL numbers the second."""
    columns = tuple(c.text for c in op.local_cols)
    found = [c for c in state.constraints if c.kind == "foreign" and c.columns == columns]
    return found[0] if len(found) == 1 and found[0].name is None else None


def index_left(op: ops.CreateIndex, past: Past) -> tuple[Table, IndexState] | None:
    """Where the index is at the end; None where it is gone, became a constraint, or has no certain name."""
    if op.name is None or op.name.varies:
        return None
    name = op.name.text
    return _only(op.table, past, lambda state: next((i for i in state.indexes if i.name == name), None))


S = TypeVar("S", ConstraintState, IndexState)


def _only(table: Table, past: Past, find: Callable[[TableState], S | None]) -> tuple[Table, S] | None:
    """On the table itself; where that has another name by now, on the only one that has such a thing."""
    own = past.state(table)
    if own is not None:
        found = find(own)
        return None if found is None else (table, found)
    others = [(table_at(key), hit) for key, state in past.schema.tables.items() if (hit := find(state)) is not None]
    return others[0] if len(others) == 1 and _was_renamed(past) else None


def _was_renamed(past: Past) -> bool:
    return any(True for _ in past.of(ops.RenameTable))


def was_validated(names: set[str], done: Done, table: Table, past: Past) -> bool:
    """Some later statement validates the constraint, certain or not."""
    return _is_named_later(ops.ValidateConstraint, names, done, table, past)


def is_dropped(names: set[str], done: Done, table: Table, past: Past) -> bool:
    """Some later statement drops the constraint by one of its names."""
    return _is_named_later(ops.DropConstraint, names, done, table, past)


def _is_named_later(kind: type[ops.Op], names: set[str], done: Done, table: Table, past: Past) -> bool:
    keys = {table.key, *((t.key,) if (t := ops.table_of(done.op)) is not None else ())}
    return any(
        isinstance(d.op, kind) and d.op.name.text in names and d.op.table.key in keys  # type: ignore[attr-defined]
        for d in past.later(done)
    )


def made_again(op: Constraint, table: Table, name: str) -> Constraint:
    """The op on the table as it is called now, under the name that the database has, NOT VALID."""
    made = replace(op, table=table, name=final(name))
    return made if isinstance(made, ops.CreateUniqueConstraint) else replace(made, not_valid=True)


def added(past: Past) -> Iterator[tuple[Done, Constraint, Table, ConstraintState, str]]:
    """Constraints that certainly ran and are still there, each with its real name, the last op of a name only."""
    last: dict[tuple[TableKey, str], Done] = {}
    for done in past.done:
        if isinstance(done.op, Constraint) and (called := _called(done.op, done, past)) is not None:
            last[done.op.table.key, called] = done
    for done in last.values():
        op = done.op
        if not isinstance(op, Constraint) or not done.is_certain or done.at.looped:
            continue
        left, name = constraint_left(op, past), real_name(op, done, past)
        if left is None or name is UNKNOWN or _is_remade(done, op, past):
            continue
        if past.is_doubtful(done, name, op.table.name.text) or past.is_moved(done, left[0], *_words(op)):
            continue
        yield done, op, left[0], left[1], name


def _called(op: Constraint, done: Done, past: Past) -> str | None:
    """The name that the op gives; of a foreign key without one that which the database gives it."""
    if op.name is not None:
        return op.name.text
    name = real_name(op, done, past) if isinstance(op, ops.CreateForeignKey) else UNKNOWN
    return name if isinstance(name, str) else None


def _words(op: Constraint) -> tuple[str, ...]:
    """Where the op names columns."""
    if isinstance(op, ops.CreateCheckConstraint):
        return (str(op.condition.value), op.condition.code)
    return tuple(c.text for c in (op.local_cols if isinstance(op, ops.CreateForeignKey) else op.columns))


def _is_remade(done: Done, op: Constraint, past: Past) -> bool:
    """The table, or the one that a foreign key refers to, was dropped or renamed away since."""
    tables = {op.table.key} | ({op.referent.key} if isinstance(op, ops.CreateForeignKey) else set())
    dropped = {d.op.table.key for d in past.later(done) if isinstance(d.op, ops.DropTable)}
    away = isinstance(op, ops.CreateForeignKey) and any(
        isinstance(d.op, ops.RenameTable) and d.op.table.key == op.referent.key for d in past.later(done)
    )
    return bool(tables & dropped) or away
