"""What one op that was skipped comes to in a new revision: parts that make it where it is missing, and nothing elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migfix.followups.names import constraint_left, index_left, made_again, real_name
from migfix.followups.past import Done, Past, final
from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Name, Table, TypeExpr
from migfix.model.record import record
from migfix.model.schema import ColumnState
from migfix.model.sql_text import is_idempotent
from migfix.plan import Gate, Input, Part, Step, Test
from migfix.recipes.backfill import in_batches, why_not_batched
from migfix.recipes.indexes import build_concurrently, why_not_concurrently
from migfix.recipes.nullability import is_constant_default
from migfix.recipes.spelling import default_of, value_kind


@record
class Repeat:
    """What one skipped op comes to: parts, or what is asked for, or why it is left out."""

    parts: tuple[Part, ...] = ()
    needs: tuple[Input, ...] = ()
    left_out: str | None = None
    named: str = ""
    asked: bool = False
    """The user has given a value for it."""


def repeated(done: Done, past: Past) -> Repeat | None:
    """None where there is nothing to repeat: gone since, or added again by a later revision."""
    op, table = done.op, ops.table_of(done.op)
    if table is None or isinstance(op, ops.Harmless):
        return None if not isinstance(op, ops.Opaque | ops.RunSql) else Repeat(left_out=_unread(done))
    state = past.state(table)
    if state is None or _is_repeated(done, past):
        return None
    match op:
        case ops.AddColumn():
            column = state.column(op.column.name.text)
            return None if column is None else _column(done, op, column, past)
        case ops.CreateIndex():
            return _index(done, op, past)
        case ops.CreateForeignKey() | ops.CreateCheckConstraint():
            return _constraint(done, op, past)
        case ops.Update():
            return _update(done, op, past)
        case ops.AlterColumn():
            return _alter(done, op, past)
    return Repeat(
        left_out=f"line {done.at.span.line} of {done.revision} ({type(op).__name__} on {table}) is not repeated: look whether it is missing"
    )


def _unread(done: Done) -> str:
    return f"line {done.at.span.line} of {done.revision} could not be read and is not repeated"


def _is_repeated(done: Done, past: Past) -> bool:
    """A later revision makes the same thing."""
    return any(
        d.revision != done.revision and type(d.op) is type(done.op) and _same(d.op, done.op) for d in past.later(done)
    )


def _same(one: ops.Op, other: ops.Op) -> bool:
    table, named = ops.table_of(one), ops.table_of(other)
    if table is None or named is None or table.key != named.key:
        return False
    if isinstance(one, ops.Update) and isinstance(other, ops.Update):
        return one.assignments == other.assignments
    if isinstance(one, ops.AlterColumn) and isinstance(other, ops.AlterColumn):
        return one.column == other.column
    if isinstance(one, ops.AddColumn) and isinstance(other, ops.AddColumn):
        return one.column.name == other.column.name
    return getattr(one, "name", None) == getattr(other, "name", None)


def _column(done: Done, op: ops.AddColumn, left: ColumnState, past: Past) -> Repeat:
    """The column as the chain leaves it."""
    name, where = op.column.name, f"{op.table}.{op.column.name}"
    if name.varies or left.nullable is UNKNOWN or left.default is UNKNOWN or left.type is UNKNOWN:
        return Repeat(named=where, left_out=f"{where} is not added: what it is in the end could not be read")
    odd = op.column.identity or op.column.computed is not None or op.column.primary_key is not False or op.column.checks
    if odd or op.column.unique is not False or (op.column.index is not False):
        return Repeat(named=where, left_out=f"{where} is not added: it is more than a plain column")
    plain = replace(
        op.column,
        name=Name(name.text),
        references=(),
        default=None,
        type=left.type,
        nullable=left.nullable,
        server_default=left.default,
    )
    key = f"{op.table}.{name}"
    given = past.settings.values.get(key)
    last: tuple[Step, ...] = ()
    if left.nullable is False and not is_constant_default(left.default):
        if left.default is not None or (given is not None and value_kind(given) == "computed"):
            return Repeat(
                named=where, left_out=f"{where} is not added: NOT NULL needs one value for the rows that are there"
            )
        if given is None:
            question = f"which value shall {where} get in the rows of a database that lacks it?"
            return Repeat(named=where, needs=(Input(key=key, kind="value", question=question),))
        plain = replace(plain, server_default=default_of(given))
        last = (
            Step(ops=(ops.AlterColumn(table=op.table, column=name, server_default=None, existing_type=_type(left)),)),
        )
    add = Step(ops=(_guarded(op, plain, past),))
    test = Test(what="column", table=op.table, name=Name(name.text))
    parts = (Part(steps=(add, *last), unless=None if _is_guarded(past) else test), *_references(op, past))
    return Repeat(parts=parts, named=where, asked=bool(last))


def _is_guarded(past: Past) -> bool:
    """ADD COLUMN IF NOT EXISTS can be said: PostgreSQL alone, and an Alembic that knows it."""
    return past.target.postgresql_only and past.target.alembic >= (1, 16)


def _guarded(op: ops.AddColumn, column: ops.Column, past: Past) -> ops.AddColumn:
    return ops.AddColumn(table=op.table, column=column, if_not_exists=_is_guarded(past))


def _references(op: ops.AddColumn, past: Past) -> Iterator[Part]:
    """The column's own foreign key, as a statement that passes where it is there."""
    for reference in op.column.references:
        if isinstance(reference.table, Table) and isinstance(reference.column, str):
            key = ops.CreateForeignKey(
                name=reference.name,
                table=op.table,
                referent=reference.table,
                local_cols=(op.column.name,),
                remote_cols=(Name(reference.column),),
                extra=reference.extra,
            )
            done = next(d for d in past.done if d.op is op)
            name = real_name(key, done, past)
            if isinstance(name, str):
                yield _checked(replace(key, name=final(name)), op.table, name)


