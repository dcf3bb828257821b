"""The schema as ops leave it: an immutable fold, honest about what no op told it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Expr, Maybe, Table, TypeExpr
from migfix.model.not_null import not_null_columns
from migfix.model.record import record

TableKey: TypeAlias = tuple[str | None, str]


@record
class ColumnState:
    name: str
    type: Maybe[TypeExpr]
    nullable: Maybe[bool]
    default: Maybe[ops.Default | None]


@record
class IndexState:
    """`columns` holds UNKNOWN for an expression; `valid` is UNKNOWN after a concurrent build under IF NOT EXISTS."""

    name: str | None
    columns: tuple[Maybe[str], ...]
    unique: Maybe[bool]
    partial: bool
    valid: Maybe[bool] = True


@record
class ConstraintState:
    kind: Literal["primary", "unique", "foreign", "check", "exclude"]
    name: str | None
    columns: Maybe[tuple[str, ...]]
    validated: bool = True
    referent: Maybe[Table | None] = None
    condition: Expr | None = None


@record
class TableState:
    """`complete` is False when the table was met without its CREATE, or with columns that could not be read."""

    columns: Mapping[str, ColumnState] = field(default_factory=dict)
    indexes: tuple[IndexState, ...] = ()
    constraints: tuple[ConstraintState, ...] = ()
    primary_key: Maybe[tuple[str, ...]] = UNKNOWN
    complete: bool = False
    partitioned: Maybe[bool] = UNKNOWN
    created_in: str | None = None

    def column(self, name: str) -> ColumnState | None:
        return self.columns.get(name)

    def proves_not_null(self, column: str) -> bool:
        """A validated CHECK says `column IS NOT NULL`, so SET NOT NULL need not scan (PostgreSQL ≥ 12)."""
        return any(
            c.kind == "check" and c.validated and c.condition is not None and column in not_null_columns(c.condition)
            for c in self.constraints
        )


@record
class Schema:
    """Tables by (schema, name); `complete` is False once an op that could not be read may have made others."""

    tables: Mapping[TableKey, TableState] = field(default_factory=lambda: MappingProxyType({}))
    complete: bool = True

    def table(self, table: Table) -> TableState | None:
        return self.tables.get(table.key)

    def after(self, op: ops.Op, revision: str | None = None) -> Schema:
        """The schema once `op` has run; ops that change no schema give the same object back."""
        change = _CHANGES.get(type(op))
        return self if change is None else change(self, op, revision)

    def after_all(self, steps: Iterable[ops.Op], revision: str | None = None) -> Schema:
        """The schema once all have run, as `after` one by one would give it, with one copy of the tables."""
        schema: Schema = _Draft(tables=dict(self.tables), complete=self.complete)
        for op in steps:
            change = _CHANGES.get(type(op))
            if change is not None:
                schema = change(schema, op, revision)
        return Schema(tables=schema.tables, complete=schema.complete)

    def _with(self, table: Table, state: TableState) -> Schema:
        return replace(self, tables={**self.tables, table.key: state})

    def _without(self, table: Table) -> Schema:
        return replace(self, tables={k: v for k, v in self.tables.items() if k != table.key})

    def _state(self, table: Table) -> TableState:
        return self.tables.get(table.key) or TableState()


class _Draft(Schema):
    """A schema that only `after_all` sees, so its tables may be changed in place."""

    __slots__ = ()

    def _with(self, table: Table, state: TableState) -> Schema:
        self.tables[table.key] = state  # type: ignore[index]
        return self

    def _without(self, table: Table) -> Schema:
        self.tables.pop(table.key, None)  # type: ignore[attr-defined]
        return self


def _column_state(column: ops.Column) -> ColumnState:
    return ColumnState(name=column.name.text, type=column.type, nullable=column.nullable, default=column.server_default)


def _column_extras(column: ops.Column) -> tuple[tuple[IndexState, ...], tuple[ConstraintState, ...]]:
    """The index and constraints that a Column's own keywords make."""
    name = (column.name.text,)
    indexes: tuple[IndexState, ...] = ()
    constraints: list[ConstraintState] = []
    if column.index is True:
        indexes = (IndexState(name=None, columns=name, unique=column.unique, partial=False),)
    elif column.unique is True:
        constraints.append(ConstraintState(kind="unique", name=None, columns=name))
    constraints += [
        ConstraintState(
            kind="foreign",
            name=r.name.text if r.name else None,
            columns=name,
            referent=r.table,
            validated=not r.not_valid,
        )
        for r in column.references
    ]
    names = (*column.check_names, *(None for _ in column.checks))
    constraints += [
        ConstraintState(kind="check", name=n.text if n else None, columns=(), condition=c)
        for c, n in zip(column.checks, names, strict=False)
    ]
    return indexes, tuple(constraints)


