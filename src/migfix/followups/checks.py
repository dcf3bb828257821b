"""CHECK constraints that say NOT NULL: which columns they are about, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator

from migfix.followups.names import added, is_dropped, was_validated
from migfix.followups.past import Done, Past, final
from migfix.model import ops
from migfix.model.maybe import Maybe, Table
from migfix.model.not_null import not_null_columns
from migfix.model.record import record
from migfix.plan import Gate, Step


@record
class NotNullCheck:
    """`CHECK (c IS NOT NULL)` that is still there. `nullable` is the column's at the end; `name` the real one."""

    done: Done
    op: ops.CreateCheckConstraint
    table: Table
    name: str
    column: str
    nullable: Maybe[bool]
    validated: bool


def not_null_checks(past: Past) -> Iterator[NotNullCheck]:
    """Every CHECK of one column's NOT NULL that a statement of its own added, and that nothing took away."""
    for done, op, table, state, name in added(past):
        columns = not_null_columns(op.condition) if isinstance(op, ops.CreateCheckConstraint) else frozenset()
        names = {name, *((op.name.text,) if op.name else ())}
        if not isinstance(op, ops.CreateCheckConstraint) or len(columns) != 1 or is_dropped(names, done, table, past):
            continue
        (column,) = columns
        left = past.state(table)
        known = left.column(column) if left else None
        if known is None:
            continue
        yield NotNullCheck(
            done=done,
            op=op,
            table=table,
            name=name,
            column=column,
            nullable=known.nullable,
            validated=state.validated or was_validated(names, done, table, past),
        )


def is_declared(check: NotNullCheck, past: Past) -> bool:
    """The models have the CHECK by name: it is meant to stay."""
    declared = past.models.table(check.table) if past.models else None
    return declared is not None and bool({check.name, str(check.op.name)} & declared.checks)


def as_before(check: NotNullCheck) -> tuple[Step, ...]:
    """The CHECK back as it was, without a scan under a lock."""
    name = final(check.name)
    made = ops.CreateCheckConstraint(name=name, table=check.table, condition=check.op.condition, not_valid=True)
    guard = ops.DropConstraint(name=name, table=check.table, type_="check", if_exists=True)
    step = Step(ops=(guard, made), comment=f"As {check.done.revision} left it.")
    if not check.validated:
        return (step,)
    return (step, Step(ops=(ops.ValidateConstraint(name=name, table=check.table),), gate=Gate.COMMIT))
