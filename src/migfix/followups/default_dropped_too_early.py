"""The server default of a NOT NULL column was dropped in the revision that added the column.

The application that was running then does not know the column, so each of its INSERTs fails. Until the next release is
live everywhere the default must stay. A follow-up sets it again; a later one drops it. Only the newest revision that
has run counts: by the next one the old application is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.followups.api import Left, follow_up
from migfix.followups.past import Past
from migfix.model import ops
from migfix.model.maybe import TypeExpr
from migfix.plan import Applicability, Input, Part, Step
from migfix.recipes.spelling import default_of


@follow_up(85, "keep defaults")
def old_inserts_fail(past: Past) -> Iterator[Left]:
    for done, op in past.of(ops.AlterColumn):
        newest = not any(past.graph.is_ancestor(done.revision, r) for r in past.ran)
        added = past.context(done).column_added_here(op.table, op.column.text, done.at)
        if op.server_default is not None or not newest or added is None or not done.is_certain:
            continue
        if added.tested or added.unless or (isinstance(added.op, ops.AddColumn) and added.op.if_not_exists):
            continue  # A repair of databases that lack the column.
        state, made = past.state(op.table), added.op
        column = state.column(op.column.text) if state else None
        if (
            column is None
            or column.nullable is not False
            or column.default is not None
            or not isinstance(made, ops.AddColumn)
        ):
            continue
        key = f"{op.table}.{op.column}"
        given = past.settings.values.get(key)
        kind = column.type if isinstance(column.type, TypeExpr) and column.type.code else None
        alter = ops.AlterColumn(table=op.table, column=op.column, existing_type=kind)
        comment = f"{done.revision} dropped the default at once: INSERTs of the application that does not know {op.column} fail. Drop it after the next release."
        yield Left(
            done=done,
            subject=key,
            message=f"{key} lost its default in the revision that added it: INSERTs of the application that was running fail until the new one is live; set it again, drop it after the release",
            slug=f"keep the default of {op.table.name} {op.column}",
            applicability=Applicability.REVIEW,
            up=(Part(steps=(Step(ops=(_with(alter, default_of(given)),), comment=comment),)),) if given else (),
            down=(Part(steps=(Step(ops=(_with(alter, None),)),)),),
            needs=() if given else (_asked(key, made),),
        )


def _asked(key: str, made: ops.AddColumn) -> Input:
    old = made.column.server_default
    suggestion = old.sql if isinstance(old, ops.Default) and isinstance(old.sql, str) else None
    question = "which value shall rows get that the old application inserts?"
    return Input(key=key, kind="value", question=question, suggestion=suggestion)


def _with(alter: ops.AlterColumn, default: ops.Default | None) -> ops.AlterColumn:
    return replace(alter, server_default=default)
