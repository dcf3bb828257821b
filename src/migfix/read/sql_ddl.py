"""ALTER TABLE, CREATE TABLE, indexes, drops and renames: parse tree to ops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Expr, Name, Table
from migfix.model.sql_text import Token
from migfix.read.sql_columns import KINDS, add_constraint, column, default, table_constraint
from migfix.read.sql_names import (
    column_expr,
    constant,
    dotted,
    optional_name,
    python_string,
    relations,
    sql_expr,
    table,
    texts,
    type_expr,
)
from migfix.read.sql_other import run_sql
from migfix.read.sql_parser import Tree
from migfix.read.sql_slices import Doubt, Source, after_word, before_word, find_word, inside, items

CASCADE: ops.Extra = (("cascade", "True"),)


def with_extra(op: ops.Op, extra: ops.Extra) -> ops.Op | None:
    """The op with more `extra`; None when its kind has none."""
    if not extra:
        return op
    if "extra" not in {f.name for f in fields(op)}:
        return None
    return replace(op, extra=getattr(op, "extra") + extra)  # type: ignore[call-arg]  # noqa: B009


def _cascade(node: Tree) -> ops.Extra:
    return CASCADE if node.get("behavior") == "DROP_CASCADE" else ()


# --- ALTER TABLE ---------------------------------------------------------------------------------------------------


def alter_table(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """One op for each subcommand; the model's `extra` carries CASCADE and the table's own IF EXISTS."""
    if node.get("objtype") != "OBJECT_TABLE":
        return (run_sql("AlterTableStmt", node, source),)
    on = table(node["relation"])
    commands = [c["AlterTableCmd"] for c in node["cmds"]]
    pieces = items(source.found[_head_size(source.found) :])
    if len(pieces) != len(commands):
        raise Doubt("ALTER TABLE could not be cut into its subcommands")
    guard: ops.Extra = (("table_if_exists", "True"),) if node.get("missing_ok") else ()
    return tuple(_subcommand(on, c, p, source, guard=guard) for c, p in zip(commands, pieces, strict=True))


def _subcommand(on: Table, command: Tree, piece: Sequence[Token], source: Source, *, guard: ops.Extra) -> ops.Op:
    reader = _SUBCOMMANDS.get(command["subtype"])
    op = reader(on, command, piece, source) if reader else None
    if op is not None:
        op = with_extra(op, guard)
    return op if op is not None else _other_subcommand(on, piece, source)


def _other_subcommand(on: Table, piece: Sequence[Token], source: Source) -> ops.Op:
    """RunSql for one subcommand: the statement's head (`ALTER TABLE s.t`) and the author's text of the subcommand."""
    on_its_own = f"{source.slice(source.found[: _head_size(source.found)])} {source.slice(piece)}"
    return ops.RunSql(sql=on_its_own, tag="ALTER TABLE", tables=(on,))


def _head_size(found: Sequence[Token]) -> int:
    """How many tokens `ALTER TABLE [IF EXISTS] [ONLY] name [*]` has."""
    index = 2
    while found[index].text.lower() in ("if", "exists", "only") and found[index].kind == "word":
        index += 1
    index += 1
    while index < len(found) and found[index].text in (".", "*"):
        index += 2 if found[index].text == "." else 1
    return index


def _add_column(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> ops.Op | None:
    node = command["def"]["ColumnDef"]
    made = column(node, [t for t in piece if t.start >= source.char(node["location"])], source)
    return ops.AddColumn(
        table=on,
        column=made,
        if_not_exists=bool(command.get("missing_ok")),
        inline_references=bool(made.references),
    )


def _drop_column(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> ops.Op | None:
    return ops.DropColumn(
        table=on, column=Name(command["name"]), if_exists=bool(command.get("missing_ok")), extra=_cascade(command)
    )


def _nullability(nullable: bool) -> Callable[[Table, Tree, Sequence[Token], Source], ops.Op | None]:
    def read(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> ops.Op | None:
        return ops.AlterColumn(table=on, column=Name(command["name"]), nullable=nullable)

    return read


def _column_default(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> ops.Op | None:
    made = default(after_word(piece, "default"), source) if "def" in command else None
    return ops.AlterColumn(table=on, column=Name(command["name"]), server_default=made)


def _column_type(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> ops.Op | None:
    node = command["def"]["ColumnDef"]
    at = source.char(node["typeName"]["location"])
    rest = [t for t in piece if t.start >= at]
    using = source.slice(after_word(rest, "using")) if "raw_default" in node else None
    collation = python_string(".".join(texts(node["collClause"]["collname"]))) if "collClause" in node else None
    return ops.AlterColumn(
        table=on,
        column=Name(command["name"]),
        type_=type_expr(node["typeName"], source.slice(before_word(rest, "collate", "using"))),
        postgresql_using=Expr(code=python_string(using), value=using) if using is not None else None,
        extra=(("collation", collation),) if collation else (),
    )


def _add_constraint(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> ops.Op | None:
    return add_constraint(on, command["def"]["Constraint"], piece, source)


def _drop_constraint(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> ops.Op | None:
    return ops.DropConstraint(
        name=Name(command["name"]), table=on, if_exists=bool(command.get("missing_ok")), extra=_cascade(command)
    )


def _validate(on: Table, command: Tree, piece: Sequence[Token], source: Source) -> ops.Op | None:
    return ops.ValidateConstraint(name=Name(command["name"]), table=on)


_SUBCOMMANDS: Mapping[str, Callable[[Table, Tree, Sequence[Token], Source], ops.Op | None]] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_SetNotNull": _nullability(False),
    "AT_DropNotNull": _nullability(True),
    "AT_ColumnDefault": _column_default,
    "AT_AlterColumnType": _column_type,
    "AT_AddConstraint": _add_constraint,
    "AT_DropConstraint": _drop_constraint,
    "AT_ValidateConstraint": _validate,
}


# --- renames and drops ---------------------------------------------------------------------------------------------


def rename(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """RENAME of a table or of a table's column; other objects are RunSql."""
    kind, on_table = node["renameType"], node.get("relationType") == "OBJECT_TABLE"
    if not node.get("missing_ok") and kind == "OBJECT_TABLE":
        return (ops.RenameTable(table=table(node["relation"]), new_name=Name(node["newname"])),)
    if not node.get("missing_ok") and kind == "OBJECT_COLUMN" and on_table:
        on, new = table(node["relation"]), Name(node["newname"])
        return (ops.AlterColumn(table=on, column=Name(node["subname"]), new_column_name=new),)
    return (run_sql("RenameStmt", node, source),)


