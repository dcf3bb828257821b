"""A constraint was added NOT VALID, and nobody ever validated it.

It is enforced for new rows; the old ones were never looked at, and the planner believes nothing of it. A follow-up
validates it in an autocommit block, where nothing blocks anyone. Rows that break the constraint make it fail; the
query that finds them is shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.followups.api import Left, follow_up
from migfix.followups.checks import is_declared, not_null_checks
from migfix.followups.names import Constraint, added, is_dropped, made_again, was_validated
from migfix.followups.past import Done, Past, final
from migfix.model import ops
from migfix.model.identifiers import qualified, quoted
from migfix.model.maybe import Table
from migfix.plan import Gate, Part, Step


@follow_up(30, "validate constraints")
def never_checked(past: Past) -> Iterator[Left]:
    finished = {(c.table.key, c.name) for c in not_null_checks(past) if c.nullable is False or not is_declared(c, past)}
    for done, op, table, state, name in added(past):
        if isinstance(op, ops.CreateUniqueConstraint) or op.not_valid is not True:
            continue
        names = {name, *((op.name.text,) if op.name else ())}
        gone = is_dropped(names, done, table, past) or (table.key, name) in finished
        if state.validated or gone or was_validated(names, done, table, past):
            continue
        if not past.may_be_unvalidated(done, table, name):
            continue
        yield _left(done, op, table, name, past)
    yield from _native(past)


def _left(done: Done, op: Constraint, table: Table, name: str, past: Past) -> Left:
    kind = "foreignkey" if isinstance(op, ops.CreateForeignKey) else "check"
    guard = ops.DropConstraint(name=final(name), table=table, type_=kind, if_exists=True)
    comment = f"{done.revision} added {name} NOT VALID: rows from before were never checked."
    validate = ops.ValidateConstraint(name=final(name), table=table)
    return Left(
        done=done,
        subject=f"{table}.{name}",
        message=f"{name} on {table} was added NOT VALID and never validated: rows from before may break it, and the planner cannot use it; validate it",
        slug=f"validate {name}",
        up=(Part(steps=(Step(ops=(validate,), comment=comment, gate=Gate.COMMIT),)),),
        down=(
            Part(
                steps=(
                    Step(
                        ops=(guard, made_again(op, table, name)),
                        comment=f"As {done.revision} left it: enforced for new rows only.",
                    ),
                )
            ),
        ),
        checks=_breaking(op, table),
    )


def _breaking(op: Constraint, table: Table) -> tuple[str, ...]:
    """A query that shows rows which the constraint does not allow."""
    if isinstance(op, ops.CreateCheckConstraint):
        condition = op.condition.value
        return (
            (f"SELECT * FROM {qualified(table)} WHERE NOT ({condition}) LIMIT 5",) if isinstance(condition, str) else ()
        )
    if not isinstance(op, ops.CreateForeignKey) or len(op.local_cols) != len(op.remote_cols):
        return ()
    pairs = [(quoted(a.text), quoted(b.text)) for a, b in zip(op.local_cols, op.remote_cols, strict=True)]
    joined = " AND ".join(f"p.{b} = c.{a}" for a, b in pairs)
    given = " AND ".join(f"c.{a} IS NOT NULL" for a, _ in pairs)
    return (
        f"SELECT c.* FROM {qualified(table)} c LEFT JOIN {qualified(op.referent)} p ON {joined} WHERE {given} AND p.{pairs[0][1]} IS NULL LIMIT 5",
    )


def _native(past: Past) -> Iterator[Left]:
    """PostgreSQL 18's NOT NULL … NOT VALID."""
    for done, op in past.of(ops.SetNotNullNotValid):
        name = op.name.text if op.name else f"{op.table.name}_{op.column}_not_null"
        state = past.state(op.table)
        waits = state is not None and any(c.name == name and not c.validated for c in state.constraints)
        if not op.not_valid or not waits or not done.is_certain or past.is_doubtful(done, name, op.table.name.text):
            continue
        guard = ops.DropConstraint(name=final(name), table=op.table, if_exists=True)
        again = ops.SetNotNullNotValid(name=final(name), table=op.table, column=op.column)
        validate = ops.ValidateConstraint(name=final(name), table=op.table)
        comment = f"{done.revision} made {op.column} NOT NULL for new rows only; never SET NOT NULL, which would read the table under its lock."
        yield Left(
            done=done,
            subject=f"{op.table}.{name}",
            message=f"{name} makes {op.table}.{op.column} NOT NULL for new rows only: it was never validated; validate it",
            slug=f"validate {name}",
            up=(Part(steps=(Step(ops=(validate,), comment=comment, gate=Gate.COMMIT),)),),
            down=(Part(steps=(Step(ops=(guard, again), comment=f"As {done.revision} left it."),)),),
            checks=(f"SELECT * FROM {qualified(op.table)} WHERE {quoted(op.column.text)} IS NULL LIMIT 5",),
        )
