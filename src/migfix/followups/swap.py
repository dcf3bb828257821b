"""One unique index put in another's place: at no moment is there none."""

from __future__ import annotations

from dataclasses import replace

from migfix.followups.past import final
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.identifiers import quoted
from migfix.model.maybe import Expr, Name, Table
from migfix.plan import Gate, Step
from migfix.recipes.indexes import build_concurrently
from migfix.recipes.naming import helper_name
from migfix.recipes.spelling import literal


def swapped(made: ops.CreateIndex, old: str, ctx: Context, *, comment: str, constraint: bool = False) -> Step:
    """`made` built under a spare name, what is called `old` dropped, and the new one named as `made` says.

    `constraint` makes a unique constraint of it. Each statement passes a second run, wherever the first one stopped.
    """
    if made.name is None:
        raise ValueError("an index that takes another's place needs a name")
    spare, name = helper_name(made.name.text, "new"), final(made.name.text)
    build = build_concurrently(replace(made, name=spare), ctx).ops
    drops: tuple[ops.Op, ...] = (
        ops.DropConstraint(name=final(old), table=made.table, type_="unique", if_exists=True),
        ops.DropIndex(name=final(old), table=made.table, concurrently=True, if_exists=True),
    )
    if old != name.text:
        drops = (*drops, ops.DropIndex(name=name, table=made.table, concurrently=True, if_exists=True))
    schema = f"{quoted(made.table.schema.text)}." if made.table.schema else ""
    rename = f"ALTER INDEX {schema}{quoted(spare.text)} RENAME TO {quoted(name.text)}"
    last: ops.Op = ops.RunSql(sql=rename, tag="ALTER INDEX")
    if constraint:
        last = ops.AddConstraintUsingIndex(name=name, table=made.table, kind="unique", index=spare)
    return Step(ops=(*build, *drops, last), comment=comment, gate=Gate.COMMIT)


def plain_index(name: str, table: Table, columns: tuple[str, ...], *, unique: bool = False) -> ops.CreateIndex:
    """An index over plain columns."""
    keys = tuple(Expr(code=literal(c), value=c) for c in columns)
    return ops.CreateIndex(name=Name(name, final=True), table=table, columns=keys, unique=unique)
