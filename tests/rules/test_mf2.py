"""Indexes: what must not be found first."""

from __future__ import annotations

import pytest
from build import BLOCK, ORDERS, STRING, USERS, add, column, context, drop_index, found, index, literal, table, update

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Expr, Name, Table
from migfix.plan import Applicability, Gate
from migfix.recipes.indexes import drops_before

NEW = Table(Name("teams"))
LIVING = Expr(code='sa.text("deleted_at IS NULL")', value="deleted_at IS NULL")


@pytest.mark.parametrize(
    ("code", "steps", "how"),
    [
        pytest.param("MF202", [index("i", "name")], {}, id="not unique"),
        pytest.param("MF202", [(index("i", "name", unique=True, concurrently=True), BLOCK)], {}, id="concurrent"),
        pytest.param("MF202", [table("teams"), index("i", "id", on=NEW, unique=True)], {}, id="new table"),
        pytest.param("MF202", [index("i", "name", unique=True)], {"small_tables": frozenset({"users"})}, id="small"),
        pytest.param(
            "MF202", [(index("i", "name", unique=True), {"dialects": frozenset({"sqlite"})})], {}, id="sqlite branch"
        ),
        pytest.param("MF203", [(drop_index("ix_users_name", concurrently=True), BLOCK)], {}, id="drop concurrent"),
        pytest.param("MF203", [drop_index("ix_users_name"), ops.DropTable(table=USERS)], {}, id="before drop_table"),
        pytest.param(
            "MF203", [drop_index("ix", None), ops.DropTable(table=USERS)], {}, id="before drop_table, unnamed table"
        ),
        pytest.param("MF203", [drop_index("uq_orders_number", ORDERS)], {}, id="backs a constraint"),
        pytest.param(
            "MF203",
            [drop_index("ix_users_name"), ops.DropColumn(table=USERS, column=Name("name"))],
            {},
            id="its column goes too",
        ),
        pytest.param(
            "MF203", [table("teams"), index("i", "id", on=NEW), drop_index("i", NEW)], {}, id="drop on new table"
        ),
        pytest.param("MF204", [index("i", "email")], {}, id="soft delete, not unique"),
        pytest.param("MF204", [index("i", "number", on=ORDERS, unique=True)], {}, id="no soft delete"),
        pytest.param("MF204", [index("i", "email", "deleted_at", unique=True)], {}, id="marker in the key"),
        pytest.param("MF204", [index("i", "email", unique=True, where=LIVING)], {}, id="partial already"),
        pytest.param(
            "MF204",
            [
                index("i", "email", unique=True),
                ops.AddConstraintUsingIndex(name=Name("i"), table=USERS, kind="unique", index=Name("i")),
            ],
            {},
            id="becomes a constraint",
        ),
        pytest.param("MF205", [(index("i", "name", concurrently=True), BLOCK)], {}, id="in a block"),
        pytest.param("MF205", [index("i", "name", concurrently=UNKNOWN)], {}, id="perhaps concurrent"),
        pytest.param(
            "MF205",
            [ops.RunSql(sql="REFRESH MATERIALIZED VIEW CONCURRENTLY v", tag="REFRESH MATERIALIZED VIEW")],
            {},
            id="refresh",
        ),
        pytest.param(
            "MF205",
            [ops.EndTransaction(verb="commit", how="sql"), index("i", "name", concurrently=True)],
            {},
            id="committed by hand",
        ),
        pytest.param("MF206", [(index("i", "name", concurrently=True), BLOCK)], {}, id="fails loudly"),
        pytest.param("MF206", [index("i", "name", if_not_exists=True)], {}, id="not concurrent"),
        pytest.param(
            "MF206",
            [
                (drop_index("i", concurrently=True, if_exists=True), BLOCK),
                (index("i", "name", concurrently=True, if_not_exists=True), BLOCK),
            ],
            {},
            id="dropped first",
        ),
    ],
)
def test_nothing_is_found(code: str, steps: list[ops.Op], how: dict[str, object]) -> None:
    assert found(code, *steps, **how) == []


def test_a_column_that_is_still_empty_makes_uniqueness_evident() -> None:
    (finding,) = found("MF202", add("code"), index("i", "code", unique=True))
    assert finding.applicability is Applicability.SAFE
    assert [p.title for p in finding.plans][1:] == ["index only the rows where code is set"]


@pytest.mark.parametrize(
    "between",
    [
        update("code = lower(name)"),
        ops.Opaque(code="run()", why="unknown"),
        ops.RunSql(sql="SELECT fill(users)", tag="SELECT", tables=(USERS,)),
        ops.AlterColumn(table=USERS, column=Name("code"), new_column_name=Name("token")),
    ],
)
def test_what_may_fill_the_column_takes_the_evidence_away(between: ops.Op) -> None:
    (finding,) = found("MF202", add("code"), between, index("i", "code", unique=True))
    assert finding.applicability is Applicability.REVIEW


