"""Constraints: what is found, and what the plans say. Cases that must not be found come first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from situation import P, T, at_, codes, column, found, plan_of, planned, schema, sql, table

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Name, Table
from migfix.model.target import EnvFacts
from migfix.plan import Applicability, Gate

KEY = ops.CreateForeignKey(name=Name("fk"), table=T, referent=P, local_cols=(Name("n"),), remote_cols=(Name("id"),))
CHECK = ops.CreateCheckConstraint(name=Name("ck"), table=T, condition=sql("n > 0"))
UNIQUE = ops.CreateUniqueConstraint(name=Name("uq"), table=T, columns=(Name("n"),))
PRIMARY = ops.CreatePrimaryKey(name=Name("pk"), table=T, columns=(Name("a"),))
VALIDATE = ops.ValidateConstraint(name=Name("fk"), table=T)
NAMING = EnvFacts(
    naming={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
NEW = Table(Name("new"))
NOT_FOUND: dict[str, list[ops.Op]] = {
    "foreign key, not valid": [replace(KEY, not_valid=True)],
    "foreign key that may be valid or not": [replace(KEY, not_valid=UNKNOWN)],
    "check, not valid": [replace(CHECK, not_valid=True)],
    "check that may be valid or not": [replace(CHECK, not_valid=UNKNOWN)],
    "constraint over an index": [
        ops.AddConstraintUsingIndex(name=Name("uq"), table=T, kind="unique", index=Name("uq"))
    ],
    "drops": [ops.DropConstraint(name=Name("fk"), table=T, type_="foreignkey")],
    "new table": [
        table("new"),
        replace(KEY, table=NEW),
        replace(CHECK, table=NEW),
        replace(UNIQUE, table=NEW),
        replace(PRIMARY, table=NEW),
    ],
    "table dropped later": [KEY, CHECK, UNIQUE, ops.DropTable(table=T)],
    "validate of something long ago": [VALIDATE],
    "validate after something on another table": [ops.AddColumn(table=P, column=column("x")), VALIDATE],
}


@pytest.mark.parametrize("name", NOT_FOUND)
def test_is_not_found(name: str) -> None:
    assert [c for c in codes(NOT_FOUND[name], schema()) if c.startswith("MF30")] == [], name


def test_validate_in_a_block_is_right() -> None:
    block = at_(VALIDATE, autocommit=True, transaction=1)
    assert "MF306" not in codes([replace(KEY, not_valid=True), block], schema())


def test_validate_in_another_transaction_is_right() -> None:
    assert "MF306" not in codes([replace(KEY, not_valid=True), at_(VALIDATE, transaction=1)], schema())


def test_an_earlier_revision_in_a_transaction_of_its_own_is_right() -> None:
    before = schema(table("t"), table("p"), replace(KEY, not_valid=True))
    assert codes([VALIDATE], before, env=EnvFacts(per_migration=True, naming={})) == []
    assert codes([VALIDATE], before, env=EnvFacts(per_migration=UNKNOWN, naming={})) == []
    assert codes([VALIDATE], before) == ["MF306"]


def test_other_dialects_are_not_judged() -> None:
    assert codes([at_(KEY, dialects=frozenset({"sqlite"}))], schema()) == []


@pytest.mark.parametrize(("op", "code"), [(KEY, "MF303"), (CHECK, "MF304"), (UNIQUE, "MF301"), (PRIMARY, "MF302")])
def test_is_found(op: ops.Op, code: str) -> None:
    assert [c for c in codes([op], schema()) if c.startswith("MF30")] == [code]


@pytest.mark.parametrize("op", [KEY, CHECK])
def test_validated_after_a_commit(op: ops.CreateForeignKey | ops.CreateCheckConstraint) -> None:
    (plan,) = found([op], schema())[0].plans
    first, second = plan.replaces[0]
    assert (first.gate, second.gate) == (Gate.NONE, Gate.COMMIT)
    guard, add = first.ops
    assert isinstance(guard, ops.DropConstraint)
    assert (guard.if_exists, guard.name) == (True, op.name)
    assert add == replace(op, not_valid=True)
    assert second.ops == (ops.ValidateConstraint(name=op.name or Name(""), table=T),)


def test_a_drop_of_the_author_is_the_guard() -> None:
    drop = ops.DropConstraint(name=Name("fk"), table=T, type_="foreignkey")
    between = ops.DropColumn(table=T, column=Name("x"))
    for given in ([drop, KEY], [drop, between, KEY]):
        assert not any(
            isinstance(o, ops.DropConstraint) for o in planned(plan_of(given, "MF303", schema()), len(given) - 1)
        )


def test_a_drop_of_another_is_not() -> None:
    drop = ops.DropConstraint(name=Name("other"), table=T, type_="foreignkey")
    assert isinstance(planned(plan_of([drop, KEY], "MF303", schema()), 1)[0], ops.DropConstraint)


def test_a_convention_renames_a_check_and_nothing_else() -> None:
    validate = planned(plan_of([CHECK], "MF304", schema(), env=NAMING))[-1]
    assert validate == ops.ValidateConstraint(name=Name("ck_t_ck"), table=T)
    validate = planned(plan_of([KEY], "MF303", schema(), env=NAMING))[-1]
    assert validate == ops.ValidateConstraint(name=Name("fk"), table=T)


def test_op_f_is_left_alone() -> None:
    final = replace(CHECK, name=Name("ck", final=True))
    assert planned(plan_of([final], "MF304", schema(), env=NAMING))[-1] == ops.ValidateConstraint(
        name=Name("ck"), table=T
    )
    assert planned(plan_of([final], "MF304", schema(), env=EnvFacts(naming=UNKNOWN)))


@pytest.mark.parametrize(
    ("op", "code", "postgresql", "convention"),
    [
        (replace(KEY, name=None), "MF303", "t_n_fkey", "fk_t_n_p"),
        (replace(UNIQUE, name=None, columns=(Name("n"), Name("a"))), "MF301", "t_n_a_key", "uq_t_n_a"),
        (replace(PRIMARY, name=None), "MF302", "t_pkey", "pk_t"),
    ],
)
def test_what_nobody_named(op: ops.Op, code: str, postgresql: str, convention: str) -> None:
    assert planned(plan_of([op], code, schema()))[-1].name == Name(postgresql)  # type: ignore[attr-defined]
    assert planned(plan_of([op], code, schema(), env=NAMING))[-1].name == Name(convention)  # type: ignore[attr-defined]
    (finding,) = [f for f in found([op], schema(), env=EnvFacts(naming=UNKNOWN)) if f.code == code]
    assert finding.why_not is not None


def test_a_name_already_taken_is_not_foretold() -> None:
    before = schema(table("t"), table("p"), replace(KEY, name=Name("t_n_fkey")))
    (finding,) = found([replace(KEY, name=None)], before)
    assert finding.why_not is not None


def test_no_convention_reaches_sql() -> None:
    plan = plan_of([at_(CHECK, spelling="sql")], "MF304", schema(), env=NAMING)
    assert planned(plan)[-1] == ops.ValidateConstraint(name=Name("ck"), table=T)


def test_a_check_without_a_name_is_refused() -> None:
    (finding,) = found([replace(CHECK, name=None)], schema())
    assert finding.why_not is not None


def test_a_name_of_a_loop_is_refused() -> None:
    for op in (KEY, CHECK, UNIQUE, PRIMARY):
        (finding,) = found([replace(op, name=Name("x", varies=True))], schema())  # type: ignore[type-var]
        assert finding.why_not is not None
        assert "computed" in finding.why_not


def test_partitioned_tables_before_18_take_no_unchecked_key() -> None:
    before = schema(table("t", partitioned=True), table("p"))
    (finding,) = found([KEY], before)
    assert finding.why_not is not None
    assert plan_of([KEY], "MF303", before, pg_version=18).replaces


def test_a_unique_constraint_over_an_index() -> None:
    plan = plan_of([replace(UNIQUE, deferrable=True, nulls_not_distinct=True)], "MF301", schema())
    leftover, drop, create, made = planned(plan)
    assert isinstance(leftover, ops.DropConstraint)
    assert isinstance(drop, ops.DropIndex)
    assert isinstance(create, ops.CreateIndex)
    assert (create.unique, create.concurrently, create.nulls_not_distinct) == (True, True, True)
    assert made == ops.AddConstraintUsingIndex(
        name=Name("uq"), table=T, kind="unique", index=Name("uq"), deferrable=True
    )
    assert plan.applicability is Applicability.SAFE


def test_initially_deferred_is_carried_over() -> None:
    made = planned(plan_of([replace(UNIQUE, initially="DEFERRED")], "MF301", schema()))[-1]
    assert isinstance(made, ops.AddConstraintUsingIndex)
    assert (made.deferrable, made.initially_deferred) == (True, True)


def test_what_an_index_cannot_carry_over_is_refused() -> None:
    (finding,) = found([replace(UNIQUE, extra=(("postgresql_include", "['a']"),))], schema())
    assert finding.why_not is not None


def test_a_key_made_anew_keeps_the_old_one_until_then() -> None:
    drop = ops.DropConstraint(name=Name("uq"), table=T, type_="unique")
    plan = plan_of([drop, UNIQUE], "MF301", schema())
    assert plan.replaces[0] == ()
    kinds = [type(o).__name__ for o in planned(plan, 1)]
    assert kinds == ["DropIndex", "CreateIndex", "DropConstraint", "AddConstraintUsingIndex"]
    made = planned(plan, 1)[-1]
    assert isinstance(made, ops.AddConstraintUsingIndex)
    assert (made.name, made.index) == (Name("uq"), Name("uq_new"))


def test_a_primary_key_of_another_name_is_swapped_too() -> None:
    drop = ops.DropConstraint(name=Name("old"), table=T, type_="primary")
    names = [getattr(o, "name", None) for o in planned(plan_of([drop, PRIMARY], "MF302", schema()), 1)]
    assert names == [Name("pk_new"), Name("pk_new"), Name("old"), Name("pk"), Name("pk")]


def test_a_key_dropped_long_before_is_for_review() -> None:
    drop = ops.DropConstraint(name=Name("uq"), table=T, type_="unique")
    between = ops.AlterColumn(table=T, column=Name("n"), type_=column("x").type)
    plan = plan_of([drop, between, UNIQUE], "MF301", schema())
    assert (plan.applicability, 0 in plan.replaces) == (Applicability.REVIEW, False)


def test_a_primary_key_on_known_columns_is_safe() -> None:
    plan = plan_of([PRIMARY], "MF302", schema())
    assert (plan.applicability, len(planned(plan))) == (Applicability.SAFE, 4)


def test_a_primary_key_on_other_columns_is_proven_first() -> None:
    plan = plan_of([replace(PRIMARY, columns=(Name("n"), Name("x")))], "MF302", schema())
    check = planned(plan)[1]
    assert isinstance(check, ops.CreateCheckConstraint)
    assert check.condition.value == "n IS NOT NULL AND x IS NOT NULL"
    assert plan.applicability is Applicability.REVIEW


def test_validate_under_the_lock_of_its_own_transaction() -> None:
    plan = plan_of([replace(KEY, not_valid=True), VALIDATE], "MF306", schema())
    assert [s.gate for s in plan.replaces[1]] == [Gate.COMMIT]
    guard, add = planned(plan, 0)
    assert guard == ops.DropConstraint(name=Name("fk"), table=T, type_="foreignkey", if_exists=True)
    assert add == replace(KEY, not_valid=True)


def test_validate_under_the_lock_of_something_else() -> None:
    plan = plan_of([ops.AddColumn(table=T, column=column("x")), VALIDATE], "MF306", schema())
    assert list(plan.replaces) == [1]


def test_validate_on_the_table_a_key_refers_to() -> None:
    given = [replace(KEY, not_valid=True), ops.ValidateConstraint(name=Name("x"), table=P)]
    (finding,) = [f for f in found(given, schema()) if f.code == "MF306"]
    assert (finding.lock, finding.blocks) == ("SHARE ROW EXCLUSIVE", "writes")


def test_set_not_null_after_a_native_constraint() -> None:
    native = ops.SetNotNullNotValid(name=Name("nn"), table=T, column=Name("n"))
    given = [native, ops.AlterColumn(table=T, column=Name("n"), nullable=False)]
    assert codes(given, schema(), pg_version=18) == ["MF306"]
    plan = plan_of(given, "MF306", schema(), pg_version=18)
    assert planned(plan, 1) == [ops.ValidateConstraint(name=Name("nn"), table=T)]
