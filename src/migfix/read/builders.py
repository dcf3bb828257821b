"""One function per directive: its arguments as the op it stands for."""

from __future__ import annotations

import ast
from typing import Literal

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Expr, Maybe, Name, Table
from migfix.model.ops import Column, Op, TableConstraint
from migfix.read.columns import column_of, constraint_of
from migfix.read.handles import handle
from migfix.read.literals import text_of
from migfix.read.scope import Env, alchemy_name
from migfix.read.turns import display
from migfix.read.values import (
    Doubt,
    brief,
    certain_flag,
    condition,
    extras,
    flag,
    index_key,
    is_none,
    name_of,
    names_of,
    optional_name,
    resolve,
    server_default,
    table_of,
    type_of,
)


class Arguments:
    """The arguments of one call by parameter name; `take` removes what it returns, the rest is passed through."""

    def __init__(self, given: dict[str, ast.expr], rest: list[ast.expr], env: Env, table: Table | None) -> None:
        self._given = given
        self.rest = rest
        self.env = env
        self._table = table

    def take(self, name: str) -> ast.expr | None:
        return self._given.pop(name, None)

    def need(self, name: str) -> ast.expr:
        node = self._given.pop(name, None)
        if node is None:
            raise Doubt(f"the argument {name} is missing")
        return node

    def table(self, name: str = "table_name", schema: str = "schema") -> Table:
        """The table of the call, or of the batch around it."""
        if self._table is not None:
            return self._table
        return table_of(self.need(name), self.take(schema), self.env)

    def name(self, parameter: str) -> Name:
        return name_of(self.need(parameter), self.env)

    def optional(self, parameter: str) -> Name | None:
        return optional_name(self.take(parameter), self.env)

    def flag(self, parameter: str) -> Maybe[bool]:
        return flag(self.take(parameter), self.env)

    def certain(self, parameter: str) -> bool:
        return certain_flag(self.take(parameter), self.env, parameter)

    def extra(self) -> ops.Extra:
        return extras(self._given, self.env)


def create_table(given: Arguments) -> Op:
    table = given.table()
    columns, constraints, complete = _members(given.rest, given.env)
    exists = given.certain("if_not_exists")
    partition = given.take("postgresql_partition_by")
    inherits = given.take("postgresql_inherits")
    return ops.CreateTable(
        table=table,
        columns=tuple(columns),
        constraints=tuple(constraints),
        if_not_exists=exists,
        complete=complete and inherits is None,
        partitioned=partition is not None and not is_none(partition, given.env),
        extra=given.extra(),
    )


def _members(items: list[ast.expr], env: Env) -> tuple[list[Column], list[TableConstraint], bool]:
    columns, constraints, complete = [], [], True
    for item in items:
        if isinstance(item, ast.Starred):
            spread = display(item.value, env)
            inner = _members([b.node for b in spread], env) if spread else ([], [], False)
            columns += inner[0]
            constraints += inner[1]
            complete = complete and inner[2]
            continue
        constraint = constraint_of(item, env)
        if constraint is not None:
            constraints.append(constraint)
            continue
        try:
            columns.append(column_of(item, env))
        except Doubt:
            complete = False
    return columns, constraints, complete


def drop_table(given: Arguments) -> Op:
    return ops.DropTable(table=given.table(), if_exists=given.certain("if_exists"), extra=given.extra())


def rename_table(given: Arguments) -> Op:
    return ops.RenameTable(table=given.table("old_table_name"), new_name=given.name("new_table_name"))


def add_column(given: Arguments) -> Op:
    table = given.table()
    column = column_of(given.need("column"), given.env)
    return ops.AddColumn(
        table=table,
        column=column,
        if_not_exists=given.certain("if_not_exists"),
        inline_references=given.certain("inline_references"),
        extra=given.extra(),
    )


def drop_column(given: Arguments) -> Op:
    return ops.DropColumn(
        table=given.table(),
        column=given.name("column_name"),
        if_exists=given.certain("if_exists"),
        extra=given.extra(),
    )


def alter_column(given: Arguments) -> Op:
    env = given.env
    table, column = given.table(), given.name("column_name")
    nullable, renamed, using = given.take("nullable"), given.take("new_column_name"), given.take("postgresql_using")
    kind, existing = given.take("type_"), given.take("existing_type")
    known = given.take("existing_nullable")
    return ops.AlterColumn(
        table=table,
        column=column,
        nullable=_stated(nullable, env),
        type_=None if kind is None or is_none(kind, env) else type_of(kind, env),
        server_default=_default(given.take("server_default"), env),
        new_column_name=_renamed(renamed, env),
        comment=_comment(given.take("comment"), env),
        existing_type=None if existing is None or is_none(existing, env) else type_of(existing, env),
        existing_nullable=_stated(known, env),
        existing_server_default=_default(given.take("existing_server_default"), env),
        postgresql_using=None if using is None or is_none(using, env) else condition(using, env),
        extra=given.extra(),
    )


def _stated(node: ast.expr | None, env: Env) -> Maybe[bool | None]:
    return None if node is None or is_none(node, env) else flag(node, env)


def _default(node: ast.expr | None, env: Env) -> Maybe[ops.Default | Literal[False] | None]:
    """False for a default that was not given, or given as False (Alembic's own "leave alone")."""
    if node is None or (flag(node, env, default=True) is False and not _is_text(node, env)):
        return False
    return server_default(node, env)


def _is_text(node: ast.expr, env: Env) -> bool:
    return text_of(node, env) is not None


def _comment(node: ast.expr | None, env: Env) -> Maybe[Expr | Literal[False] | None]:
    if node is None or (isinstance(node, ast.Constant) and node.value is False):
        return False
    return None if is_none(node, env) else condition(node, env)


