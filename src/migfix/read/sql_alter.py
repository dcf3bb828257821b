"""ALTER TABLE, renames and drops: parse tree to ops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeAlias

from migfix.model import ops
from migfix.model.maybe import Expr, Name, Table
from migfix.model.sql_text import Token
from migfix.read.sql_columns import add_constraint, column, default, with_collation
from migfix.read.sql_names import dotted, python_string, relations, table, type_expr
from migfix.read.sql_other import REPEATABLE, run_sql
from migfix.read.sql_parser import Tree
from migfix.read.sql_slices import Doubt, Source, after_word, before_word, items

CASCADE: ops.Extra = (("cascade", "True"),)
TABLE_IF_EXISTS: ops.Extra = (("table_if_exists", "True"),)
Read: TypeAlias = tuple[ops.Op, ...] | None
"""What one subcommand does; None when no op can say it."""


def _cascade(node: Tree) -> ops.Extra:
    return CASCADE if node.get("behavior") == "DROP_CASCADE" else ()


def alter_table(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """The ops of every subcommand in order; `extra` carries CASCADE and the table's own IF EXISTS."""
    if node.get("objtype") != "OBJECT_TABLE":
        return (run_sql("AlterTableStmt", node, source),)
    on = table(node["relation"])
    head = _head_size(node, source)
    commands = [c["AlterTableCmd"] for c in node["cmds"]]
    pieces = items(source.found[head:])
    if len(pieces) != len(commands):
        raise Doubt("ALTER TABLE could not be cut into its subcommands")
    made: list[ops.Op] = []
    for command, piece in zip(commands, pieces, strict=True):
        reader = _SUBCOMMANDS.get(command["subtype"])
        found = reader(on, command, piece, source) if reader else None
        if found is not None and node.get("missing_ok"):
            found = _guarded(found)
        made += found or [_other(on, command, piece, f"{source.slice(source.found[:head])} {source.slice(piece)}")]
    return tuple(made)


def _head_size(node: Tree, source: Source) -> int:
    """How many tokens `ALTER TABLE [IF EXISTS] [ONLY] name [*]` has."""
    at = source.char(node["relation"]["location"])
    index = 1 + next(i for i, t in enumerate(source.found) if t.start >= at)
    while index < len(source.found) and source.found[index].text in (".", "*", ")"):
        index += 2 if source.found[index].text == "." else 1
    return index


def _guarded(found: tuple[ops.Op, ...]) -> Read:
    """The ops with the table's IF EXISTS; None when one of them has no place for it."""
    if not all("extra" in {f.name for f in fields(op)} for op in found):
        return None
    return tuple(replace(op, extra=op.extra + TABLE_IF_EXISTS) for op in found)  # type: ignore[attr-defined, call-arg]


def _other(on: Table, command: Tree, piece: Sequence[Token], on_its_own: str) -> ops.Op:
    """RunSql for one subcommand: the statement's head (`ALTER TABLE s.t`) and the author's text of the subcommand."""
    if not piece:
        raise Doubt("ALTER TABLE could not be cut into its subcommands")
    named = tuple(dict.fromkeys((on, *relations(command))))
    return ops.RunSql(sql=on_its_own, tag="ALTER TABLE", tables=named, rerunnable=command["subtype"] in REPEATABLE)


