"""A test for existence returned early, and the revision was stamped without having done anything.

`if not table_exists(): return` skips where the table came later, by another branch: its columns and indexes are missing
there for ever, and the stamp says otherwise. A follow-up adds each of them as the whole chain leaves it, where it is
missing; where the revision did its work, nothing happens. downgrade() leaves them: where they were before they must
stay, and the revision that meant to make them takes them away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from migfix.followups.api import Left, follow_up
from migfix.followups.names import constraint_left, index_left, made_again, real_name
from migfix.followups.past import Done, Past, final
from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Name, Table, TypeExpr
from migfix.model.record import record
from migfix.model.revision import ExistenceGuard
from migfix.model.schema import ColumnState
from migfix.model.sql_text import is_idempotent
from migfix.plan import Applicability, Gate, Input, Part, Step, Test
from migfix.recipes.backfill import in_batches, why_not_batched
from migfix.recipes.indexes import build_concurrently, why_not_concurrently
from migfix.recipes.nullability import is_constant_default
from migfix.recipes.spelling import default_of, value_kind

KEPT = "{revision} takes away what it meant to make; where it was before, it must stay."
UNMADE = "no revision before this head certainly creates {table}: where the heads are several, make them one first"
_ABSENT = re.compile(r"\bnot\b|\bis False\b|== False\b|\b\w*(missing|absent)\w*\(")


@record
class _Repeat:
    """What one skipped op comes to: parts, or what is asked for, or why it is left out."""

    parts: tuple[Part, ...] = ()
    needs: tuple[Input, ...] = ()
    left_out: str | None = None
    named: str = ""
    asked: bool = False
    """The user has given a value for it."""


@follow_up(10, "add what was skipped")
def did_nothing(past: Past) -> Iterator[Left]:
    for guard, after in past.guards():
        if _ABSENT.search(guard.test) and not _cannot_skip(guard, after[0], past) and _is_lacking(after, past):
            yield from _left(guard, after, past)


def _cannot_skip(guard: ExistenceGuard, done: Done, past: Past) -> bool:
    """Every table that the test names is created by this revision or one before it."""
    named = {t.rpartition(".")[2] for t in guard.tables}
    made = {
        op.table.name.text
        for d, op in past.of(ops.CreateTable)
        if d.revision == done.revision or past.graph.is_ancestor(d.revision, done.revision)
    }
    return bool(named) and named <= made


def _is_made(table: Table, past: Past) -> bool:
    """Some revision up to the head creates the table without a condition, so that it is there by then."""
    made = (d for d, op in past.of(ops.CreateTable) if op.table.key == table.key)
    return any(d.is_certain for d in made) or any(op.new_name == table.name for _, op in past.of(ops.RenameTable))


def _is_lacking(after: tuple[Done, ...], past: Past) -> bool:
    """No database was asked, or one of those asked lacks a column that the ops add."""
    asked = past.asked(after[0])
    adds = [(d.op.table.key, d.op.column.name.text) for d in after if isinstance(d.op, ops.AddColumn)]
    return not asked or not adds or any(c not in s.columns.get(k, frozenset({c})) for s in asked for k, c in adds)


def _left(guard: ExistenceGuard, after: tuple[Done, ...], past: Past) -> Iterator[Left]:
    repeats = [r for done in after if (r := _repeat(done, past)) is not None]
    unmade = next((t for done in after if (t := ops.table_of(done.op)) is not None and not _is_made(t, past)), None)
    comment = (
        f"{after[0].revision} skipped what follows where {', '.join(guard.tables) or 'the table'} was not there yet."
    )
    done_parts = _said([p for r in repeats for p in r.parts], comment)
    needs = tuple(n for r in repeats for n in r.needs)
    out = [r.left_out for r in repeats if r.left_out]
    named = [r.named for r in repeats if r.named]
    if not named:
        return
    first, table = after[0], ", ".join(guard.tables) or "the table"
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    kept = KEPT.format(revision=first.revision)
    yield Left(
        done=first,
        span=guard.span,
        subject=f"{first.revision} {table}",
        message=f"{first.revision} did nothing on databases where {table} was not there yet, and was stamped all the same: {listed} may be missing there; add what is missing",
        slug=f"add what {first.revision} skipped",
        applicability=Applicability.REVIEW if needs or out or any(r.asked for r in repeats) else Applicability.SAFE,
        up=() if needs else done_parts,
        down=(Part(steps=(Step(ops=(), comment=kept),)),),
        needs=needs,
        assumes=tuple(out),
        why_not=UNMADE.format(table=unmade) if unmade else None if done_parts or needs else "; ".join(out) or None,
    )


def _said(parts: list[Part], comment: str) -> tuple[Part, ...]:
    """The parts with the comment on the first."""
    if not parts:
        return ()
    first, *rest = parts
    said = replace(first.steps[0], comment=comment)
    return (replace(first, steps=(said, *first.steps[1:])), *rest)


def _repeat(done: Done, past: Past) -> _Repeat | None:
    """None where there is nothing to repeat: gone since, or added again by a later revision."""
    op, table = done.op, ops.table_of(done.op)
    if table is None or isinstance(op, ops.Harmless):
        return None if not isinstance(op, ops.Opaque | ops.RunSql) else _Repeat(left_out=_unread(done))
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
    return _Repeat(
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


def _column(done: Done, op: ops.AddColumn, left: ColumnState, past: Past) -> _Repeat:
    """The column as the chain leaves it."""
    name, where = op.column.name, f"{op.table}.{op.column.name}"
    if name.varies or left.nullable is UNKNOWN or left.default is UNKNOWN or left.type is UNKNOWN:
        return _Repeat(named=where, left_out=f"{where} is not added: what it is in the end could not be read")
    odd = op.column.identity or op.column.computed is not None or op.column.primary_key is not False or op.column.checks
    if odd or op.column.unique is not False or (op.column.index is not False):
        return _Repeat(named=where, left_out=f"{where} is not added: it is more than a plain column")
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
            return _Repeat(
                named=where, left_out=f"{where} is not added: NOT NULL needs one value for the rows that are there"
            )
        if given is None:
            question = f"which value shall {where} get in the rows of a database that lacks it?"
            return _Repeat(named=where, needs=(Input(key=key, kind="value", question=question),))
        plain = replace(plain, server_default=default_of(given))
        last = (
            Step(ops=(ops.AlterColumn(table=op.table, column=name, server_default=None, existing_type=_type(left)),)),
        )
    add = Step(ops=(_guarded(op, plain, past),))
    test = Test(what="column", table=op.table, name=Name(name.text))
    parts = (Part(steps=(add, *last), unless=None if _is_guarded(past) else test), *_references(op, past))
    return _Repeat(parts=parts, named=where, asked=bool(last))


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


def _constraint(done: Done, op: ops.CreateForeignKey | ops.CreateCheckConstraint, past: Past) -> _Repeat | None:
    left, name = constraint_left(op, past), real_name(op, done, past)
    if left is None:
        return None
    if not isinstance(name, str):
        return _Repeat(left_out=f"a constraint of {op.table} is not added: its real name is not known")
    return _Repeat(parts=(_checked(op, left[0], name),), named=name)


def _index(done: Done, op: ops.CreateIndex, past: Past) -> _Repeat | None:
    left = index_left(op.name, past)
    if left is None or op.name is None:
        return None
    why_not = why_not_concurrently(op, past.context(done))
    if why_not:
        return _Repeat(named=op.name.text, left_out=f"{op.name} is not built: {why_not}")
    made = replace(op, table=left[0], name=Name(op.name.text))
    step = build_concurrently(made, past.context(done), comment=None)
    test = Test(what="index", table=left[0], name=Name(op.name.text))
    return _Repeat(parts=(Part(steps=(step,), unless=test),), named=op.name.text)


def _update(done: Done, op: ops.Update, past: Past) -> _Repeat | None:
    """Rows are filled where the columns may be NULL; a constant default has filled the others."""
    state = past.state(op.table)
    columns = [c for c, _ in op.assignments] if isinstance(op.assignments, tuple) else []
    known = [state.column(c) for c in columns] if state else []
    if columns and all(c is not None and c.nullable is False and is_constant_default(c.default) for c in known):
        return None
    ctx = past.context(done)
    if not is_idempotent(op) or why_not_batched(op, done.at, ctx) or any(c is None for c in known):
        return _Repeat(
            left_out=f"line {done.at.span.line} of {done.revision} ({op.table}) is not repeated: it is not safe to run twice"
        )
    return _Repeat(parts=(Part(steps=(in_batches(op, done.at, ctx),)),))


def _alter(done: Done, op: ops.AlterColumn, past: Past) -> _Repeat | None:
    """A column that the revision adds itself is added as it is in the end; others are only told."""
    added = past.context(done).column_added_here(op.table, op.column.text, done.at)
    if added is not None:
        return None
    return _Repeat(
        left_out=f"line {done.at.span.line} of {done.revision} alters {op.table}.{op.column}, which is not repeated: look whether it is missing"
    )


def _type(column: ColumnState) -> TypeExpr | None:
    return column.type if isinstance(column.type, TypeExpr) and column.type.code else None
