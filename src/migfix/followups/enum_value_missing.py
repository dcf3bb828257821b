"""A value was added to an enum type only under a condition, or not at all where a database was asked.

ALTER TYPE … ADD VALUE in a `try` that swallows the error, or behind a test, leaves databases without the value while
the stamp says otherwise. A follow-up says ADD VALUE IF NOT EXISTS in an autocommit block; where the value is there
nothing happens. PostgreSQL cannot take a value back, so downgrade() does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.followups.api import Left, follow_up
from migfix.followups.past import Done, Past
from migfix.model import ops
from migfix.model.identifiers import quoted
from migfix.plan import Gate, Part, Step

STAYS = "PostgreSQL cannot take a value out of an enum type."


@follow_up(20, "add enum values")
def lacks_a_value(past: Past) -> Iterator[Left]:
    for done, op in past.of(ops.AddEnumValue):
        lacking = [s.name for s in past.asked(done) if op.value not in s.enums.get(op.type_name, frozenset({op.value}))]
        doubtful = done.at.condition is not None and not past.asked(done)
        if not (lacking or doubtful) or _is_added_later(done, op, past) or past.is_doubtful(done, op.type_name):
            continue
        literal = op.value.replace("'", "''")
        name = ".".join(quoted(p) for p in op.type_name.split("."))
        sql = f"ALTER TYPE {name} ADD VALUE IF NOT EXISTS '{literal}'"
        why = f"is missing on {' and '.join(lacking)}" if lacking else "is added only under a condition"
        comment = f"{done.revision} added '{op.value}' under a condition: not every database has it."
        yield Left(
            done=done,
            subject=f"{op.type_name}.{op.value}",
            message=f"the value '{op.value}' of {op.type_name} {why}, and the stamp says that it is there; add it where it is not",
            slug=f"add {op.value} to {op.type_name}",
            up=(
                Part(
                    steps=(
                        Step(
                            ops=(ops.RunSql(sql=sql, tag="ALTER TYPE", rerunnable=True),),
                            comment=comment,
                            gate=Gate.COMMIT,
                        ),
                    )
                ),
            ),
            down=(Part(steps=(Step(ops=(), comment=STAYS),)),),
        )


def _is_added_later(done: Done, op: ops.AddEnumValue, past: Past) -> bool:
    return any(
        isinstance(d.op, ops.AddEnumValue)
        and (d.op.type_name, d.op.value) == (op.type_name, op.value)
        and d.at.condition is None
        for d in past.later(done)
    ) or any(
        isinstance(d.op, ops.RunSql) and d.op.tag == "DROP TYPE" and op.type_name in d.op.sql for d in past.later(done)
    )