def drop(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """DROP TABLE and DROP INDEX, an op for each name; other objects are RunSql."""
    guarded, extra = bool(node.get("missing_ok")), _cascade(node)
    if node["removeType"] == "OBJECT_TABLE":
        named = [dotted(o["List"]["items"]) for o in node["objects"]]
        return tuple(ops.DropTable(table=t, if_exists=guarded, extra=extra) for t in named)
    if node["removeType"] == "OBJECT_INDEX":
        named = [dotted(o["List"]["items"]) for o in node["objects"]]
        concurrently = bool(node.get("concurrent"))
        return tuple(
            ops.DropIndex(
                name=t.name, table=None, schema=t.schema, concurrently=concurrently, if_exists=guarded, extra=extra
            )
            for t in named
        )
    return (run_sql("DropStmt", node, source),)


# --- indexes -------------------------------------------------------------------------------------------------------


def create_index(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    elements = [p["IndexElem"] for p in node["indexParams"]]
    behind = source.after(node["relation"]["location"])
    pieces = items(inside(behind))
    if len(pieces) != len(elements):
        raise Doubt("CREATE INDEX could not be cut into its columns")
    using, where = node.get("accessMethod", "btree"), after_word(behind, "where")
    return (
        ops.CreateIndex(
            name=optional_name(node, "idxname"),
            table=table(node["relation"]),
            columns=tuple(_index_column(e, p, source) for e, p in zip(elements, pieces, strict=True)),
            unique=bool(node.get("unique")),
            concurrently=bool(node.get("concurrent")),
            if_not_exists=bool(node.get("if_not_exists")),
            where=sql_expr(source.slice(where)) if "whereClause" in node else None,
            nulls_not_distinct=bool(node.get("nulls_not_distinct")),
            using=None if using == "btree" and find_word(behind, "using") is None else using,
            only=not node["relation"].get("inh"),
            extra=_index_extra(node, behind, source),
        ),
    )


def _index_column(element: Tree, piece: Sequence[Token], source: Source) -> Expr:
    """A plain column, or the element's text: an order, a collation or an operator class with options makes it an expression."""
    plain = "name" in element and not {"collation", "opclassopts"} & element.keys()
    if (
        plain
        and element.get("ordering") == "SORTBY_DEFAULT"
        and element.get("nulls_ordering") == "SORTBY_NULLS_DEFAULT"
    ):
        return column_expr(element["name"])
    return Expr(code=sql_expr(source.slice(piece)).code)


def _index_extra(node: Tree, behind: Sequence[Token], source: Source) -> ops.Extra:
    """INCLUDE, operator classes, WITH and TABLESPACE as Alembic's keywords."""
    extra: list[tuple[str, str]] = []
    elements = [p["IndexElem"] for p in node["indexParams"]]
    included = [p["IndexElem"].get("name", "") for p in node.get("indexIncludingParams", ())]
    if included:
        extra.append(("postgresql_include", _list(included)))
    classes = {e["name"]: ".".join(texts(e["opclass"])) for e in elements if "opclass" in e and "name" in e}
    if classes:
        extra.append(("postgresql_ops", _dict(classes)))
    if options := node.get("options"):
        given = {o["DefElem"]["defname"]: _option(o["DefElem"]) for o in options}
        extra.append(("postgresql_with", _dict(given)))
    if space := node.get("tableSpace"):
        extra.append(("postgresql_tablespace", python_string(space)))
    return tuple(extra)


def _option(node: Tree) -> str:
    ((_, value),) = node.get("arg", {"String": {"sval": "true"}}).items()
    return str(value.get("sval", value.get("fval", value.get("ival", 0))))


def _list(found: Sequence[str]) -> str:
    return "[" + ", ".join(map(python_string, found)) + "]"


def _dict(found: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{python_string(k)}: {python_string(v)}" for k, v in found.items()) + "}"


# --- CREATE TABLE --------------------------------------------------------------------------------------------------


def create_table(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """CREATE TABLE; LIKE, INHERITS, OF and PARTITION OF leave `complete` False."""
    relation = node["relation"]
    behind = source.after(relation["location"])
    elements = node.get("tableElts", ())
    partition_of = "partbound" in node
    pieces = items(inside(before_word(behind, "for") if partition_of else behind)) if elements else []
    if len(pieces) != len(elements):
        raise Doubt("CREATE TABLE could not be cut into its columns")
    columns: list[ops.Column] = []
    constraints: list[ops.TableConstraint] = []
    read = 0
    for element, piece in zip(elements, pieces, strict=True):
        ((kind, part),) = element.items()
        if kind == "ColumnDef" and "typeName" in part:
            columns.append(column(part, piece, source))
        elif kind == "Constraint" and part["contype"] in KINDS:
            constraints.append(table_constraint(part, piece, source))
        else:
            continue
        read += 1
    complete = read == len(elements) and not any(k in node for k in ("inhRelations", "ofTypename"))
    made = ops.CreateTable(
        table=table(relation),
        columns=tuple(columns),
        constraints=tuple(constraints),
        if_not_exists=bool(node.get("if_not_exists")),
        complete=complete,
        partitioned="partspec" in node,
        extra=_table_extra(node),
    )
    return (made,)


_PREFIXES = {"t": '["TEMPORARY"]', "u": '["UNLOGGED"]'}


def _table_extra(node: Tree) -> ops.Extra:
    prefix = _PREFIXES.get(node["relation"].get("relpersistence", "p"))
    extra: ops.Extra = (("prefixes", prefix),) if prefix else ()
    parents = [str(t) for t in relations(node.get("inhRelations", ()))]
    if parents:
        extra += (("partition_of" if "partbound" in node else "inherits", _list(parents)),)
    return extra


def create_table_as(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    if node.get("objtype") != "OBJECT_TABLE":
        return (run_sql("CreateTableAsStmt", node, source),)
    guarded = bool(node.get("if_not_exists"))
    return (ops.CreateTable(table=table(node["into"]["rel"]), columns=(), if_not_exists=guarded, complete=False),)


def add_enum_value(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    if "oldVal" in node:
        return (run_sql("AlterEnumStmt", node, source),)
    named = str(dotted(node["typeName"]))
    return (
        ops.AddEnumValue(type_name=named, value=node["newVal"], if_not_exists=bool(node.get("skipIfNewValExists"))),
    )


def reindex(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """`target` is the kind and the name in SQL's words (`TABLE s.t`)."""
    on = str(table(node["relation"])) if "relation" in node else node.get("name", "")
    kind = node["kind"].removeprefix("REINDEX_OBJECT_")
    concurrently = any(
        _is_on(p["DefElem"]) for p in node.get("params", ()) if p["DefElem"]["defname"] == "concurrently"
    )
    return (ops.Reindex(target=f"{kind} {on}".strip(), concurrently=concurrently),)


def _is_on(option: Tree) -> bool:
    arg: Any = option.get("arg")
    return arg is None or constant(arg) not in ("false", "0", UNKNOWN)
