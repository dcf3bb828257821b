"""What things of the past are called in the database, and where they ended up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.followups.past import Done, Past, final, table_at
from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Maybe, Name, Table
from migfix.model.schema import ConstraintState, IndexState
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
    """Where the constraint is at the end, under the name its op gave it; None where it is gone or has no name."""
    if op.name is None or op.name.varies:
        return None
    for key, state in past.schema.tables.items():
        for found in state.constraints:
            if found.name == op.name.text:
                return table_at(key), found
    return None


def index_left(name: Name | None, past: Past) -> tuple[Table, IndexState] | None:
    """Where the index is at the end; None where it is gone, became a constraint, or has no certain name."""
    if name is None or name.varies:
        return None
    for key, state in past.schema.tables.items():
        for found in state.indexes:
            if found.name == name.text:
                return table_at(key), found
    return None


def was_validated(names: set[str], done: Done, past: Past) -> bool:
    """Some later statement validates the constraint, certain or not."""
    return any(
        isinstance(d.op, ops.ValidateConstraint) and d.op.name.text in names and d.number > done.number
        for d in past.done
    )


def is_dropped(names: set[str], done: Done, past: Past) -> bool:
    """Some later statement drops the constraint by one of its names."""
    return any(isinstance(d.op, ops.DropConstraint) and d.op.name.text in names for d in past.later(done))


def made_again(op: Constraint, table: Table, name: str) -> Constraint:
    """The op on the table as it is called now, under the name that the database has, NOT VALID."""
    made = replace(op, table=table, name=final(name))
    return made if isinstance(made, ops.CreateUniqueConstraint) else replace(made, not_valid=True)


def added(past: Past) -> Iterator[tuple[Done, Constraint, Table, ConstraintState, str]]:
    """Constraints that certainly ran and are still there, each with its real name, the last op of a name only."""
    last: dict[tuple[str | None, str], Done] = {}
    for done in past.done:
        if isinstance(done.op, Constraint) and done.op.name is not None:
            last[done.op.table.key[0], done.op.name.text] = done
    for done in last.values():
        op = done.op
        if not isinstance(op, Constraint) or not done.is_certain or done.at.looped:
            continue
        left, name = constraint_left(op, past), real_name(op, done, past)
        if left is None or name is UNKNOWN or past.is_doubtful(done, name, op.table.name.text):
            continue
        yield done, op, left[0], left[1], name
