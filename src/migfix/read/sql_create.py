"""CREATE INDEX, CREATE TABLE, REINDEX and enum values: parse tree to ops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Expr
from migfix.model.sql_text import Token
from migfix.read.sql_columns import KINDS, column, table_constraint
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
)
from migfix.read.sql_other import run_sql
from migfix.read.sql_parser import Tree
from migfix.read.sql_slices import Doubt, Source, after_word, find_word, inside, items


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


def _is_plain(element: Tree) -> bool:
    """A column in the default order and collation; an operator class has a keyword of its own."""
    usual = (element.get("ordering"), element.get("nulls_ordering")) == ("SORTBY_DEFAULT", "SORTBY_NULLS_DEFAULT")
    return usual and "name" in element and not {"collation", "opclassopts"} & element.keys()


def _index_column(element: Tree, piece: Sequence[Token], source: Source) -> Expr:
    """A plain column by its name, or the author's text of the element, which rules cannot read."""
    if _is_plain(element):
        return column_expr(element["name"])
    return Expr(code=sql_expr(source.slice(piece)).code)


def _index_extra(node: Tree, behind: Sequence[Token], source: Source) -> ops.Extra:
    """INCLUDE, operator classes, WITH and TABLESPACE as Alembic's keywords."""
    extra: list[tuple[str, str]] = []
    elements = [p["IndexElem"] for p in node["indexParams"]]
    included = [p["IndexElem"].get("name", "") for p in node.get("indexIncludingParams", ())]
    if included:
        extra.append(("postgresql_include", _list(included)))
    classes = {e["name"]: ".".join(texts(e["opclass"])) for e in elements if "opclass" in e and _is_plain(e)}
    if classes:
        extra.append(("postgresql_ops", _dict(classes)))
    if options := node.get("options"):
        given = {o["DefElem"]["defname"]: _option(o["DefElem"]) for o in options}
        extra.append(("postgresql_with", _dict(given)))
    if space := node.get("tableSpace"):
        extra.append(("postgresql_tablespace", python_string(space)))
    return tuple(extra)


def _option(node: Tree) -> str:
    """A storage parameter's value as text: `70`, `off`, `true` for one without a value."""
    ((kind, value),) = node.get("arg", {"String": {"sval": "true"}}).items()
    if kind == "TypeName":  # a bare word that is no keyword
        return ".".join(texts(value["names"]))
    return str(value.get("sval", value.get("fval", value.get("ival", 0))))


def _list(found: Sequence[str]) -> str:
    return "[" + ", ".join(map(python_string, found)) + "]"


def _dict(found: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{python_string(k)}: {python_string(v)}" for k, v in found.items()) + "}"


def create_table(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """CREATE TABLE; LIKE, INHERITS, OF and PARTITION OF leave `complete` False."""
    behind = source.after(node["relation"]["location"])
    elements = node.get("tableElts", ())
    pieces = items(inside(behind)) if elements else []
    if len(pieces) != len(elements):
        raise Doubt("CREATE TABLE could not be cut into its columns")
    columns: dict[str, ops.Column] = {}
    constraints: list[ops.TableConstraint] = []
    complete = not {"inhRelations", "ofTypename"} & node.keys()
    for element, piece in zip(elements, pieces, strict=True):
        ((kind, part),) = element.items()
        if kind == "ColumnDef" and "typeName" in part:
            made, own = column(part, piece, source)
            columns[made.name.text] = made
            constraints += [table_constraint(c, p, source) for c, p in own]
        elif kind == "Constraint" and part["contype"] in KINDS:
            constraints.append(table_constraint(part, piece, source))
        elif kind == "Constraint" and part["contype"] == "CONSTR_NOTNULL" and texts(part["keys"])[0] in columns:
            named = texts(part["keys"])[0]
            columns[named] = replace(columns[named], nullable=False)
        else:
            complete = False
    return (
        ops.CreateTable(
            table=table(node["relation"]),
            columns=tuple(columns.values()),
            constraints=tuple(constraints),
            if_not_exists=bool(node.get("if_not_exists")),
            complete=complete,
            partitioned="partspec" in node,
            extra=_table_extra(node),
        ),
    )


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
    arg = option.get("arg")
    return arg is None or constant(arg) not in ("false", "0", UNKNOWN)
