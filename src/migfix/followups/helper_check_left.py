"""The CHECK that proved NOT NULL was never dropped, though the column has been NOT NULL since.

It is evaluated for every row written, says what NOT NULL says already, and Alembic's autogenerate (≥ 1.19) compares
named CHECKs. A follow-up drops it: a change of the catalogue only.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.followups.api import Left, follow_up
from migfix.followups.checks import NotNullCheck, as_before, is_declared, not_null_checks
from migfix.followups.past import Past, final
from migfix.model import ops
from migfix.plan import Part, Step


@follow_up(80, "drop leftover checks")
def says_it_twice(past: Past) -> Iterator[Left]:
    for check in not_null_checks(past):
        if check.nullable is False and _led_to_not_null(check, past) and not is_declared(check, past):
            drop = ops.DropConstraint(name=final(check.name), table=check.table, type_="check", if_exists=True)
            comment = f"{check.column} is NOT NULL since; {check.done.revision} left the CHECK that proved it."
            yield Left(
                done=check.done,
                subject=f"{check.table}.{check.name}",
                message=f"{check.name} on {check.table} says that {check.column} is NOT NULL, which the column says itself since; drop the CHECK",
                slug=f"drop {check.name}",
                up=(Part(steps=(Step(ops=(drop,), comment=comment),)),),
                down=(Part(steps=as_before(check)),),
            )


def _led_to_not_null(check: NotNullCheck, past: Past) -> bool:
    """The column became NOT NULL after the CHECK was there: the CHECK was its proof, not a rule of its own."""
    return any(
        isinstance(d.op, ops.AlterColumn)
        and d.op.nullable is False
        and d.op.column.text == check.column
        and d.is_certain
        for d in past.later(check.done)
    )
