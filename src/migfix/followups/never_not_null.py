"""A column was filled, and perhaps a CHECK says NOT NULL; but the column itself still takes NULL.

The last step of the series is missing: SET NOT NULL, which reads no row once a validated CHECK proves it (PostgreSQL ≥
12), and then the CHECK is dropped. The intent must be on record: a CHECK of the column, or models that say NOT NULL
for a column that a revision has filled. Without a CHECK it is a question, since NULLs may have come in after the fill.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.followups.api import Left, follow_up
from migfix.followups.checks import NotNullCheck, as_before, is_declared, not_null_checks
from migfix.followups.past import Done, Past, final
from migfix.model import ops
from migfix.model.identifiers import qualified, quoted
from migfix.model.maybe import UNKNOWN, Maybe, Name, Table, TypeExpr
from migfix.model.schema import ColumnState
from migfix.plan import Applicability, Gate, Part, Step
from migfix.recipes.backfill import nulls_wanted
from migfix.recipes.constraints import prove_all_not_null


@follow_up(40, "set columns not null")
def still_takes_null(past: Past) -> Iterator[Left]:
    proven: set[tuple[str, str]] = set()
    for check in not_null_checks(past):
        if (
            check.nullable is not True
            or is_declared(check, past)
            or _models_say(check.table, check.column, past) is True
        ):
            continue
        proven.add((str(check.table), check.column))
        yield _from_check(check, past)
    for done, table, column in _filled(past):
        if (str(table), column.name) not in proven:
            proven.add((str(table), column.name))
            yield _from_models(done, table, column)


def _models_say(table: Table, column: str, past: Past) -> Maybe[bool]:
    """The column's nullability in the models; UNKNOWN without them."""
    declared = past.models.table(table) if past.models else None
    found = declared.columns.get(column) if declared else None
    return UNKNOWN if found is None else found.nullable


def _from_check(check: NotNullCheck, past: Past) -> Left:
    column, state = Name(check.column), past.state(check.table)
    known = state.column(check.column) if state else None
    alter = ops.AlterColumn(table=check.table, column=column, nullable=False, existing_type=_type(known))
    done = ops.DropConstraint(name=final(check.name), table=check.table, type_="check", if_exists=True)
    steps: tuple[Step, ...] = (
        Step(ops=(alter, done), comment=f"{check.name} of {check.done.revision} proves it: no row is read."),
    )
    if not check.validated:
        again = ops.CreateCheckConstraint(
            name=final(check.name), table=check.table, condition=check.op.condition, not_valid=True
        )
        validate = ops.ValidateConstraint(name=final(check.name), table=check.table)
        comment = f"{check.done.revision} added {check.name} and went no further: validate it, let it prove NOT NULL, drop it."
        steps = (Step(ops=(done, again), comment=comment), Step(ops=(validate, alter, done), gate=Gate.COMMIT))
    back = ops.AlterColumn(table=check.table, column=column, nullable=True, existing_type=_type(known))
    return Left(
        done=check.done,
        subject=f"{check.table}.{check.column}",
        message=f"{check.table}.{check.column} still takes NULL by itself: {check.name} says it must not, and nothing went on from there; set NOT NULL and drop the CHECK",
        slug=f"set {check.table.name} {check.column} not null",
        up=(Part(steps=steps),),
        down=(Part(steps=(*as_before(check), Step(ops=(back,)))),),
        checks=() if check.validated else (_nulls(check.table, check.column),),
    )


def _filled(past: Past) -> Iterator[tuple[Done, Table, ColumnState]]:
    """Columns that an UPDATE fills, that the models call NOT NULL, and that are nullable at the end."""
    for done, op in past.of(ops.Update):
        state = past.state(op.table)
        if state is None or not isinstance(op.assignments, tuple) or past.models is None:
            continue
        for name, _ in op.assignments:
            column = state.column(name)
            fills = op.where is None or name in nulls_wanted(op.where)
            if column is None or column.nullable is not True or not fills or past.is_doubtful(done, name):
                continue
            if _models_say(op.table, name, past) is False:
                yield done, op.table, column


def _from_models(done: Done, table: Table, column: ColumnState) -> Left:
    name, where = Name(column.name), f"{table}.{column.name}"
    alter = ops.AlterColumn(table=table, column=name, nullable=False, existing_type=_type(column))
    first, *rest = prove_all_not_null(table, (alter,))
    comment = f"{done.revision} filled {column.name} and left it nullable; the models say NOT NULL."
    back = ops.AlterColumn(table=table, column=name, nullable=True, existing_type=_type(column))
    return Left(
        done=done,
        subject=where,
        message=f"{where} was filled and the models call it NOT NULL, but the column still takes NULL; set NOT NULL behind a validated CHECK",
        slug=f"set {table.name} {column.name} not null",
        applicability=Applicability.REVIEW,
        up=(Part(steps=(Step(ops=first.ops, comment=comment), *rest)),),
        down=(Part(steps=(Step(ops=(back,)),)),),
        assumes=(
            f"no row has NULL in {where}: one that does makes VALIDATE fail, and the CHECK that stays refuses every UPDATE of it",
        ),
        checks=(_nulls(table, column.name),),
    )


def _type(column: ColumnState | None) -> TypeExpr | None:
    return column.type if column is not None and isinstance(column.type, TypeExpr) and column.type.code else None


def _nulls(table: Table, column: str) -> str:
    return f"SELECT count(*) FROM {qualified(table)} WHERE {quoted(column)} IS NULL"