def _renamed(node: ast.expr | None, env: Env) -> Maybe[Name | None]:
    if node is None:
        return None
    try:
        return optional_name(node, env)
    except Doubt:
        return UNKNOWN


def create_index(given: Arguments) -> Op:
    env = given.env
    table = given.table()
    name = given.optional("index_name")
    columns = given.need("columns")
    keys = display(columns, env)
    if keys is None:
        keys_by_name = names_of(columns, env)
        parts = tuple(Expr(code=n.code or repr(n.text), value=n.text) for n in keys_by_name)
    else:
        parts = tuple(index_key(k) for k in keys)
    conditions = {k: given.take(f"{k}_where") for k in ("postgresql", "sqlite", "mssql")}
    where = {k: None if v is None or is_none(v, env) else condition(v, env) for k, v in conditions.items()}
    return ops.CreateIndex(
        name=name,
        table=table,
        columns=parts,
        unique=given.flag("unique"),
        concurrently=given.flag("postgresql_concurrently"),
        if_not_exists=given.flag("if_not_exists"),
        where=where["postgresql"],
        sqlite_where=where["sqlite"],
        mssql_where=where["mssql"],
        nulls_not_distinct=given.flag("postgresql_nulls_not_distinct"),
        using=_literal_text(given, "postgresql_using"),
        extra=given.extra(),
    )


def _literal_text(given: Arguments, parameter: str) -> str | None:
    node = given.take(parameter)
    if node is None or is_none(node, given.env):
        return None
    found = text_of(node, given.env)
    if found is None:
        raise Doubt(f"{parameter}={brief(node, given.env)} is computed")
    return found[0]


def drop_index(given: Arguments) -> Op:
    name = given.name("index_name")
    named = given.take("table_name")
    schema = given.optional("schema")
    table = given.table() if named is None and given._table is not None else None
    if named is not None and not is_none(named, given.env):
        table = Table(name_of(named, given.env), schema)
    return ops.DropIndex(
        name=name,
        table=table,
        schema=schema if table is None else None,
        concurrently=given.flag("postgresql_concurrently"),
        if_exists=given.flag("if_exists"),
        extra=given.extra(),
    )


def create_unique(given: Arguments) -> Op:
    table = given.table()
    return ops.CreateUniqueConstraint(
        name=given.optional("constraint_name"),
        table=table,
        columns=names_of(given.need("columns"), given.env),
        deferrable=_stated(given.take("deferrable"), given.env),
        initially=_literal_text(given, "initially"),
        nulls_not_distinct=given.flag("postgresql_nulls_not_distinct"),
        extra=given.extra(),
    )


def create_primary(given: Arguments) -> Op:
    table = given.table()
    return ops.CreatePrimaryKey(
        name=given.optional("constraint_name"),
        table=table,
        columns=names_of(given.need("columns"), given.env),
        extra=given.extra(),
    )


def create_foreign(given: Arguments) -> Op:
    env = given.env
    table = given.table("source_table", "source_schema")
    referent = table_of(given.need("referent_table"), given.take("referent_schema"), env)
    return ops.CreateForeignKey(
        name=given.optional("constraint_name"),
        table=table,
        referent=referent,
        local_cols=names_of(given.need("local_cols"), env),
        remote_cols=names_of(given.need("remote_cols"), env),
        not_valid=given.flag("postgresql_not_valid"),
        extra=given.extra(),
    )


def create_check(given: Arguments) -> Op:
    table = given.table()
    return ops.CreateCheckConstraint(
        name=given.optional("constraint_name"),
        table=table,
        condition=condition(given.need("condition"), given.env),
        not_valid=given.flag("postgresql_not_valid"),
        extra=given.extra(),
    )


def create_exclude(given: Arguments) -> Op:
    table = given.table()
    return ops.CreateExcludeConstraint(name=given.optional("constraint_name"), table=table, extra=given.extra())


def drop_constraint(given: Arguments) -> Op:
    table = given.table()
    return ops.DropConstraint(
        name=given.name("constraint_name"),
        table=table,
        type_=_literal_text(given, "type_"),
        if_exists=given.certain("if_exists"),
        extra=given.extra(),
    )


def comment_table(given: Arguments) -> Op:
    table = given.table()
    said = given.take("comment")
    text = None if said is None else text_of(said, given.env)
    quoted = "NULL" if text is None else "'" + text[0].replace("'", "''") + "'"
    return ops.RunSql(sql=f"COMMENT ON TABLE {table} IS {quoted}", tag="COMMENT", tables=(table,), rerunnable=True)


def bulk_insert(given: Arguments) -> Op:
    node = given.need("table")
    try:
        return ops.BulkInsert(table=core_table(node, given.env))
    except Doubt:
        return ops.BulkInsert(table=UNKNOWN)


def core_table(node: ast.expr, env: Env) -> Table:
    """The table of `sa.table("t", …)`, `sa.Table("t", …)` or `op.create_table("t", …)`, through names."""
    found = resolve(node, env)
    call = found.node
    if isinstance(call, ast.Call) and call.args and _makes_table(call, found.env):
        schema = next((k.value for k in call.keywords if k.arg == "schema"), None)
        return table_of(call.args[0], schema, found.env)
    raise Doubt(f"the table {brief(node, env)} is defined elsewhere")


def _makes_table(call: ast.Call, env: Env) -> bool:
    if alchemy_name(call.func, env) in ("table", "Table", "TableClause"):
        return True
    if isinstance(call.func, ast.Attribute) and call.func.attr == "create_table":
        owner = handle(call.func.value, env)
        return owner is not None and owner.kind == "op"
    return False