def test_the_query_for_duplicates_runs_on_the_schema_before() -> None:
    (finding,) = found("MF202", add("code"), update("code = lower(name)"), index("i", "code", unique=True))
    query = (
        "SELECT lower(name), count(*) FROM users WHERE lower(name) IS NOT NULL GROUP BY 1 HAVING count(*) > 1 LIMIT 5"
    )
    assert finding.plans[0].checks == (query,)


def test_columns_that_are_unique_already_make_more_columns_unique() -> None:
    (finding,) = found("MF202", index("i", "number", "status", on=ORDERS, unique=True))
    assert finding.applicability is Applicability.SAFE


def test_a_build_that_must_fail_is_not_planned() -> None:
    steps = add("code", server_default=literal(""), nullable=False), index("i", "code", unique=True)
    (unique,), (partial,) = found("MF202", *steps), found("MF204", *steps)
    assert unique.plans == ()
    assert "from two rows on" in (unique.why_not or "")
    (made,) = partial.plans[0].replaces[1][0].ops
    assert isinstance(made, ops.CreateIndex)
    assert made.where is not None
    assert made.where.value == "code <> ''"


def test_the_partial_index_is_spelled_for_every_configured_dialect() -> None:
    (finding,) = found("MF204", index("i", "email", unique=True), dialects=("postgresql", "sqlite", "mssql"))
    (made,) = finding.plans[0].replaces[0][0].ops
    assert isinstance(made, ops.CreateIndex)
    assert {w.value for w in (made.where, made.sqlite_where, made.mssql_where) if w} == {"deleted_at IS NULL"}


def test_the_users_predicate_comes_first() -> None:
    (finding,) = found("MF204", index("i", "email", unique=True), wheres={"users.email": "email <> ''"})
    assert [p.title for p in finding.plans] == [
        "index only the rows where email <> ''",
        "index only living rows (deleted_at IS NULL)",
    ]


def test_a_missing_sqlite_condition_is_simply_added() -> None:
    (finding,) = found("MF204", index("i", "email", unique=True, where=LIVING), dialects=("postgresql", "sqlite"))
    assert finding.applicability is Applicability.SAFE


def test_a_condition_that_sqlite_may_read_differently_is_for_review() -> None:
    where = Expr(code='sa.text("x")', value="lower(email) ~ '^a'")
    (finding,) = found("MF204", index("i", "email", unique=True, where=where), dialects=("postgresql", "sqlite"))
    assert finding.applicability is Applicability.REVIEW


def test_a_drop_that_is_repeated_concurrently_is_deleted() -> None:
    again = drop_index("ix_users_name", concurrently=True, if_exists=True), BLOCK
    (finding,) = found("MF203", drop_index("ix_users_name"), again)
    assert finding.plans[0].replaces == {0: ()}


def test_the_index_is_found_without_its_table() -> None:
    (finding,) = found("MF203", drop_index("ix_users_name", None))
    assert finding.table == USERS


def test_downgrade_builds_concurrently_what_upgrade_drops() -> None:
    (finding,) = found("MF203", drop_index("ix_users_name"), downgrade=[index("ix_users_name", "name")])
    (mirror,) = finding.plans[0].mirrors
    assert [type(o).__name__ for o in mirror.steps[0].ops] == ["DropIndex", "CreateIndex"]


def test_concurrently_outside_a_block_is_put_into_one() -> None:
    (finding,) = found("MF205", index("i", "name", concurrently=True, if_not_exists=True))
    (step,) = finding.plans[0].replaces[0]
    assert step.gate is Gate.COMMIT
    assert [getattr(o, "if_exists", None) or getattr(o, "if_not_exists", None) for o in step.ops] == [True, False]


def test_a_drop_of_another_index_guards_nothing() -> None:
    ctx = context(drop_index("other", if_exists=True), index("i", "name"))
    create = ctx.ops[1]
    assert isinstance(create.op, ops.CreateIndex)
    assert drops_before(create.op, create, ctx) is False


def test_a_flag_makes_a_predicate_of_its_own() -> None:
    flag = column("gone", STRING.__class__(code="sa.Boolean()", name="Boolean"), nullable=False)
    steps = table("cards", flag, column("number")), index("i", "number", on=Table(Name("cards")), unique=True)
    (finding,) = found("MF204", *steps, soft_delete_columns=("gone",))
    assert finding.plans[0].title == "index only living rows (NOT gone)"
