"""Ops as PostgreSQL statements, new or by editing the author's own text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from migfix.model import ops
from migfix.model.identifiers import qualified, quoted
from migfix.model.maybe import Name


def identifier(name: Name | str) -> str:
    """The name as SQL, quoted where PostgreSQL needs it."""
    return quoted(str(name))


def _value(text: str) -> str:
    return text if re.fullmatch(r"\d+", text) else "'" + text.replace("'", "''") + "'"


def _set_parameter(op: ops.SetParameter) -> str:
    if op.value is None:
        return f"RESET {op.name}"
    return f"SET {'LOCAL ' if op.local else ''}{op.name} = {_value(op.value)}"


def _using_index(op: ops.AddConstraintUsingIndex) -> str:
    kind = "PRIMARY KEY" if op.kind == "primary" else "UNIQUE"
    tail = (" DEFERRABLE" if op.deferrable else "") + (" INITIALLY DEFERRED" if op.initially_deferred else "")
    return (
        f"ALTER TABLE {qualified(op.table)} ADD CONSTRAINT {identifier(op.name)} {kind} "
        f"USING INDEX {identifier(op.index)}{tail}"
    )


def _drop_index(op: ops.DropIndex) -> str:
    schema = op.table.schema if op.table else op.schema
    name = f"{identifier(schema)}.{identifier(op.name)}" if schema else identifier(op.name)
    words = ["DROP INDEX"] + ["CONCURRENTLY"] * (op.concurrently is True) + ["IF EXISTS"] * (op.if_exists is True)
    return " ".join([*words, name])


def _drop_constraint(op: ops.DropConstraint) -> str:
    guard = "IF EXISTS " if op.if_exists else ""
    return f"ALTER TABLE {qualified(op.table)} DROP CONSTRAINT {guard}{identifier(op.name)}"


def _set_not_null_not_valid(op: ops.SetNotNullNotValid) -> str:
    name = f"CONSTRAINT {identifier(op.name)} " if op.name else ""
    tail = " NOT VALID" if op.not_valid else ""
    return f"ALTER TABLE {qualified(op.table)} ADD {name}NOT NULL {identifier(op.column)}{tail}"


def _alter_column(op: ops.AlterColumn) -> str | None:
    alter = f"ALTER TABLE {qualified(op.table)} ALTER COLUMN {identifier(op.column)}"
    if op.type_ is not None or op.new_column_name is not None or op.comment is not False:
        return None
    if op.server_default is not False:
        default = op.server_default.sql if isinstance(op.server_default, ops.Default) else op.server_default
        if default is None:
            return f"{alter} DROP DEFAULT" if op.nullable is None else None
        return f"{alter} SET DEFAULT {default}" if isinstance(default, str) and op.nullable is None else None
    if op.nullable is True or op.nullable is False:
        return f"{alter} {'DROP' if op.nullable else 'SET'} NOT NULL"
    return None


def _create_check(op: ops.CreateCheckConstraint) -> str | None:
    if op.name is None or not isinstance(op.condition.value, str):
        return None
    tail = " NOT VALID" if op.not_valid is True else ""
    return f"ALTER TABLE {qualified(op.table)} ADD CONSTRAINT {identifier(op.name)} CHECK ({op.condition.value}){tail}"


def _own_text(op: Any) -> str | None:
    return op.sql if isinstance(op.sql, str) else None


_STATEMENTS: Mapping[type[ops.Op], Callable[[Any], str | None]] = {
    ops.ValidateConstraint: lambda op: f"ALTER TABLE {qualified(op.table)} VALIDATE CONSTRAINT {identifier(op.name)}",
    ops.AddConstraintUsingIndex: _using_index,
    ops.SetParameter: _set_parameter,
    ops.DropIndex: _drop_index,
    ops.DropConstraint: _drop_constraint,
    ops.SetNotNullNotValid: _set_not_null_not_valid,
    ops.AlterColumn: _alter_column,
    ops.CreateCheckConstraint: _create_check,
    ops.Reindex: lambda op: f"REINDEX {op.target}",
    ops.RunSql: _own_text,
    ops.Update: _own_text,
    ops.Delete: _own_text,
    ops.Insert: _own_text,
}


def statement(op: ops.Op) -> str | None:
    """The op as one SQL statement without a semicolon; None where only a directive can say it."""
    spell = _STATEMENTS.get(type(op))
    return None if spell is None else spell(op)


_GUARD_EDITS: tuple[tuple[type[ops.Op], str, str], ...] = (
    (ops.AddColumn, r"(\bADD\s+COLUMN)(?!\s+IF\b)", r"\1 IF NOT EXISTS"),
    (ops.DropColumn, r"(\bDROP\s+COLUMN)(?!\s+IF\b)", r"\1 IF EXISTS"),
    (ops.DropConstraint, r"(\bDROP\s+CONSTRAINT)(?!\s+IF\b)", r"\1 IF EXISTS"),
    (ops.DropTable, r"(\bDROP\s+TABLE)(?!\s+IF\b)", r"\1 IF EXISTS"),
)


def edited(sql: str, old: ops.Op, new: ops.Op) -> str | None:
    """The author's statement with the words that make it `new` instead of `old`; None where that is not a few words."""
    if isinstance(old, ops.CreateIndex) and isinstance(new, ops.CreateIndex):
        return _edited_create_index(sql, old, new)
    if isinstance(old, ops.DropIndex) and isinstance(new, ops.DropIndex):
        return _DROP_INDEX.sub(lambda m: m[1] + _drop_words(new), sql, count=1)
    if isinstance(old, (ops.CreateForeignKey, ops.CreateCheckConstraint)) and getattr(new, "not_valid", False) is True:
        return f"{sql.rstrip()} NOT VALID"
    for kind, pattern, words in _GUARD_EDITS:
        if isinstance(old, kind):
            text, count = re.subn(pattern, words, sql, flags=re.IGNORECASE)
            return text if count == 1 else None
    return None


_CREATE_INDEX = re.compile(
    r"(\bCREATE\s+(?:UNIQUE\s+)?INDEX)(\s+CONCURRENTLY\b)?(\s+IF\s+NOT\s+EXISTS\b)?", re.IGNORECASE
)
_DROP_INDEX = re.compile(r"(\bDROP\s+INDEX)(\s+CONCURRENTLY\b)?(\s+IF\s+EXISTS\b)?", re.IGNORECASE)


def _drop_words(op: ops.DropIndex) -> str:
    return " CONCURRENTLY" * (op.concurrently is True) + " IF EXISTS" * (op.if_exists is True)


def _edited_create_index(sql: str, old: ops.CreateIndex, new: ops.CreateIndex) -> str | None:
    words = " CONCURRENTLY" * (new.concurrently is True) + " IF NOT EXISTS" * (new.if_not_exists is True)
    text = _CREATE_INDEX.sub(lambda m: m[1] + words, sql, count=1)
    if old.where == new.where:
        return text
    if old.where is None and new.where is not None and isinstance(new.where.value, str):
        return f"{text.rstrip()} WHERE {new.where.value}"
    return None
