"""One frozen dataclass per operation, by Alembic's directive and parameter names; SQL-only changes join as equals.

An op says what a statement does, never where it stands or how it was spelled. `extra` holds keyword arguments that
are passed through as source text because no rule reads them (``(("info", "{'x': 1}"),)``).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from migfix.model.maybe import UNKNOWN, Expr, Maybe, Name, Table, TypeExpr
from migfix.model.record import record

Extra: TypeAlias = tuple[tuple[str, str], ...]


@record
class Op:
    """Base of all operations."""


# --- parts ---------------------------------------------------------------------------------------------------------


@record
class Reference:
    """`sa.ForeignKey("p.id", …)` inside a Column; `table` is UNKNOWN for a target that is not a literal."""

    table: Maybe[Table]
    column: Maybe[str]
    name: Name | None = None
    not_valid: bool = False
    extra: Extra = ()


@record
class Default:
    """A server default. `kind` is "literal" for a Python string (quoted by SQLAlchemy), "sql" for text() and func."""

    expr: Expr
    kind: Literal["literal", "sql", "unknown"]

    @property
    def sql(self) -> Maybe[str]:
        """The default as SQL text, quoted where it is a literal."""
        value = self.expr.value
        if self.kind == "unknown" or not isinstance(value, str):
            return UNKNOWN
        return "'" + value.replace("'", "''") + "'" if self.kind == "literal" else value


@record
class Column:
    """`sa.Column(...)`. `nullable` is the effective value (False for a primary key); `default` is the Python-side one."""

    name: Name
    type: TypeExpr
    nullable: Maybe[bool] = True
    primary_key: Maybe[bool] = False
    server_default: Maybe[Default | None] = None
    default: Maybe[Expr | None] = None
    unique: Maybe[bool] = False
    index: Maybe[bool] = False
    references: tuple[Reference, ...] = ()
    checks: tuple[Expr, ...] = ()
    check_names: tuple[Name | None, ...] = ()
    """The name of each of `checks`, None for one without; shorter than `checks` where names were not read."""
    identity: bool = False
    computed: Expr | None = None
    computed_persisted: Maybe[bool | None] = None
    comment: Expr | None = None
    extra: Extra = ()


@record
class TableConstraint:
    """A constraint inside create_table; `columns` is UNKNOWN where it is not a list of literals."""

    kind: Literal["primary", "unique", "foreign", "check", "exclude"]
    name: Name | None
    columns: Maybe[tuple[str, ...]] = ()
    referent: Maybe[Table | None] = None
    condition: Expr | None = None


# --- tables --------------------------------------------------------------------------------------------------------


@record
class CreateTable(Op):
    """`op.create_table`."""

    table: Table
    columns: tuple[Column, ...]
    constraints: tuple[TableConstraint, ...] = ()
    if_not_exists: bool = False
    complete: bool = True
    """False when some columns could not be read (built elsewhere, `*columns`, LIKE, AS SELECT)."""
    partitioned: bool = False
    extra: Extra = ()


@record
class DropTable(Op):
    """`op.drop_table`."""

    table: Table
    if_exists: bool = False
    extra: Extra = ()


@record
class RenameTable(Op):
    """`op.rename_table`."""

    table: Table
    new_name: Name


# --- columns -------------------------------------------------------------------------------------------------------


@record
class AddColumn(Op):
    """`op.add_column`."""

    table: Table
    column: Column
    if_not_exists: bool = False
    inline_references: bool = False
    extra: Extra = ()


@record
class DropColumn(Op):
    """`op.drop_column`."""

    table: Table
    column: Name
    if_exists: bool = False
    extra: Extra = ()


@record
class AlterColumn(Op):
    """`op.alter_column`. A field that is None was not given; `server_default` is False then, None for DROP DEFAULT."""

    table: Table
    column: Name
    nullable: Maybe[bool | None] = None
    type_: Maybe[TypeExpr | None] = None
    server_default: Maybe[Default | Literal[False] | None] = False
    new_column_name: Maybe[Name | None] = None
    comment: Maybe[Expr | Literal[False] | None] = False
    existing_type: TypeExpr | None = None
    existing_nullable: Maybe[bool | None] = None
    existing_server_default: Maybe[Default | Literal[False] | None] = False
    postgresql_using: Expr | None = None
    extra: Extra = ()


# --- indexes -------------------------------------------------------------------------------------------------------


@record
class CreateIndex(Op):
    """`columns` holds one Expr per key: `value` is the column's name, or UNKNOWN for an expression."""

    name: Name | None
    table: Table
    columns: tuple[Expr, ...]
    unique: Maybe[bool] = False
    concurrently: Maybe[bool] = False
    if_not_exists: Maybe[bool] = False
    where: Expr | None = None
    sqlite_where: Expr | None = None
    mssql_where: Expr | None = None
    nulls_not_distinct: Maybe[bool] = False
    using: str | None = None
    only: bool = False
    """`ON ONLY`: a partitioned parent's own, invalid index."""
    extra: Extra = ()


@record
class DropIndex(Op):
    """`table` is None where the author did not name it (PostgreSQL allows that); `schema` counts then."""

    name: Name
    table: Table | None
    schema: Name | None = None
    if_exists: Maybe[bool] = False
    concurrently: Maybe[bool] = False
    extra: Extra = ()


@record
class Reindex(Op):
    """`REINDEX`; `target` is what follows the word."""

    target: str
    concurrently: bool = False


# --- constraints ---------------------------------------------------------------------------------------------------


@record
class CreateUniqueConstraint(Op):
    """`op.create_unique_constraint`."""

    name: Name | None
    table: Table
    columns: tuple[Name, ...]
    deferrable: Maybe[bool | None] = None
    initially: Maybe[str | None] = None
    nulls_not_distinct: Maybe[bool] = False
    extra: Extra = ()