def _create_table(schema: Schema, op: ops.CreateTable, revision: str | None) -> Schema:
    if op.if_not_exists and op.table.key in schema.tables:
        return schema
    extras = [_column_extras(c) for c in op.columns]
    declared = tuple(
        ConstraintState(
            kind=c.kind,
            name=c.name.text if c.name else None,
            columns=c.columns,
            referent=c.referent,
            condition=c.condition,
        )
        for c in op.constraints
    )
    key: Maybe[tuple[str, ...]] = tuple(c.name.text for c in op.columns if c.primary_key is True)
    for constraint in op.constraints:
        if constraint.kind == "primary":
            key = constraint.columns
    keyed = key if isinstance(key, tuple) else ()
    columns = {c.name.text: _column_state(c) for c in op.columns}
    columns |= {n: replace(columns[n], nullable=False) for n in keyed if n in columns}
    state = TableState(
        columns=columns,
        indexes=tuple(i for found, _ in extras for i in found),
        constraints=declared + tuple(c for _, found in extras for c in found),
        primary_key=key if op.complete or key else UNKNOWN,
        complete=op.complete,
        partitioned=op.partitioned,
        created_in=revision,
    )
    return schema._with(op.table, state)


def _drop_table(schema: Schema, op: ops.DropTable, revision: str | None) -> Schema:
    return schema._without(op.table)


def _rename_table(schema: Schema, op: ops.RenameTable, revision: str | None) -> Schema:
    state = schema._state(op.table)
    return schema._without(op.table)._with(replace(op.table, name=op.new_name), state)


def _add_column(schema: Schema, op: ops.AddColumn, revision: str | None) -> Schema:
    state = schema._state(op.table)
    indexes, constraints = _column_extras(op.column)
    state = replace(
        state,
        columns={**state.columns, op.column.name.text: _column_state(op.column)},
        indexes=state.indexes + indexes,
        constraints=state.constraints + constraints,
    )
    return schema._with(op.table, state)


def _drop_column(schema: Schema, op: ops.DropColumn, revision: str | None) -> Schema:
    state, gone = schema._state(op.table), op.column.text
    state = replace(
        state,
        columns={n: c for n, c in state.columns.items() if n != gone},
        indexes=tuple(i for i in state.indexes if gone not in i.columns),
        constraints=tuple(c for c in state.constraints if isinstance(c.columns, tuple) and gone not in c.columns),
    )
    return schema._with(op.table, state)


def _alter_column(schema: Schema, op: ops.AlterColumn, revision: str | None) -> Schema:
    state, name = schema._state(op.table), op.column.text
    column = state.column(name) or ColumnState(name=name, type=UNKNOWN, nullable=UNKNOWN, default=UNKNOWN)
    if op.nullable is not None:
        column = replace(column, nullable=op.nullable)
    elif column.nullable is UNKNOWN and isinstance(op.existing_nullable, bool):
        column = replace(column, nullable=op.existing_nullable)
    if op.type_ is not None:
        column = replace(column, type=op.type_)
    elif column.type is UNKNOWN and op.existing_type is not None:
        column = replace(column, type=op.existing_type)
    if op.server_default is not False:
        column = replace(column, default=op.server_default)
    columns = dict(state.columns)
    if op.new_column_name is UNKNOWN:
        columns.pop(name, None)
        return schema._with(op.table, replace(state, columns=columns, complete=False))
    if op.new_column_name is not None:
        columns.pop(name, None)
        column = replace(column, name=op.new_column_name.text)
    columns[column.name] = column
    return schema._with(op.table, replace(state, columns=columns))


def _create_index(schema: Schema, op: ops.CreateIndex, revision: str | None) -> Schema:
    state, name = schema._state(op.table), op.name.text if op.name else None
    valid: Maybe[bool] = UNKNOWN if op.concurrently is True and op.if_not_exists is not False else not op.only
    made = IndexState(
        name=name,
        columns=tuple(c.value for c in op.columns),
        unique=op.unique,
        partial=op.where is not None,
        valid=valid,
    )
    kept = tuple(i for i in state.indexes if name is None or i.name != name)
    return schema._with(op.table, replace(state, indexes=(*kept, made)))


def _drop_index(schema: Schema, op: ops.DropIndex, revision: str | None) -> Schema:
    name = op.name.text
    named = schema.tables.get(op.table.key) if op.table is not None else None
    if op.table is not None and named is not None and any(i.name == name for i in named.indexes):
        return schema._with(op.table, replace(named, indexes=tuple(i for i in named.indexes if i.name != name)))
    changed = {
        key: replace(state, indexes=tuple(i for i in state.indexes if i.name != name))
        for key, state in schema.tables.items()
        if state.indexes and any(i.name == name for i in state.indexes)
    }
    return replace(schema, tables={**schema.tables, **changed}) if changed else schema


def _add_constraint(schema: Schema, table: Table, made: ConstraintState) -> Schema:
    state = schema._state(table)
    kept = tuple(c for c in state.constraints if made.name is None or c.name != made.name)
    state = replace(state, constraints=(*kept, made))
    if made.kind == "primary":
        named = made.columns if isinstance(made.columns, tuple) else ()
        columns = {n: replace(c, nullable=False) if n in named else c for n, c in state.columns.items()}
        state = replace(state, primary_key=made.columns, columns=columns)
    return schema._with(table, state)


