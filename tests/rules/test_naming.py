"""Names as the database gets them: `effective_name` against SQLAlchemy and Alembic themselves."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Mapping

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from migfix.model.maybe import UNKNOWN, Name, Table
from migfix.recipes.naming import Kind, effective_name, helper_name

CONVENTIONS: dict[str, dict[str, str]] = {
    "none": {},
    "usual": {
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    },
    "renames given names": {
        "uq": "uq_%(table_name)s_%(constraint_name)s",
        "ix": "idx_%(constraint_name)s",
        "fk": "fk_%(constraint_name)s",
    },
    "all columns": {
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0N_name)s",
        "fk": "fk_%(column_0_label)s_%(referred_column_0_name)s",
        "ck": "ck_%(constraint_name)s",
    },
    "second column": {"uq": "uq_%(column_1_name)s_%(table_name)s", "pk": "pk_%(column_0_label)s"},
}
SCHEMAS = (None, "s")
KINDS: tuple[Kind, ...] = ("pk", "uq", "fk", "ck", "ix")
GIVEN = ("given", None)
REFERENT = Table(Name("p"))


def _made(kind: Kind, op: Operations, name: str | None, schema: str | None) -> None:
    makers: dict[Kind, Callable[[], object]] = {
        "pk": lambda: op.create_primary_key(name, "t", ["a", "b"], schema=schema),
        "uq": lambda: op.create_unique_constraint(name, "t", ["a", "b"], schema=schema),
        "fk": lambda: op.create_foreign_key(name, "t", "p", ["a", "b"], ["x", "y"], source_schema=schema),
        "ck": lambda: op.create_check_constraint(name, "t", "a > 0", schema=schema),
        "ix": lambda: op.create_index(name, "t", ["a", "b"], schema=schema),
    }
    makers[kind]()


def _by_alembic(kind: Kind, name: str | None, schema: str | None, convention: Mapping[str, str]) -> str | None:
    """The name in the SQL that Alembic prints; None where it leaves it to PostgreSQL or refuses."""
    out = io.StringIO()
    metadata = sa.MetaData(naming_convention=dict(convention)) if convention else sa.MetaData()
    options = {"as_sql": True, "output_buffer": out, "target_metadata": metadata}
    op = Operations(MigrationContext.configure(dialect_name="postgresql", opts=options))
    try:
        _made(kind, op, name, schema)
    except (sa.exc.InvalidRequestError, AssertionError):
        return None
    found = re.search(r"(?:CONSTRAINT|INDEX) (\w+)", out.getvalue())
    return found.group(1) if found else None


_POSTGRESQL = {"pk": "t_pkey", "uq": "t_a_b_key", "fk": "t_a_b_fkey"}


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize(("kind", "schema", "given"), list(itertools.product(KINDS, SCHEMAS, GIVEN)))
def test_a_name_is_what_alembic_makes_of_it(kind: Kind, schema: str | None, given: str | None, convention: str) -> None:
    naming = CONVENTIONS[convention]
    real = _by_alembic(kind, given, schema, naming)
    expected = real or ("%" not in naming.get(kind, "") and _POSTGRESQL.get(kind)) or UNKNOWN
    found = effective_name(
        Name(given) if given else None,
        kind,
        Table(Name("t"), Name(schema) if schema else None),
        () if kind == "ck" else ("a", "b"),
        naming,
        referent=REFERENT,
        remote=("x", "y"),
    )
    assert expected == found


def test_op_f_is_verbatim() -> None:
    naming = CONVENTIONS["usual"]
    assert effective_name(Name("x", final=True), "ck", Table(Name("t")), (), naming) == "x"


def test_an_unread_convention_leaves_only_given_names_of_keys() -> None:
    table = Table(Name("t"))
    known = [effective_name(Name("x"), kind, table, ("a",), UNKNOWN) for kind in ("pk", "uq", "fk", "ix")]
    assert known == ["x"] * 4
    assert effective_name(Name("x"), "ck", table, ("a",), UNKNOWN) is UNKNOWN
    assert effective_name(None, "uq", table, ("a",), UNKNOWN) is UNKNOWN


def test_a_token_of_the_projects_own_is_unknown() -> None:
    assert effective_name(None, "uq", Table(Name("t")), ("a",), {"uq": "uq_%(hash)s"}) is UNKNOWN


def test_a_name_that_would_be_cut_is_unknown() -> None:
    assert effective_name(None, "uq", Table(Name("t" * 60)), ("a",), {}) is UNKNOWN


def test_helper_names_fit_and_differ() -> None:
    names = [helper_name("ck", "t" * 40, f"{'c' * 30}{n}", "filled").text for n in range(3)]
    assert len(set(names)) == 3
    assert all(len(n) <= 63 and n.endswith("_filled") for n in names)
