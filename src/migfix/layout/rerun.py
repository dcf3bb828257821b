"""What makes an op pass when it is run a second time: a keyword, an op before it, or a test around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from migfix.model import ops
from migfix.model.maybe import Name, Table
from migfix.model.revision import Placed
from migfix.model.sql_text import is_idempotent
from migfix.model.target import Target


@dataclass(frozen=True, slots=True)
class Passes:
    """The op passes as it is."""


@dataclass(frozen=True, slots=True)
class With:
    """The op passes when it is written as `op`, after the ops in `before`."""

    op: ops.Op
    before: tuple[ops.Op, ...] = ()


@dataclass(frozen=True, slots=True)
class Tested:
    """The op needs a test around it, and that test tells whether its whole transaction was committed."""

    table: Table
    column: Name | None
    wanted: Literal["absent", "present"]


@dataclass(frozen=True, slots=True)
class Never:
    """Nothing known makes the op safe to repeat; a test of another op in its transaction can."""

    why: str
    barrier: bool = False
    """It may itself commit, so that not even such a test helps."""


Guarding: TypeAlias = Passes | With | Tested | Never


@dataclass(frozen=True, slots=True)
class Means:
    """Which spellings are open at a place: IF EXISTS forms need PostgreSQL alone and a recent Alembic."""

    target: Target
    placed: Placed

    @property
    def postgresql(self) -> bool:
        return self.target.postgresql_only or self.placed.dialects == frozenset({"postgresql"})

    def keyword(self, since: tuple[int, int]) -> bool:
        """An if_exists keyword of Alembic `since` may be written on this op's own call."""
        return self.placed.spelling == "sql" or self.target.alembic >= since


def _add_column(op: ops.AddColumn, means: Means) -> Guarding:
    column = op.column
    plain = not column.references and not column.checks and column.unique is False and column.index is False
    if op.if_not_exists and plain:
        return Passes()
    if plain and means.postgresql and means.keyword((1, 16)):
        return With(replace(op, if_not_exists=True))
    return Tested(op.table, column.name, "absent")


def _drop_column(op: ops.DropColumn, means: Means) -> Guarding:
    if op.if_exists:
        return Passes()
    if means.postgresql and means.keyword((1, 16)):
        return With(replace(op, if_exists=True))
    return Tested(op.table, op.column, "present")


def _alter_column(op: ops.AlterColumn, means: Means) -> Guarding:
    if op.new_column_name is not None:
        return Tested(op.table, op.column, "present")
    return Never("its USING expression may not fit the new type") if op.postgresql_using else Passes()


def _create_index(op: ops.CreateIndex, means: Means) -> Guarding:
    if op.if_not_exists is True:
        return Passes()
    if op.name is None:
        return Never("the index has no name")
    return With(replace(op, if_not_exists=True)) if means.keyword((1, 12)) else Never("Alembic ≥ 1.12 is needed")


def _drop_index(op: ops.DropIndex, means: Means) -> Guarding:
    if op.if_exists is True:
        return Passes()
    return With(replace(op, if_exists=True)) if means.keyword((1, 12)) else Never("Alembic ≥ 1.12 is needed")


def _drop_table(op: ops.DropTable, means: Means) -> Guarding:
    if op.if_exists:
        return Passes()
    return With(replace(op, if_exists=True)) if means.keyword((1, 14)) else Tested(op.table, None, "present")


def _drop_constraint(op: ops.DropConstraint, means: Means) -> Guarding:
    if op.if_exists:
        return Passes()
    if means.postgresql:
        return With(replace(op, if_exists=True))
    return Never("its absence cannot be tested for here")


def _create_constraint(
    op: ops.CreateForeignKey | ops.CreateCheckConstraint | ops.CreateUniqueConstraint | ops.CreatePrimaryKey,
    means: Means,
) -> Guarding:
    if op.name is None or not means.postgresql:
        return Never("the constraint has no name" if op.name is None else "its existence cannot be tested for here")
    return With(op, before=(ops.DropConstraint(name=op.name, table=op.table, if_exists=True),))


def _update(op: ops.Update, means: Means) -> Guarding:
    return Passes() if is_idempotent(op) else Never("a second UPDATE would change the rows again")


def _insert(op: ops.Insert, means: Means) -> Guarding:
    return Passes() if op.on_conflict_do_nothing else Never("it would insert the rows twice")


_DROP = re.compile(r"\s*DROP\s+(\w+|MATERIALIZED\s+VIEW)\s+(?!IF\b)", re.IGNORECASE)


def _run_sql(op: ops.RunSql, means: Means) -> Guarding:
    found = _DROP.match(op.sql)
    if found and not op.rerunnable:
        return With(
            replace(op, sql=f"{op.sql[: found.end()].rstrip()} IF EXISTS {op.sql[found.end() :]}", rerunnable=True)
        )
    return Passes() if op.rerunnable else Never(f"{op.tag} cannot be run twice")


def _add_enum_value(op: ops.AddEnumValue, means: Means) -> Guarding:
    return Passes() if op.if_not_exists else Never("ADD VALUE without IF NOT EXISTS cannot be run twice")


def _passes(op: ops.Op, means: Means) -> Guarding:
    return Passes()


_GUARDS: Mapping[type[ops.Op], Callable[[Any, Means], Guarding]] = {
    ops.CreateTable: lambda op, means: Tested(op.table, None, "absent"),
    ops.DropTable: _drop_table,
    ops.RenameTable: lambda op, means: Tested(op.table, None, "present"),
    ops.AddColumn: _add_column,
    ops.DropColumn: _drop_column,
    ops.AlterColumn: _alter_column,
    ops.CreateIndex: _create_index,
    ops.DropIndex: _drop_index,
    ops.DropConstraint: _drop_constraint,
    ops.CreateForeignKey: _create_constraint,
    ops.CreateCheckConstraint: _create_constraint,
    ops.CreateUniqueConstraint: _create_constraint,
    ops.CreatePrimaryKey: _create_constraint,
    ops.ValidateConstraint: _passes,
    ops.Update: _update,
    ops.Delete: _passes,
    ops.Truncate: _passes,
    ops.Insert: _insert,
    ops.BulkInsert: lambda op, means: Never("it would insert the rows twice"),
    ops.RunSql: _run_sql,
    ops.AddEnumValue: _add_enum_value,
    ops.SetParameter: _passes,
    ops.Harmless: _passes,
    ops.Reindex: _passes,
    ops.Backfill: _passes,
    ops.Opaque: lambda op, means: Never(op.why, barrier=True),
    ops.EndTransaction: lambda op, means: Never("the revision ends its transaction by itself", barrier=True),
}


def marker(op: ops.Op) -> Tested | None:
    """The test that tells whether the transaction of `op` was committed, where the op leaves a trace to test for."""
    match op:
        case ops.AddColumn():
            return Tested(op.table, op.column.name, "absent")
        case ops.CreateTable():
            return Tested(op.table, None, "absent")
        case ops.DropColumn() | ops.AlterColumn(new_column_name=Name()):
            return Tested(op.table, op.column, "present")
        case ops.DropTable() | ops.RenameTable():
            return Tested(op.table, None, "present")
        case _:
            return None


def guarding(placed: Placed, target: Target) -> Guarding:
    """How `placed` can be made to pass a second run, after the first one committed it and was then interrupted."""
    guard = _GUARDS.get(type(placed.op))
    return Never("it cannot be run twice") if guard is None else guard(placed.op, Means(target, placed))
