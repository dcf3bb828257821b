"""Which reader takes which kind of parsed statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migfix.model import ops
from migfix.read import sql_alter, sql_create, sql_dml
from migfix.read.sql_other import run_sql
from migfix.read.sql_parser import Tree
from migfix.read.sql_slices import Doubt, Source

_READERS: Mapping[str, Callable[[Tree, Source], tuple[ops.Op, ...]]] = {
    "AlterEnumStmt": sql_create.add_enum_value,
    "AlterTableStmt": sql_alter.alter_table,
    "CreateStmt": sql_create.create_table,
    "CreateTableAsStmt": sql_create.create_table_as,
    "DeleteStmt": sql_dml.delete,
    "DropStmt": sql_alter.drop,
    "IndexStmt": sql_create.create_index,
    "InsertStmt": sql_dml.insert,
    "ReindexStmt": sql_create.reindex,
    "RenameStmt": sql_alter.rename,
    "SelectStmt": sql_dml.select,
    "TransactionStmt": sql_dml.transaction,
    "TruncateStmt": sql_dml.truncate,
    "UpdateStmt": sql_dml.update,
    "VariableSetStmt": sql_dml.set_parameter,
    "VariableShowStmt": sql_dml.harmless,
}


def read_tree(kind: str, node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """The ops of one parsed statement; a statement without a reader of its own is RunSql."""
    reader = _READERS.get(kind)
    if reader is None:
        return (run_sql(kind, node, source),)
    try:
        return reader(node, source)
    except Doubt as doubt:
        return (ops.Opaque(code=source.sql, why=str(doubt)),)