def _text(name: Any) -> str | None:
    return None if name is None else str(name)


def _create_unique(schema: Schema, op: ops.CreateUniqueConstraint, revision: str | None) -> Schema:
    made = ConstraintState(kind="unique", name=_text(op.name), columns=tuple(c.text for c in op.columns))
    return _add_constraint(schema, op.table, made)


def _create_primary(schema: Schema, op: ops.CreatePrimaryKey, revision: str | None) -> Schema:
    made = ConstraintState(kind="primary", name=_text(op.name), columns=tuple(c.text for c in op.columns))
    return _add_constraint(schema, op.table, made)


def _create_foreign(schema: Schema, op: ops.CreateForeignKey, revision: str | None) -> Schema:
    made = ConstraintState(
        kind="foreign",
        name=_text(op.name),
        columns=tuple(c.text for c in op.local_cols),
        referent=op.referent,
        validated=op.not_valid is False,
    )
    return _add_constraint(schema, op.table, made)


def _create_check(schema: Schema, op: ops.CreateCheckConstraint, revision: str | None) -> Schema:
    made = ConstraintState(
        kind="check", name=_text(op.name), columns=(), condition=op.condition, validated=op.not_valid is False
    )
    return _add_constraint(schema, op.table, made)


def _not_null_not_valid(schema: Schema, op: ops.SetNotNullNotValid, revision: str | None) -> Schema:
    """PostgreSQL 18 names it `<table>_<column>_not_null`; once validated it is what SET NOT NULL would leave."""
    state, column = schema._state(op.table), op.column.text
    if not op.not_valid:
        return _alter_column(schema, ops.AlterColumn(table=op.table, column=op.column, nullable=False), revision)
    quoted = '"' + column.replace('"', '""') + '"'
    made = ConstraintState(
        kind="check",
        name=_text(op.name) or f"{op.table.name}_{column}_not_null",
        columns=(column,),
        condition=Expr(code="", value=f"{quoted} IS NOT NULL"),
        validated=False,
    )
    kept = tuple(c for c in state.constraints if c.name != made.name)
    return schema._with(op.table, replace(state, constraints=(*kept, made)))


def _create_exclude(schema: Schema, op: ops.CreateExcludeConstraint, revision: str | None) -> Schema:
    return _add_constraint(schema, op.table, ConstraintState(kind="exclude", name=_text(op.name), columns=UNKNOWN))


def _drop_constraint(schema: Schema, op: ops.DropConstraint, revision: str | None) -> Schema:
    state = schema._state(op.table)
    gone = [c for c in state.constraints if c.name == op.name.text]
    state = replace(state, constraints=tuple(c for c in state.constraints if c.name != op.name.text))
    if op.type_ == "primary" or any(c.kind == "primary" for c in gone):
        state = replace(state, primary_key=())
    return schema._with(op.table, state)


def _validate(schema: Schema, op: ops.ValidateConstraint, revision: str | None) -> Schema:
    state = schema._state(op.table)
    constraints = tuple(replace(c, validated=True) if c.name == op.name.text else c for c in state.constraints)
    return schema._with(op.table, replace(state, constraints=constraints))


def _using_index(schema: Schema, op: ops.AddConstraintUsingIndex, revision: str | None) -> Schema:
    state = schema._state(op.table)
    index = next((i for i in state.indexes if i.name == op.index.text), None)
    columns = index.columns if index else ()
    named = tuple(c for c in columns if isinstance(c, str))
    kept = replace(state, indexes=tuple(i for i in state.indexes if i.name != op.index.text))
    made = ConstraintState(
        kind=op.kind, name=op.name.text, columns=named if index and len(named) == len(columns) else UNKNOWN
    )
    return _add_constraint(schema._with(op.table, kept), op.table, made)


def _opaque(schema: Schema, op: ops.Opaque, revision: str | None) -> Schema:
    if op.tables:
        tables = {t.key: replace(schema._state(t), complete=False) for t in op.tables}
        return replace(schema, tables={**schema.tables, **tables})
    return replace(schema, complete=False)


_CHANGES: Mapping[type[ops.Op], Callable[[Schema, Any, str | None], Schema]] = {
    ops.CreateTable: _create_table,
    ops.DropTable: _drop_table,
    ops.RenameTable: _rename_table,
    ops.AddColumn: _add_column,
    ops.DropColumn: _drop_column,
    ops.AlterColumn: _alter_column,
    ops.CreateIndex: _create_index,
    ops.DropIndex: _drop_index,
    ops.CreateUniqueConstraint: _create_unique,
    ops.CreatePrimaryKey: _create_primary,
    ops.CreateForeignKey: _create_foreign,
    ops.CreateCheckConstraint: _create_check,
    ops.CreateExcludeConstraint: _create_exclude,
    ops.SetNotNullNotValid: _not_null_not_valid,
    ops.DropConstraint: _drop_constraint,
    ops.ValidateConstraint: _validate,
    ops.AddConstraintUsingIndex: _using_index,
    ops.Opaque: _opaque,
}
