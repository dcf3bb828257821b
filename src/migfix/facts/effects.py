"""Locks, scans and rewrites per operation, in PostgreSQL's words (manual, 13.3.1 Table-Level Locks; measured)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from migfix.model import ops
from migfix.model.record import record
from migfix.model.sql_text import volatile_functions
from migfix.model.target import Target

ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"
SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
SHARE = "SHARE"
SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
ROW_EXCLUSIVE = "ROW EXCLUSIVE"


@record
class Effect:
    """`lock` on the op's own table, `referent_lock` on the table a foreign key points to; None means no table lock.

    scans      reads every row while the lock is held.
    rewrites   writes every row anew while the lock is held.
    builds     builds an index while the lock is held.
    """

    lock: str | None
    scans: bool = False
    rewrites: bool = False
    builds: bool = False
    referent_lock: str | None = None

    @property
    def long(self) -> bool:
        """The lock is held for a time that grows with the table."""
        return self.scans or self.rewrites or self.builds


def blocked_by(lock: str | None) -> Literal["reads+writes", "writes", "nothing"]:
    """What a table lock keeps other sessions from doing (SELECT takes ACCESS SHARE, DML takes ROW EXCLUSIVE)."""
    if lock == ACCESS_EXCLUSIVE:
        return "reads+writes"
    return "writes" if lock in (SHARE, SHARE_ROW_EXCLUSIVE, "EXCLUSIVE") else "nothing"


def is_volatile(default: ops.Default) -> bool:
    """The default is computed anew for each row, so that adding it rewrites the table."""
    sql = default.sql
    return isinstance(sql, str) and default.kind == "sql" and bool(volatile_functions(sql))


def _reads_rows(op: ops.AddColumn) -> bool:
    """A constraint of the new column is checked row by row.

    Not so for one inline REFERENCES on a column that is NULL everywhere: PostgreSQL skips that check
    (tablecmds.c, ATAddForeignKeyConstraint). Alembic writes several references as statements of their own.
    """
    checked = [r for r in op.column.references if not r.not_valid]
    inline = op.inline_references and len(op.column.references) == 1 and op.column.server_default is None
    return bool(op.column.checks) or bool(checked and not inline)


def _add_column(op: ops.AddColumn, target: Target) -> Effect:
    column = op.column
    default = column.server_default
    volatile = isinstance(default, ops.Default) and (is_volatile(default) or target.pg_version < 11)
    serial = isinstance(column.type.name, str) and column.type.name in ("Serial", "BigSerial", "SmallSerial")
    stored = column.computed is not None and column.computed_persisted is not False
    return Effect(
        lock=ACCESS_EXCLUSIVE,
        scans=_reads_rows(op),
        rewrites=volatile or serial or column.identity or stored,
        builds=column.unique is True or column.index is True or column.primary_key is True,
        referent_lock=SHARE_ROW_EXCLUSIVE if column.references else None,
    )


def _create_index(op: ops.CreateIndex, target: Target) -> Effect:
    return Effect(lock=SHARE_UPDATE_EXCLUSIVE) if op.concurrently is True else Effect(lock=SHARE, builds=True)


def _drop_index(op: ops.DropIndex, target: Target) -> Effect:
    return Effect(lock=SHARE_UPDATE_EXCLUSIVE if op.concurrently is True else ACCESS_EXCLUSIVE)


def _alter_column(op: ops.AlterColumn, target: Target) -> Effect:
    return Effect(lock=ACCESS_EXCLUSIVE, scans=op.nullable is False, rewrites=op.type_ is not None)


def _create_foreign_key(op: ops.CreateForeignKey, target: Target) -> Effect:
    return Effect(lock=SHARE_ROW_EXCLUSIVE, scans=op.not_valid is not True, referent_lock=SHARE_ROW_EXCLUSIVE)


def _create_check(op: ops.CreateCheckConstraint, target: Target) -> Effect:
    return Effect(lock=ACCESS_EXCLUSIVE, scans=op.not_valid is not True)


def _set_not_null_not_valid(op: ops.SetNotNullNotValid, target: Target) -> Effect:
    return Effect(lock=ACCESS_EXCLUSIVE, scans=not op.not_valid)


def _drop_constraint(op: ops.DropConstraint, target: Target) -> Effect:
    return Effect(lock=ACCESS_EXCLUSIVE, referent_lock=ACCESS_EXCLUSIVE if op.type_ == "foreignkey" else None)


def _fixed(value: Effect) -> Callable[[Any, Target], Effect]:
    return lambda op, target: value


_EFFECTS: Mapping[type[ops.Op], Callable[[Any, Target], Effect]] = {
    ops.AddColumn: _add_column,
    ops.DropColumn: _fixed(Effect(lock=ACCESS_EXCLUSIVE)),
    ops.AlterColumn: _alter_column,
    ops.RenameTable: _fixed(Effect(lock=ACCESS_EXCLUSIVE)),
    ops.DropTable: _fixed(Effect(lock=ACCESS_EXCLUSIVE)),
    ops.CreateIndex: _create_index,
    ops.DropIndex: _drop_index,
    ops.CreateUniqueConstraint: _fixed(Effect(lock=ACCESS_EXCLUSIVE, builds=True)),
    ops.CreatePrimaryKey: _fixed(Effect(lock=ACCESS_EXCLUSIVE, builds=True)),
    ops.CreateExcludeConstraint: _fixed(Effect(lock=ACCESS_EXCLUSIVE, builds=True)),
    ops.CreateForeignKey: _create_foreign_key,
    ops.CreateCheckConstraint: _create_check,
    ops.SetNotNullNotValid: _set_not_null_not_valid,
    ops.DropConstraint: _drop_constraint,
    ops.ValidateConstraint: _fixed(Effect(lock=SHARE_UPDATE_EXCLUSIVE, scans=True)),
    ops.AddConstraintUsingIndex: _fixed(Effect(lock=ACCESS_EXCLUSIVE)),
    ops.Update: _fixed(Effect(lock=ROW_EXCLUSIVE, scans=True)),
    ops.Delete: _fixed(Effect(lock=ROW_EXCLUSIVE, scans=True)),
    ops.Insert: _fixed(Effect(lock=ROW_EXCLUSIVE)),
    ops.BulkInsert: _fixed(Effect(lock=ROW_EXCLUSIVE)),
    ops.Truncate: _fixed(Effect(lock=ACCESS_EXCLUSIVE)),
}


def effect(op: ops.Op, target: Target) -> Effect:
    """What `op` does on PostgreSQL by itself; an op with no table lock of its own gives an empty effect."""
    found = _EFFECTS.get(type(op))
    return Effect(lock=None) if found is None else found(op, target)