def _checked(op: ops.CreateForeignKey | ops.CreateCheckConstraint, table: Table, name: str) -> Part:
    """Dropped if it is there, added NOT VALID, validated after a commit."""
    kind = "foreignkey" if isinstance(op, ops.CreateForeignKey) else "check"
    guard = ops.DropConstraint(name=final(name), table=table, type_=kind, if_exists=True)
    validate = ops.ValidateConstraint(name=final(name), table=table)
    return Part(steps=(Step(ops=(guard, made_again(op, table, name))), Step(ops=(validate,), gate=Gate.COMMIT)))


def _constraint(done: Done, op: ops.CreateForeignKey | ops.CreateCheckConstraint, past: Past) -> Repeat | None:
    left, name = constraint_left(op, past), real_name(op, done, past)
    if left is None:
        return None
    if not isinstance(name, str):
        return Repeat(left_out=f"a constraint of {op.table} is not added: its real name is not known")
    return Repeat(parts=(_checked(op, left[0], name),), named=name)


def _index(done: Done, op: ops.CreateIndex, past: Past) -> Repeat | None:
    left = index_left(op, past)
    if left is None or op.name is None:
        return None
    why_not = why_not_concurrently(op, past.context(done))
    if why_not:
        return Repeat(named=op.name.text, left_out=f"{op.name} is not built: {why_not}")
    made = replace(op, table=left[0], name=Name(op.name.text))
    step = build_concurrently(made, past.context(done), comment=None)
    test = Test(what="index", table=left[0], name=Name(op.name.text))
    return Repeat(parts=(Part(steps=(step,), unless=test),), named=op.name.text)


def _update(done: Done, op: ops.Update, past: Past) -> Repeat | None:
    """Rows are filled where the columns may be NULL; a constant default has filled the others."""
    state = past.state(op.table)
    columns = [c for c, _ in op.assignments] if isinstance(op.assignments, tuple) else []
    known = [state.column(c) for c in columns] if state else []
    if columns and all(c is not None and c.nullable is False and is_constant_default(c.default) for c in known):
        return None
    ctx = past.context(done)
    if not is_idempotent(op) or why_not_batched(op, done.at, ctx) or any(c is None for c in known):
        return Repeat(
            left_out=f"line {done.at.span.line} of {done.revision} ({op.table}) is not repeated: it is not safe to run twice"
        )
    return Repeat(parts=(Part(steps=(in_batches(op, done.at, ctx),)),))


def _alter(done: Done, op: ops.AlterColumn, past: Past) -> Repeat | None:
    """A column that the revision adds itself is added as it is in the end; others are only told."""
    added = past.context(done).column_added_here(op.table, op.column.text, done.at)
    if added is not None:
        return None
    return Repeat(
        left_out=f"line {done.at.span.line} of {done.revision} alters {op.table}.{op.column}, which is not repeated: look whether it is missing"
    )


def _type(column: ColumnState) -> TypeExpr | None:
    return column.type if isinstance(column.type, TypeExpr) and column.type.code else None
