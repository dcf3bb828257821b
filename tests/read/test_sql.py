"""SQL text to ops: what each statement says, exactly."""

from __future__ import annotations

import pytest
from sql_statements import STATEMENTS, TYPES

from migfix.model import ops
from migfix.model.maybe import TypeExpr
from migfix.read.sql import read_sql


@pytest.mark.parametrize(("text", "expected"), STATEMENTS)
def test_statement_is_read_exactly(text: str, expected: tuple[ops.Op, ...]) -> None:
    (found,) = read_sql(f"\n  -- first\n {text} ; ")
    assert expected == found.ops
    assert text == found.text


def test_a_comment_behind_the_statement_is_left_out() -> None:
    (found,) = read_sql("SELECT 1 -- ; not here\n ; -- nor here")
    assert found.text == "SELECT 1"


@pytest.mark.parametrize(("code", "name", "args"), TYPES)
def test_type_is_named_as_in_sqlalchemy(code: str, name: object, args: tuple[str, ...]) -> None:
    (found,) = read_sql(f"ALTER TABLE t ALTER COLUMN x TYPE {code}")
    (op,) = found.ops
    assert isinstance(op, ops.AlterColumn)
    assert TypeExpr(code=code, name=name, args=args) == op.type_  # type: ignore[arg-type]