def _add_column(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> Read:
    node = command["def"]["ColumnDef"]
    if {"storage_name", "compression", "fdwoptions"} & node.keys() or not _enforced(node):
        return None
    made, own = column(node, [t for t in piece if t.start >= source.char(node["location"])], source)
    constraints = [add_constraint(on, part, tokens, source) for part, tokens in own]
    added = ops.AddColumn(
        table=on, column=made, if_not_exists=bool(command.get("missing_ok")), inline_references=bool(made.references)
    )
    known = tuple(c for c in constraints if c is not None)
    return (added, *known) if len(known) == len(constraints) and not (known and added.if_not_exists) else None


def _enforced(node: Tree) -> bool:
    return all(c["Constraint"]["contype"] != "CONSTR_ATTR_NOT_ENFORCED" for c in node.get("constraints", ()))


def _drop_column(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> Read:
    guarded = bool(command.get("missing_ok"))
    return (ops.DropColumn(table=on, column=Name(command["name"]), if_exists=guarded, extra=_cascade(command)),)


def _set_not_null(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> Read:
    return (ops.AlterColumn(table=on, column=Name(command["name"]), nullable=False),)


def _drop_not_null(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> Read:
    return (ops.AlterColumn(table=on, column=Name(command["name"]), nullable=True),)


def _column_default(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> Read:
    made = default(after_word(piece, "default"), source) if "def" in command else None
    return (ops.AlterColumn(table=on, column=Name(command["name"]), server_default=made),)


def _column_type(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> Read:
    node = command["def"]["ColumnDef"]
    rest = [t for t in piece if t.start >= source.char(node["typeName"]["location"])]
    plain = type_expr(node["typeName"], source.slice(before_word(rest, "collate", "using")))
    using = source.slice(after_word(rest, "using")) if "raw_default" in node else None
    return (
        ops.AlterColumn(
            table=on,
            column=Name(command["name"]),
            type_=with_collation(plain, node, rest, source),
            postgresql_using=Expr(code=python_string(using), value=using) if using is not None else None,
        ),
    )


def _add_constraint(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> Read:
    made = add_constraint(on, command["def"]["Constraint"], piece, source)
    return None if made is None else (made,)


def _drop_constraint(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> Read:
    guarded = bool(command.get("missing_ok"))
    return (ops.DropConstraint(name=Name(command["name"]), table=on, if_exists=guarded, extra=_cascade(command)),)


def _validate(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> Read:
    return (ops.ValidateConstraint(name=Name(command["name"]), table=on),)


_SUBCOMMANDS: Mapping[str, Callable[[Table, Tree, Sequence[Token], Source], Read]] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_SetNotNull": _set_not_null,
    "AT_DropNotNull": _drop_not_null,
    "AT_ColumnDefault": _column_default,
    "AT_AlterColumnType": _column_type,
    "AT_AddConstraint": _add_constraint,
    "AT_DropConstraint": _drop_constraint,
    "AT_ValidateConstraint": _validate,
}


def rename(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """RENAME of a table or of a table's column; other objects, and IF EXISTS, are RunSql."""
    kind, on_table = node["renameType"], node.get("relationType") == "OBJECT_TABLE"
    if kind == "OBJECT_TABLE" and not node.get("missing_ok"):
        return (ops.RenameTable(table=table(node["relation"]), new_name=Name(node["newname"])),)
    if kind == "OBJECT_COLUMN" and on_table:
        extra = TABLE_IF_EXISTS if node.get("missing_ok") else ()
        on, new = table(node["relation"]), Name(node["newname"])
        return (ops.AlterColumn(table=on, column=Name(node["subname"]), new_column_name=new, extra=extra),)
    return (run_sql("RenameStmt", node, source),)


def drop(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """DROP TABLE and DROP INDEX, an op for each name; other objects are RunSql."""
    if node["removeType"] not in ("OBJECT_TABLE", "OBJECT_INDEX"):
        return (run_sql("DropStmt", node, source),)
    guarded, extra, concurrently = bool(node.get("missing_ok")), _cascade(node), bool(node.get("concurrent"))
    named = [dotted(o["List"]["items"]) for o in node["objects"]]
    if node["removeType"] == "OBJECT_TABLE":
        return tuple(ops.DropTable(table=t, if_exists=guarded, extra=extra) for t in named)
    return tuple(
        ops.DropIndex(
            name=t.name, table=None, schema=t.schema, concurrently=concurrently, if_exists=guarded, extra=extra
        )
        for t in named
    )
