"""Data: what must not be found first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import BLOCK, KNOWN, LATER, LOOP, ORDERS, USERS, add, context, delete, found, literal, table, update

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Name, Table
from migfix.model.schema import Schema
from migfix.plan import Applicability, Gate
from migfix.recipes.backfill import conjuncts, names_rows, nulls_wanted, with_null_test

NEW = Table(Name("teams"))
COPY = ops.Insert(
    table=NEW,
    sql="INSERT INTO teams SELECT id FROM users ON CONFLICT DO NOTHING",
    selects=True,
    on_conflict_do_nothing=True,
)
OFFLINE = {"condition": "if op.get_context().as_sql"}


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        pytest.param("MF501", [update("name = 'x'", "id = 5")], id="primary key"),
        pytest.param("MF501", [update("name = 'x'", "users.id IN (1, 2) AND name IS NULL")], id="keys in a list"),
        pytest.param("MF501", [update("status = 'x'", "number = 'A1'", ORDERS)], id="unique column"),
        pytest.param(
            "MF501", [(update("name = 'x'", "id BETWEEN :a AND :b", parameters=("a", "b")), LOOP)], id="batched"
        ),
        pytest.param("MF501", [(update("name = 'x'"), OFFLINE)], id="offline branch"),
        pytest.param("MF501", [table("teams"), update("id = 1", on=NEW)], id="new table"),
        pytest.param("MF501", [update("version_num = 'x'", on=Table(Name("alembic_version")))], id="alembic_version"),
        pytest.param("MF501", [(COPY, BLOCK)], id="copied in a transaction of its own"),
        pytest.param("MF501", [ops.Insert(table=USERS, sql="INSERT INTO users VALUES (1)")], id="values"),
        pytest.param(
            "MF501",
            [add("code", nullable=False, server_default=literal("x")), update("code = 'x'", "code IS NULL")],
            id="comes too late",
        ),
        pytest.param("MF502", [add("code"), update("code = 'x'", "code IS NULL")], id="nullable"),
        pytest.param(
            "MF502",
            [add("code", nullable=False, server_default=literal("x")), update("code = 'y'", "name = 'z'")],
            id="other condition",
        ),
        pytest.param(
            "MF502",
            [add("code", nullable=False, server_default=literal("x")), update("name = 'y'", "name IS NULL")],
            id="other column",
        ),
        pytest.param(
            "MF502", [add("code", nullable=UNKNOWN), update("code = 'x'", "code IS NULL")], id="perhaps nullable"
        ),
        pytest.param("MF503", [table("teams"), COPY], id="no lock held"),
        pytest.param("MF503", [add("x"), (COPY, LATER)], id="another transaction"),
        pytest.param("MF503", [add("x"), replace(COPY, selects=False)], id="values under a lock"),
        pytest.param("MF503", [table("teams"), add("x", NEW), COPY], id="lock on a new table"),
    ],
)
def test_nothing_is_found(code: str, steps: list[ops.Op]) -> None:
    assert found(code, *steps) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (replace(update("name = 'x'"), sql=UNKNOWN), "SQLAlchemy Core"),
        (replace(update("name = 'x'"), simple=False), "reads other tables"),
        (update("visits = visits + 1"), "second run"),
        (update("name = gen_random_uuid()::text"), "second run"),
        (update("name = 'x'", parameters=("x",)), "bind parameters"),
        (update("name = 'x'", "name IN (SELECT name FROM users GROUP BY 1)"), "reads users while"),
        (update("id = 0 - 1"), "primary key"),
    ],
)
def test_what_cannot_be_batched_is_reported_with_its_reason(change: ops.Update, why: str) -> None:
    (finding,) = found("MF501", change)
    assert finding.plans == ()
    assert why in (finding.why_not or "")


def test_a_table_whose_key_is_not_known_is_reported() -> None:
    (finding,) = found("MF501", update("name = 'x'"), before=Schema())
    assert "primary key of users is not known" in (finding.why_not or "")


def test_a_column_named_id_is_a_key_where_nothing_is_known() -> None:
    assert found("MF501", update("name = 'x'", "id = 5"), before=Schema()) == []


def test_a_new_column_tells_a_second_run_what_is_done() -> None:
    (finding,) = found("MF501", add("code"), update("code = lower(name)"))
    (step,) = finding.plans[0].replaces[1]
    (fill,) = step.ops
    assert isinstance(fill, ops.Backfill)
    assert (step.gate, fill.update.where, fill.key, fill.batch) == (
        Gate.COMMIT,
        "code IS NULL",
        ((Name("id"), "Integer"),),
        5000,
    )


def test_a_column_filled_before_does_not() -> None:
    first, second = found("MF501", add("code"), update("code = 'a'", "name = 'b'"), update("code = 'c'"))
    (fill,) = second.plans[0].replaces[2][0].ops
    assert isinstance(fill, ops.Backfill)
    assert fill.update.where is None
    assert first.subject != second.subject


def test_a_chain_of_updates_is_not_run_twice() -> None:
    first, _ = found("MF501", update("name = 'b'", "name = 'a'"), update("name = 'a'", "name = 'z'"))
    assert "a later UPDATE (line 11)" in (first.why_not or "")


def test_deleting_a_whole_table_is_batched() -> None:
    (finding,) = found("MF501", delete("name IS NULL"))
    assert finding.plans[0].title == "delete in batches by key, a commit each"


def test_the_incident_has_both_plans_the_steps_first() -> None:
    (finding,) = found(
        "MF502", add("code", nullable=False, server_default=literal("x")), update("code = 'x'", "code IS NULL")
    )
    steps, drop = finding.plans
    assert (steps.applicability, drop.applicability) == (Applicability.SAFE, Applicability.SAFE)
    assert drop.replaces == {1: ()}
    added, default = steps.replaces[0][0].ops
    assert isinstance(added, ops.AddColumn)
    assert (added.column.nullable, added.column.server_default) == (True, None)
    assert isinstance(default, ops.AlterColumn)
    assert default.server_default == literal("x")


def test_another_value_than_the_default_is_for_review() -> None:
    (finding,) = found(
        "MF502", add("code", nullable=False, server_default=literal("x")), update("code = 'y'", "code IS NULL")
    )
    assert [p.applicability for p in finding.plans] == [Applicability.REVIEW, Applicability.SAFE]


def test_before_postgresql_11_the_update_is_not_dropped() -> None:
    steps = add("code", nullable=False, server_default=literal("x")), update("code = 'x'", "code IS NULL")
    (finding,) = found("MF502", *steps, pg_version=10)
    assert len(finding.plans) == 1


def test_not_null_without_a_value_fails_before_the_update() -> None:
    (finding,) = found("MF502", add("code", nullable=False), update("code = 'x'"))
    assert "the revision fails there" in finding.message
    assert [p.applicability for p in finding.plans] == [Applicability.REVIEW]


def test_not_null_set_before_the_fill_is_set_after_it() -> None:
    early = ops.AlterColumn(table=USERS, column=Name("name"), nullable=False)
    (finding,) = found("MF502", early, update("name = ''", "name IS NULL"))
    assert finding.plans[0].replaces[0] == ()
    assert found("MF103", early, update("name = ''", "name IS NULL")) == []


def test_a_copy_under_a_lock_waits_for_the_commit() -> None:
    (finding,) = found("MF503", table("teams"), add("x"), COPY)
    assert finding.plans[0].replaces[2][0].gate is Gate.COMMIT


def test_a_copy_that_cannot_be_repeated_is_reported() -> None:
    (finding,) = found("MF503", add("x"), replace(COPY, on_conflict_do_nothing=False))
    assert "twice" in (finding.why_not or "")


@pytest.mark.parametrize(
    ("where", "parts"),
    [
        ("a = 1", 1),
        ("a = 1 AND b = 2", 2),
        ("a BETWEEN 1 AND 2 AND b = 3", 2),
        ("a = 1 OR b = 2 AND c = 3", 1),
        ("(a = 1 AND b = 2)", 1),
        ("a = 'x and y'", 1),
    ],
)
def test_conditions_are_cut_at_and(where: str, parts: int) -> None:
    assert len(conjuncts(where)) == parts


@pytest.mark.parametrize(
    ("where", "columns"),
    [
        ("a IS NULL", {"a"}),
        ("t.a IS NULL AND b = 1", {"a"}),
        ("a IS NULL OR b = 1", set()),
        ("a IS NOT NULL", set()),
        ("lower(a) IS NULL", set()),
        ('"A" IS NULL', {"A"}),
    ],
)
def test_null_tests_are_read(where: str, columns: set[str]) -> None:
    assert nulls_wanted(where) == columns


def test_a_null_test_joins_an_or_in_brackets() -> None:
    assert with_null_test(update("c = 1", "a = 1 OR b = 2"), "c").where == "(a = 1 OR b = 2) AND c IS NULL"


@pytest.mark.parametrize(
    "where", ["id > 5", "id = id", "id = parent_id", "id IN (SELECT 1)", "id = 5 OR name = 'x'", "name = 'x'"]
)
def test_a_condition_that_may_pick_many_rows_names_none(where: str) -> None:
    ctx = context(update("name = 'y'", where), before=KNOWN)
    change = ctx.ops[0].op
    assert isinstance(change, ops.Update)
    assert names_rows(change, ctx.ops[0], ctx) is False
