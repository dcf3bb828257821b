"""On MySQL and MariaDB an ALTER of a column loses every attribute that it does not name.

MODIFY COLUMN states the whole column: without `existing_nullable`, `existing_server_default` and `existing_comment`
Alembic writes a column that takes NULL, has no default and no comment (seen on MariaDB 10.11). What the column had
before stands in no revision for certain, so there is only advice: compare SHOW CREATE TABLE with the models, and
alter the column once more with all of its attributes.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.followups.api import Left, follow_up
from migfix.followups.past import Done, Past
from migfix.model import ops
from migfix.model.maybe import Name
from migfix.plan import Applicability

_MYSQL = frozenset({"mysql", "mariadb"})


@follow_up(95, "restore columns")
def lost_attributes(past: Past) -> Iterator[Left]:
    if not past.target.dialects & _MYSQL:
        return
    for done in (*past.done, *past.elsewhere):
        op = done.op
        here = done.at.dialects is None or done.at.dialects & _MYSQL
        if not isinstance(op, ops.AlterColumn) or not here or not _restates(op):
            continue
        state = past.state(op.table)
        column = state.column(op.column.text) if state else None
        lost = (
            []
            if column is None
            else list(_lost(op, nullable=column.nullable is False, default=isinstance(column.default, ops.Default)))
        )
        if lost and not _restored(done, op, past):
            yield Left(
                done=done,
                subject=f"{op.table}.{op.column}",
                message=f"{op.table}.{op.column} has lost its {' and '.join(lost)} on MySQL and MariaDB: the ALTER restates the column without it",
                slug=f"restore {op.table.name} {op.column}",
                applicability=Applicability.ADVICE,
                why_not="what the column has there now stands in no revision: compare SHOW CREATE TABLE with the models, then alter it once more with nullable=, server_default= and the existing_… keywords",
            )


def _restates(op: ops.AlterColumn) -> bool:
    """Alembic writes MODIFY or CHANGE, not ALTER COLUMN … SET DEFAULT (alembic.ddl.mysql)."""
    return (
        op.type_ is not None
        or op.nullable is not None
        or isinstance(op.new_column_name, Name)
        or op.comment is not False
    )


def _lost(op: ops.AlterColumn, *, nullable: bool, default: bool) -> Iterator[str]:
    if nullable and op.nullable is None and op.existing_nullable is None:
        yield "NOT NULL"
    if default and op.server_default is False and op.existing_server_default is False:
        yield "default"


def _restored(done: Done, op: ops.AlterColumn, past: Past) -> bool:
    """A later ALTER of the column states both."""
    return any(
        isinstance(d.op, ops.AlterColumn)
        and (d.op.table.key, d.op.column) == (op.table.key, op.column)
        and d.number > done.number
        and not list(_lost(d.op, nullable=True, default=True))
        for d in past.done
    )
