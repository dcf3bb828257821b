"""Adding constraints while the table is in use: unchecked first and validated afterwards, or over an index built before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN, Maybe, Name, Table, TypeExpr
from migfix.model.revision import Placed
from migfix.plan import Gate, Step
from migfix.recipes.indexes import build_concurrently
from migfix.recipes.naming import helper_name
from migfix.recipes.spelling import is_not_null

UNCHECKED = "Add the constraint for new rows only, then check the old ones without blocking anyone."
PROVE = "Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the table."
OVER_INDEX = "Build the index without blocking writes, then turn it into the constraint."

Validated = ops.CreateForeignKey | ops.CreateCheckConstraint


def not_valid_then_validate(op: Validated, name: Name, at: Placed, ctx: Context) -> tuple[Step, ...]:
    """The constraint NOT VALID, and VALIDATE after a commit: only then is no blocking lock held while rows are read.

    `name` is the real name. What an interrupted run left is dropped first, unless the author drops it before anyway.
    """
    kind = "foreignkey" if isinstance(op, ops.CreateForeignKey) else "check"
    guard = () if dropped_earlier(name, op.table, at, ctx) else (_leftover(name, op.table, kind),)
    add = replace(op, name=name if op.name is None else op.name, not_valid=True)
    return (
        Step(ops=(*guard, add), comment=UNCHECKED),
        Step(ops=(ops.ValidateConstraint(name=name, table=op.table),), gate=Gate.COMMIT),
    )


def _leftover(name: Name, table: Table, kind: str) -> ops.DropConstraint:
    return ops.DropConstraint(name=name, table=table, type_=kind, if_exists=True)


def dropped_earlier(name: Name, table: Table, at: Placed, ctx: Context, *, primary: bool = False) -> Placed | None:
    """The op of this revision that drops the constraint of this name (or the primary key); a second run has it too."""
    for placed in reversed(tuple(ctx.same_table(table, ctx.earlier(at)))):
        op = placed.op
        if isinstance(op, ops.DropConstraint) and (op.name == name or (primary and op.type_ == "primary")):
            return placed if placed.condition == at.condition else None
        if getattr(op, "name", None) == name:
            return None
    return None


def dropped_before(name: Name, table: Table, at: Placed, ctx: Context, *, primary: bool = False) -> Placed | None:
    """As `dropped_earlier`, where nothing else happens to the table in between, nor a commit."""
    dropped = dropped_earlier(name, table, at, ctx, primary=primary)
    if dropped is None or dropped.transaction != at.transaction or dropped.autocommit:
        return None
    between = ctx.ops[dropped.index + 1 : at.index]
    return None if any(True for _ in ctx.same_table(table, between)) else dropped


def why_not_valid(op: Validated, at: Placed, ctx: Context) -> str | None:
    """Why PostgreSQL would refuse NOT VALID here, None where it would not."""
    state = ctx.state(op.table, at)
    partitioned = state is not None and state.partitioned is True
    if isinstance(op, ops.CreateForeignKey) and partitioned and ctx.target.pg_version < 18:
        return f"{op.table} is partitioned: PostgreSQL before 18 adds no NOT VALID foreign key to it"
    return None


def prove_not_null(
    table: Table,
    column: Name,
    existing_type: Maybe[TypeExpr | None],
    ctx: Context,
    *,
    alter: ops.AlterColumn | None = None,
) -> tuple[Step, ...]:
    """CHECK NOT VALID, VALIDATE, SET NOT NULL (no scan since PostgreSQL 12), and the CHECK is dropped again.

    `alter` is the author's own SET NOT NULL where there is one.
    """
    known = existing_type if existing_type is not UNKNOWN else None
    change = alter or ops.AlterColumn(table=table, column=column, nullable=False, existing_type=known)
    return prove_all_not_null(table, (change,))


def prove_all_not_null(table: Table, changes: tuple[ops.AlterColumn, ...]) -> tuple[Step, ...]:
    """As `prove_not_null` for several columns, with one CHECK and so one scan."""
    columns = tuple(c.column.text for c in changes)
    helper = helper_name("ck", table.name.text, *columns, "filled")
    check = ops.CreateCheckConstraint(name=helper, table=table, condition=is_not_null(*columns), not_valid=True)
    done = ops.DropConstraint(name=helper, table=table, type_="check")
    validate = ops.ValidateConstraint(name=helper, table=table)
    return (
        Step(ops=(_leftover(helper, table, "check"), check), comment=PROVE),
        Step(ops=(validate, *changes, done), gate=Gate.COMMIT),
    )


def index_then_constraint(
    create: ops.CreateIndex, made: ops.AddConstraintUsingIndex, at: Placed, ctx: Context
) -> Mapping[int, tuple[Step, ...]]:
    """The index CONCURRENTLY, then ADD CONSTRAINT … USING INDEX, by index of the op replaced.

    A constraint that the author drops just before lives on until its successor's index is built: there is no moment
    at which nothing guards the rows.
    """
    kind = "primary" if made.kind == "primary" else "unique"
    guard = _leftover(made.name, made.table, kind)
    old = dropped_before(made.name, made.table, at, ctx, primary=made.kind == "primary")
    if old is None or not isinstance(old.op, ops.DropConstraint):
        build = build_concurrently(create, ctx).ops
        return {at.index: (Step(ops=(guard, *build, made), comment=OVER_INDEX, gate=Gate.COMMIT),)}
    spare = helper_name(made.name.text, "new")
    build = build_concurrently(replace(create, name=spare), ctx).ops
    drops = (guard,) if old.op.name == made.name else (replace(old.op, if_exists=True), guard)
    swap = (*build, *drops, replace(made, index=spare))
    return {old.index: (), at.index: (Step(ops=swap, comment=OVER_INDEX, gate=Gate.COMMIT),)}
