"""Columns: what is found, and what the plans say. Cases that must not be found come first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import Given
from situation import T, at_, codes, column, default, found, plan_of, planned, schema, sql, table, update

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Name, Table
from migfix.model.target import EnvFacts
from migfix.plan import Applicability, Gate, Step

ADD = ops.AddColumn(table=T, column=column("c"))
SET = ops.AlterColumn(table=T, column=Name("n"), nullable=False)
TO_P = ops.Reference(table=Table(Name("p")), column="id")
UUID = default("gen_random_uuid()")
FREE = default("free", "literal")
FILL = update("UPDATE t SET c = a", "c", "a", None)


def add(**changes: object) -> ops.AddColumn:
    return ops.AddColumn(table=T, column=column("c", **changes))


NOT_FOUND: dict[str, list[ops.Op]] = {
    "nullable": [add()],
    "not null with a constant": [add(nullable=False, server_default=FREE)],
    "not null with now()": [add(nullable=False, server_default=default("now()"))],
    "not null with a default nobody can read": [add(nullable=False, server_default=default("x", "unknown"))],
    "not null that may or may not be": [add(nullable=UNKNOWN)],
    "not null after a DELETE of all rows": [
        ops.Delete(table=Table(Name("t")), sql="DELETE FROM t", where=None),
        add(nullable=False),
    ],
    "a string that looks like a call": [add(server_default=default("gen_random_uuid()", "literal"))],
    "inline reference": [replace(add(references=(TO_P,)), inline_references=True)],
    "reference that is not checked": [add(references=(replace(TO_P, not_valid=True),))],
    "unique that may or may not be": [add(unique=UNKNOWN)],
    "index that may or may not be": [add(index=UNKNOWN)],
    "drop not null": [ops.AlterColumn(table=T, column=Name("a"), nullable=True)],
    "set not null of a not null column": [ops.AlterColumn(table=T, column=Name("a"), nullable=False)],
    "set not null, existing_nullable says so": [replace(SET, existing_nullable=False)],
    "not null that is computed": [replace(SET, nullable=UNKNOWN)],
    "new table": [
        table("new"),
        ops.AddColumn(table=Table(Name("new")), column=column("c", nullable=False, unique=True)),
    ],
    "table dropped later": [add(unique=True, index=True), ops.DropTable(table=T)],
}


@pytest.mark.parametrize("name", NOT_FOUND)
def test_is_not_found(name: str) -> None:
    wanted = [c for c in codes(NOT_FOUND[name], schema()) if c.startswith("MF10")]
    assert wanted == []


def test_other_dialects_are_not_judged() -> None:
    assert codes([at_(add(nullable=False, unique=True), dialects=frozenset({"mysql"}))], schema()) == []


def test_small_tables_are_not_judged() -> None:
    assert codes([add(unique=True)], schema(), small_tables=frozenset({"t"})) == []


def test_a_validated_check_proves_not_null() -> None:
    check = ops.CreateCheckConstraint(name=Name("ck"), table=T, condition=sql("n IS NOT NULL"), not_valid=True)
    validate = ops.ValidateConstraint(name=Name("ck"), table=T)
    before = schema(table("t"), check, validate)
    assert codes([SET], before) == []
    assert codes([SET], schema(table("t"), check)) == ["MF103"]


def test_a_validated_native_constraint_proves_not_null() -> None:
    native = ops.SetNotNullNotValid(name=Name("nn"), table=T, column=Name("n"))
    validate = ops.ValidateConstraint(name=Name("nn"), table=T)
    assert codes([SET], schema(table("t"), native, validate), pg_version=18) == []
    assert codes([SET], schema(table("t"), native), pg_version=18) == ["MF306"]


def test_a_late_update_is_left_to_its_own_rule() -> None:
    assert "MF101" not in codes([add(nullable=False), FILL], schema())


FOUND: dict[str, tuple[ops.Op, str]] = {
    "not null": (add(nullable=False), "MF101"),
    "volatile": (add(server_default=UUID), "MF102"),
    "nextval": (add(server_default=default("nextval('s')")), "MF102"),
    "set not null": (SET, "MF103"),
    "reference": (add(references=(TO_P,)), "MF104"),
    "inline reference with a default": (
        replace(add(references=(TO_P,), server_default=default("1")), inline_references=True),
        "MF104",
    ),
    "two inline references": (replace(add(references=(TO_P, TO_P)), inline_references=True), "MF104"),
    "unique": (add(unique=True), "MF105"),
    "check": (add(checks=(sql("c > 0"),), check_names=(None,)), "MF106"),
    "index": (add(index=True), "MF107"),
    "unique index": (add(index=True, unique=True), "MF107"),
    "unique index with a constant": (add(index=True, unique=True, server_default=FREE), "MF105"),
}


@pytest.mark.parametrize("name", FOUND)
def test_is_found(name: str) -> None:
    op, code = FOUND[name]
    assert codes([op], schema()) == [code]


def test_a_missing_value_is_asked_for_and_never_invented() -> None:
    python_side = add(nullable=False, default=replace(sql("free"), code="'free'"))
    plan = plan_of([python_side], "MF101", schema())
    assert (plan.replaces, [n.suggestion for n in plan.needs]) == ({}, ["'free'"])
    assert [n.suggestion for n in plan_of([add(nullable=False)], "MF101", schema()).needs] == [None]


@pytest.mark.parametrize(
    ("code", "expected"), [("'it''s'", "'its'"), ("0", "0"), ("False", "false"), ("dict", None), ("uuid4()", None)]
)
def test_only_plain_python_defaults_are_suggested(code: str, expected: str | None) -> None:
    op = add(nullable=False, default=replace(sql(""), code=code))
    assert [n.suggestion for n in plan_of([op], "MF101", schema()).needs] == [expected]


def test_a_constant_value_becomes_a_default_that_stays() -> None:
    plan = plan_of([add(nullable=False)], "MF101", schema(), values={"t.c": "'free'"})
    (added,) = planned(plan)
    assert isinstance(added, ops.AddColumn)
    assert added.column.nullable is False
    assert added.column.server_default == ops.Default(expr=replace(sql("free")), kind="literal")
    assert plan.applicability is Applicability.REVIEW
    assert plan.later == (ops.AlterColumn(table=T, column=Name("c"), server_default=None),)


def test_a_computed_value_is_filled_before_not_null() -> None:
    plan = plan_of([add(nullable=False)], "MF101", schema(), values={"t.c": "a * 2"})
    kinds = [type(op).__name__ for op in planned(plan)]
    assert kinds == [
        "AddColumn", "Backfill", "DropConstraint", "CreateCheckConstraint", "ValidateConstraint", "AlterColumn",
        "DropConstraint",
    ]  # fmt: skip
    assert plan.later == ()


def test_a_value_that_rows_cannot_share_is_not_taken_for_a_unique_column() -> None:
    finding = next(f for f in found([add(nullable=False, unique=True)], schema(), values={"t.c": "'x'"}))
    assert (finding.code, [n.key for n in finding.plans[0].needs]) == ("MF101", ["t.c"])


def test_null_is_no_value() -> None:
    assert plan_of([add(nullable=False)], "MF101", schema(), values={"t.c": "NULL"}).needs


def test_a_volatile_default_is_set_before_rows_are_filled() -> None:
    plan = plan_of([add(server_default=UUID)], "MF102", schema())
    added, set_default, fill = planned(plan)
    assert isinstance(added, ops.AddColumn)
    assert added.column.server_default is None
    assert isinstance(set_default, ops.AlterColumn)
    assert set_default.server_default == UUID
    assert isinstance(fill, ops.Backfill)
    assert fill.update.sql == "UPDATE t SET c = gen_random_uuid() WHERE c IS NULL"


def test_a_table_without_a_key_is_refused() -> None:
    (finding,) = found([add(server_default=UUID)], schema(table("t", column("x"))))
    assert finding.why_not == "t has no primary key to cut it into batches by"


def test_not_null_is_proven_after_a_commit() -> None:
    plan = plan_of([SET], "MF103", schema())
    first, second = plan.replaces[0]
    assert (first.gate, second.gate) == (Gate.NONE, Gate.COMMIT)
    assert [type(o).__name__ for o in (*first.ops, *second.ops)] == [
        "DropConstraint", "CreateCheckConstraint", "ValidateConstraint", "AlterColumn", "DropConstraint",
    ]  # fmt: skip
    check = first.ops[1]
    assert isinstance(check, ops.CreateCheckConstraint)
    assert (str(check.name), check.name is not None and check.name.final) == ("ck_t_n_filled", True)
    assert check.condition == sql("n IS NOT NULL")


def test_nulls_that_are_possible_are_for_review() -> None:
    plan = plan_of([SET], "MF103", schema())
    assert plan.applicability is Applicability.REVIEW
    assert plan.checks == ("SELECT count(*) FROM t WHERE n IS NULL",)


def test_a_column_filled_here_is_safe() -> None:
    fill = update("UPDATE t SET n = 0 WHERE n IS NULL", "n", "0", "n IS NULL")
    assert plan_of([fill, SET], "MF103", schema()).applicability is Applicability.SAFE


@pytest.mark.parametrize(
    "fill",
    [
        update("UPDATE t SET n = a", "n", "a", None),
        update("UPDATE t SET n = 0 WHERE a = 1", "n", "0", "a = 1"),
        update("UPDATE t SET n = NULL", "n", "NULL", None),
    ],
    ids=["computed", "some rows", "NULL"],
)
def test_a_fill_that_may_leave_nulls_is_for_review(fill: ops.Update) -> None:
    assert plan_of([fill, SET], "MF103", schema()).applicability is Applicability.REVIEW


def test_a_new_column_that_the_application_does_not_write_is_for_review() -> None:
    fill = update("UPDATE t SET c = 0", "c", "0", None)
    plan = plan_of([ADD, fill, replace(SET, column=Name("c"))], "MF103", schema())
    assert "the running application already writes t.c" in plan.assumes[0]


def test_a_constant_default_makes_not_null_part_of_add_column() -> None:
    plan = plan_of([add(server_default=FREE), replace(SET, column=Name("c"))], "MF103", schema())
    assert plan.applicability is Applicability.SAFE
    assert plan.replaces[1] == ()
    (added,) = planned(plan)
    assert isinstance(added, ops.AddColumn)
    assert added.column.nullable is False


def test_what_else_the_call_changes_stays_in_it() -> None:
    plan = plan_of([replace(SET, server_default=FREE)], "MF103", schema())
    assert planned(plan)[0] == replace(SET, nullable=None, server_default=FREE)
    plan = plan_of([replace(SET, server_default=None)], "MF103", schema())
    assert planned(plan)[-1] == replace(SET, nullable=None, server_default=None)


def test_a_type_change_in_the_same_call_is_refused() -> None:
    (finding,) = found([replace(SET, type_=column("x").type)], schema())
    assert finding.why_not is not None
    assert "two calls" in finding.why_not


def test_a_reserved_column_is_quoted() -> None:
    before = schema(table("t", column("id", primary_key=True), column("order")))
    check = planned(plan_of([replace(SET, column=Name("order"))], "MF103", before))[1]
    assert isinstance(check, ops.CreateCheckConstraint)
    assert check.condition.value == '"order" IS NOT NULL'


def test_a_long_helper_name_fits() -> None:
    long = Table(Name("t" * 60))
    plan = plan_of([replace(SET, table=long)], "MF103", schema(table("t" * 60)))
    name = planned(plan)[0].name  # type: ignore[attr-defined]
    assert len(name.text) <= 63
    assert name.text.endswith("_filled")


def test_references_are_inlined_where_that_gives_the_same_key() -> None:
    plan = plan_of([add(references=(TO_P,))], "MF104", schema(), alembic=(1, 19))
    assert planned(plan) == [replace(add(references=(TO_P,)), inline_references=True)]


@pytest.mark.parametrize(
    "changes",
    [
        {"alembic": (1, 18)},
        {"alembic": (1, 20), "env": EnvFacts(naming={"fk": "fk_%(table_name)s_%(column_0_name)s"})},
        {"alembic": (1, 20), "dialects": frozenset({"postgresql", "mysql"})},
    ],
    ids=["older alembic", "convention", "mysql"],
)
def test_references_are_split_otherwise(changes: dict[str, object]) -> None:
    plan = plan_of([add(references=(TO_P,))], "MF104", schema(), **changes)
    kinds = [type(op).__name__ for op in planned(plan)]
    assert kinds == ["AddColumn", "DropConstraint", "CreateForeignKey", "ValidateConstraint"]


def test_a_default_keeps_references_from_being_inlined() -> None:
    plan = plan_of([add(references=(TO_P,), server_default=default("1"))], "MF104", schema(), alembic=(1, 20))
    assert len(planned(plan)) == 4


def test_an_unread_convention_refuses_what_has_no_name() -> None:
    env = EnvFacts(naming=UNKNOWN)
    for op in (add(references=(TO_P,)), add(unique=True), add(index=True)):
        (finding,) = found([op], schema(), env=env)
        assert finding.why_not is not None


def test_a_unique_column_gets_the_name_it_would_have_had() -> None:
    plan = plan_of([add(unique=True)], "MF105", schema())
    made = planned(plan)[-1]
    assert isinstance(made, ops.AddConstraintUsingIndex)
    assert str(made.name) == "t_c_key"
    env = EnvFacts(naming={"uq": "uq_%(table_name)s_%(column_0_name)s"})
    made = planned(plan_of([add(unique=True)], "MF105", schema(), env=env))[-1]
    assert isinstance(made, ops.AddConstraintUsingIndex)
    assert str(made.name) == "uq_t_c"


def test_a_constant_in_a_unique_column_is_certain_to_fail() -> None:
    (finding,) = found([add(unique=True, server_default=FREE)], schema())
    assert finding.message.startswith("fails as soon as t has two rows")
    asks, partial = finding.plans
    assert ([n.key for n in asks.needs], partial.applicability) == (["t.c"], Applicability.REVIEW)


def test_an_unnamed_check_of_several_columns_is_refused() -> None:
    (finding,) = found([add(checks=(sql("c > a"),), check_names=(None,))], schema())
    assert finding.why_not is not None


def test_a_check_whose_name_was_not_read_is_refused() -> None:
    (finding,) = found([add(checks=(sql("c > 0"),))], schema())
    assert finding.why_not == "the name of its CHECK was not read"


def test_every_plan_is_free_of_its_own_finding() -> None:
    """The ops that a plan puts in place, folded and judged again, give nothing of these families."""
    for name, (op, code) in FOUND.items():
        settings = {"values": {"t.c": "a * 2"}, "alembic": (1, 20)}
        plan = next(p for f in found([op], schema(), **settings) if f.code == code for p in f.plans if p.replaces)
        again = _laid_out(plan.replaces[0])
        left = [c for c in codes(again, schema(), **settings) if c[:3] in ("MF1", "MF3")]
        assert left == [], name


def _laid_out(steps: tuple[Step, ...]) -> list[Given]:
    """The ops of the steps; each op of a COMMIT step is a transaction of its own."""
    made: list[Given] = []
    transaction = 0
    for step in steps:
        autocommit = step.gate >= Gate.COMMIT
        for op in step.ops:
            transaction += autocommit
            made.append(at_(op, autocommit=autocommit, transaction=transaction))
        transaction += autocommit
    return made