@record
class CreatePrimaryKey(Op):
    """`op.create_primary_key`."""

    name: Name | None
    table: Table
    columns: tuple[Name, ...]
    extra: Extra = ()


@record
class CreateForeignKey(Op):
    """`op.create_foreign_key`."""

    name: Name | None
    table: Table
    referent: Table
    local_cols: tuple[Name, ...]
    remote_cols: tuple[Name, ...]
    not_valid: Maybe[bool] = False
    extra: Extra = ()
    """onupdate, ondelete, deferrable, initially, match and the rest, as spelled."""


@record
class CreateCheckConstraint(Op):
    """`op.create_check_constraint`."""

    name: Name | None
    table: Table
    condition: Expr
    not_valid: Maybe[bool] = False
    extra: Extra = ()


@record
class CreateExcludeConstraint(Op):
    """`op.create_exclude_constraint`."""

    name: Name | None
    table: Table
    extra: Extra = ()


@record
class SetNotNullNotValid(Op):
    """PostgreSQL 18's `ADD CONSTRAINT … NOT NULL c [NOT VALID]`."""

    name: Name | None
    table: Table
    column: Name
    not_valid: bool = True


@record
class DropConstraint(Op):
    """`op.drop_constraint`."""

    name: Name
    table: Table
    type_: str | None = None
    if_exists: bool = False
    extra: Extra = ()


@record
class ValidateConstraint(Op):
    """`ALTER TABLE … VALIDATE CONSTRAINT`."""

    name: Name
    table: Table


@record
class AddConstraintUsingIndex(Op):
    """`ALTER TABLE … ADD CONSTRAINT name UNIQUE|PRIMARY KEY USING INDEX index`."""

    name: Name
    table: Table
    kind: Literal["unique", "primary"]
    index: Name
    deferrable: bool = False
    initially_deferred: bool = False


# --- data ----------------------------------------------------------------------------------------------------------


@record
class Update(Op):
    """`UPDATE`. `assignments` pairs a column with its SQL expression; `where` is the condition's text, None for all rows.

    `sql` is the whole statement, UNKNOWN for SQLAlchemy Core DML that was understood by its table only.
    """

    table: Table
    sql: Maybe[str]
    assignments: Maybe[tuple[tuple[str, str], ...]] = UNKNOWN
    where: Maybe[str | None] = UNKNOWN
    simple: bool = False
    """True for plain `UPDATE t [alias] SET … [WHERE …]`: no FROM, CTE, RETURNING or ONLY."""
    alias: str | None = None
    parameters: tuple[str, ...] = ()
    """Names of bind parameters that the statement is given (`:low`)."""


@record
class Delete(Op):
    """`DELETE`; fields as in `Update`."""

    table: Table
    sql: Maybe[str]
    where: Maybe[str | None] = UNKNOWN
    simple: bool = False
    alias: str | None = None
    parameters: tuple[str, ...] = ()


@record
class Insert(Op):
    """`INSERT` of values (`selects` False) or from a query over other rows (`selects` True)."""

    table: Table
    sql: Maybe[str]
    selects: bool = False
    on_conflict_do_nothing: bool = False
    parameters: tuple[str, ...] = ()


@record
class BulkInsert(Op):
    """`op.bulk_insert`."""

    table: Maybe[Table]


@record
class Truncate(Op):
    """`TRUNCATE`."""

    tables: tuple[Table, ...]


@record
class Backfill(Op):
    """Fill rows in batches by key, a commit each. Recipes make it; the emitter spells the loop.

    `key` names the key columns (in index order) with their type names. `batch` is the number of rows a commit.
    The statement is `update` with the key range added to its condition.
    """

    update: Update | Delete
    key: tuple[tuple[Name, str], ...]
    batch: int


# --- the session and the rest ---------------------------------------------------------------------------------------


@record
class SetParameter(Op):
    """`SET [LOCAL] name = value`; value None is RESET (or SET … TO DEFAULT)."""

    name: str
    value: str | None
    local: bool = False


@record
class EndTransaction(Op):
    """A COMMIT, ROLLBACK or BEGIN that the revision issues by itself; `how` is its spelling ("op.execute", "bind.commit")."""

    verb: Literal["commit", "rollback", "begin"]
    how: str


@record
class AddEnumValue(Op):
    """`ALTER TYPE … ADD VALUE`."""

    type_name: str
    value: str
    if_not_exists: bool = False


@record
class RunSql(Op):
    """SQL that was parsed and that no rule of ours models; `tag` is PostgreSQL's command tag ("CREATE EXTENSION").

    `tables` are existing relations it names, `rerunnable` whether it passes when run twice.
    """

    sql: str
    tag: str
    tables: tuple[Table, ...] = ()
    rerunnable: bool = False


@record
class Opaque(Op):
    """Code that could not be read, and why. A barrier: nothing is moved across it or decided from behind it.

    `tables` names the tables it certainly mentions; empty means it may touch anything.
    `calls` is the directive's name where the code is an `op.X(...)` call that was only not literal enough.
    """

    code: str
    why: str
    calls: str | None = None
    tables: tuple[Table, ...] = ()


@record
class Harmless(Op):
    """A statement that touches no table and passes when run twice (print, a read, a local variable with op.get_bind)."""

    code: str


DATA_OPS = (Update, Delete, Insert, BulkInsert, Truncate, Backfill)


def table_of(op: Op) -> Table | None:
    """The one table the op changes, None where it has none or it is not known."""
    table = getattr(op, "table", None)
    if isinstance(op, Backfill):
        table = op.update.table
    return table if isinstance(table, Table) else None
