"""Ops as new Python statements: Alembic's directive where there is one, SQL where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from migfix.emit import sql as as_sql
from migfix.emit.backfill import backfill
from migfix.emit.style import Style
from migfix.model import ops
from migfix.model.maybe import Expr, Name, Table, TypeExpr
from migfix.model.record import record


@record
class Speller:
    """Spells ops in one file's style; `alembic` is the project's version, for keywords that older ones lack."""

    style: Style
    alembic: tuple[int, int]

    def statement(self, op: ops.Op, *, room: int, in_sql: bool = False, author: ops.Op | None = None) -> str | None:
        """Python source of one statement, `room` columns wide at most where that can be.

        `in_sql` prefers SQL text (the author wrote SQL there). `author` is the op it stands for. None: nothing in
        this version can say it.
        """
        if isinstance(op, ops.Backfill):
            return backfill(op, author, self.style, room=room)
        spell = None if in_sql and as_sql.statement(op) else _DIRECTIVES.get(type(op))
        if isinstance(op, ops.DropConstraint) and op.if_exists and self.alembic < (1, 16):
            spell = None
        if spell is not None:
            name, arguments = spell(op, self.style)
            return self.style.call(f"{self.style.op}.{name}", list(arguments), room=room)
        text = as_sql.statement(op)
        return None if text is None else execute(text, self.style, room=room)


def execute(text: str, style: Style, *, room: int) -> str:
    """`op.execute("…")`; a text of several lines stays so, in triple quotes."""
    if "\n" in text:
        quotes = style.quote * 3
        body = text.replace("\\", "\\\\").replace(quotes, "\\" + quotes)
        return f"{style.op}.execute(\n    {quotes}{body}{quotes}\n)"
    return style.call(f"{style.op}.execute", [style.string(text)], room=room)


def _schema(table: Table, style: Style) -> list[str]:
    return [f"schema={style.name(table.schema)}"] if table.schema else []


def _keywords(pairs: Iterable[tuple[str, object]]) -> list[str]:
    return [f"{name}={value}" for name, value in pairs if value is not None and value is not False]


def _true(value: object) -> str | None:
    return "True" if value is True else None


def _default(default: object, style: Style) -> str | None:
    if isinstance(default, ops.Default):
        return style.code(default.expr)
    return "None" if default is None else None


def column(col: ops.Column, style: Style) -> str:
    """`sa.Column(...)` with everything the op knows of it."""
    parts = [style.name(col.name), col.type.code]
    for ref in col.references:
        target = f"{ref.table}.{ref.column}"
        name = [f"name={style.name(ref.name)}"] if ref.name else []
        extra = [f"{k}={v}" for k, v in ref.extra]
        parts.append(f"{style.sa}.ForeignKey({', '.join([style.string(target), *name, *extra])})")
    parts += [style.code(c) for c in col.checks]
    if col.computed:
        parts.append(col.computed.code)
    parts += _keywords(
        [
            ("primary_key", _true(col.primary_key)),
            ("unique", _true(col.unique)),
            ("index", _true(col.index)),
            ("nullable", None if col.primary_key is True else str(col.nullable)),
            ("server_default", _default(col.server_default, style) if col.server_default is not None else None),
            ("default", col.default.code if isinstance(col.default, Expr) else None),
            ("comment", col.comment.code if col.comment else None),
        ]
    )
    parts += [f"{k}={v}" if k else v for k, v in col.extra]
    return f"{style.sa}.Column({', '.join(parts)})"


def _add_column(op: ops.AddColumn, style: Style) -> tuple[str, list[str]]:
    flags = _keywords([("if_not_exists", _true(op.if_not_exists)), ("inline_references", _true(op.inline_references))])
    return "add_column", [
        style.name(op.table.name),
        column(op.column, style),
        *_schema(op.table, style),
        *flags,
        *_extra(op),
    ]


def _drop_column(op: ops.DropColumn, style: Style) -> tuple[str, list[str]]:
    flags = _keywords([("if_exists", _true(op.if_exists))])
    return "drop_column", [
        style.name(op.table.name),
        style.name(op.column),
        *_schema(op.table, style),
        *flags,
        *_extra(op),
    ]


def _type(kind: TypeExpr | None) -> str | None:
    return kind.code if kind is not None else None


def _alter_column(op: ops.AlterColumn, style: Style) -> tuple[str, list[str]]:
    flags = []
    if isinstance(op.type_, TypeExpr):
        flags.append(f"type_={op.type_.code}")
    if isinstance(op.new_column_name, Name):
        flags.append(f"new_column_name={style.name(op.new_column_name)}")
    flags += _keywords([("existing_type", _type(op.existing_type))])
    if isinstance(op.nullable, bool):
        flags.append(f"nullable={op.nullable}")
    if op.server_default is not False:
        flags.append(f"server_default={_default(op.server_default, style)}")
    if isinstance(op.existing_nullable, bool):
        flags.append(f"existing_nullable={op.existing_nullable}")
    if op.existing_server_default is not False and isinstance(op.existing_server_default, ops.Default):
        flags.append(f"existing_server_default={_default(op.existing_server_default, style)}")
    flags += _keywords([("postgresql_using", op.postgresql_using.code if op.postgresql_using else None)])
    return "alter_column", [
        style.name(op.table.name),
        style.name(op.column),
        *_schema(op.table, style),
        *flags,
        *_extra(op),
    ]


def _extra(op: Any) -> list[str]:
    return [f"{k}={v}" if k else v for k, v in op.extra]


def _create_index(op: ops.CreateIndex, style: Style) -> tuple[str, list[str]]:
    name = style.name(op.name) if op.name else "None"
    keys = "[" + ", ".join(style.code(c) for c in op.columns) + "]"
    flags = _keywords(
        [
            ("unique", _true(op.unique)),
            ("if_not_exists", _true(op.if_not_exists)),
            ("postgresql_using", style.string(op.using) if op.using else None),
            ("postgresql_where", style.code(op.where) if op.where else None),
            ("sqlite_where", style.code(op.sqlite_where) if op.sqlite_where else None),
            ("mssql_where", style.code(op.mssql_where) if op.mssql_where else None),
            ("postgresql_nulls_not_distinct", _true(op.nulls_not_distinct)),
            ("postgresql_concurrently", _true(op.concurrently)),
        ]
    )
    return "create_index", [name, style.name(op.table.name), keys, *_schema(op.table, style), *_extra(op), *flags]


def _drop_index(op: ops.DropIndex, style: Style) -> tuple[str, list[str]]:
    schema = op.table.schema if op.table else op.schema
    flags = _keywords(
        [
            ("table_name", style.name(op.table.name) if op.table else None),
            ("schema", style.name(schema) if schema else None),
            ("if_exists", _true(op.if_exists)),
            ("postgresql_concurrently", _true(op.concurrently)),
        ]
    )
    return "drop_index", [style.name(op.name), *flags, *_extra(op)]


def _create_unique(op: ops.CreateUniqueConstraint, style: Style) -> tuple[str, list[str]]:
    name = style.name(op.name) if op.name else "None"
    flags = _keywords([("postgresql_nulls_not_distinct", _true(op.nulls_not_distinct))])
    if isinstance(op.deferrable, bool):
        flags.append(f"deferrable={op.deferrable}")
    if isinstance(op.initially, str):
        flags.append(f"initially={style.string(op.initially)}")
    arguments = [name, style.name(op.table.name), style.strings(op.columns), *_schema(op.table, style)]
    return "create_unique_constraint", [*arguments, *flags, *_extra(op)]


def _create_primary(op: ops.CreatePrimaryKey, style: Style) -> tuple[str, list[str]]:
    name = style.name(op.name) if op.name else "None"
    arguments = [name, style.name(op.table.name), style.strings(op.columns), *_schema(op.table, style)]
    return "create_primary_key", [*arguments, *_extra(op)]


def _create_foreign(op: ops.CreateForeignKey, style: Style) -> tuple[str, list[str]]:
    name = style.name(op.name) if op.name else "None"
    flags = _keywords(
        [
            ("source_schema", style.name(op.table.schema) if op.table.schema else None),
            ("referent_schema", style.name(op.referent.schema) if op.referent.schema else None),
        ]
    )
    valid = _keywords([("postgresql_not_valid", _true(op.not_valid))])
    tables = [style.name(op.table.name), style.name(op.referent.name)]
    columns = [style.strings(op.local_cols), style.strings(op.remote_cols)]
    return "create_foreign_key", [name, *tables, *columns, *flags, *_extra(op), *valid]


def _create_check(op: ops.CreateCheckConstraint, style: Style) -> tuple[str, list[str]]:
    name = style.name(op.name) if op.name else "None"
    valid = _keywords([("postgresql_not_valid", _true(op.not_valid))])
    arguments = [name, style.name(op.table.name), style.code(op.condition), *_schema(op.table, style)]
    return "create_check_constraint", [*arguments, *_extra(op), *valid]


def _drop_constraint(op: ops.DropConstraint, style: Style) -> tuple[str, list[str]]:
    flags = _keywords([("type_", style.string(op.type_) if op.type_ else None), ("if_exists", _true(op.if_exists))])
    return "drop_constraint", [
        style.name(op.name),
        style.name(op.table.name),
        *_schema(op.table, style),
        *flags,
        *_extra(op),
    ]


def _drop_table(op: ops.DropTable, style: Style) -> tuple[str, list[str]]:
    flags = _keywords([("if_exists", _true(op.if_exists))])
    return "drop_table", [style.name(op.table.name), *_schema(op.table, style), *flags, *_extra(op)]


_DIRECTIVES: Mapping[type[ops.Op], Callable[[Any, Style], tuple[str, list[str]]]] = {
    ops.AddColumn: _add_column,
    ops.DropColumn: _drop_column,
    ops.AlterColumn: _alter_column,
    ops.CreateIndex: _create_index,
    ops.DropIndex: _drop_index,
    ops.CreateUniqueConstraint: _create_unique,
    ops.CreatePrimaryKey: _create_primary,
    ops.CreateForeignKey: _create_foreign,
    ops.CreateCheckConstraint: _create_check,
    ops.DropConstraint: _drop_constraint,
    ops.DropTable: _drop_table,
}
