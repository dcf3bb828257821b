"""Names, types and expressions of PostgreSQL's parse tree in the words of the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from migfix.model.maybe import UNKNOWN, Expr, Maybe, Name, Table, TypeExpr
from migfix.read.sql_parser import Tree


def python_string(text: str) -> str:
    """A Python string literal in double quotes."""
    quoted = repr(text)
    if quoted[0] == '"' or '"' in text:
        return quoted
    return '"' + quoted[1:-1].replace("\\'", "'") + '"'


def sql_expr(sql: str) -> Expr:
    """SQL text as an argument: `sa.text("…")` to print, the text itself to read."""
    return Expr(code=f"sa.text({python_string(sql)})", value=sql)


def column_expr(name: str) -> Expr:
    return Expr(code=python_string(name), value=name)


def table(relation: Tree) -> Table:
    """A RangeVar; a database name in front (`db.schema.table`) is dropped, as PostgreSQL knows only its own."""
    schema = relation.get("schemaname")
    return Table(Name(relation["relname"]), Name(schema) if schema else None)


def texts(nodes: Sequence[Tree]) -> tuple[str, ...]:
    """The text of String nodes."""
    return tuple(n["String"]["sval"] for n in nodes)


def names(nodes: Sequence[Tree]) -> tuple[Name, ...]:
    return tuple(map(Name, texts(nodes)))


def dotted(nodes: Sequence[Tree]) -> Table:
    """A qualified name given as a list of String nodes."""
    found = texts(nodes)
    return Table(Name(found[-1]), Name(found[-2]) if len(found) > 1 else None)


def optional_name(node: Tree, key: str) -> Name | None:
    return Name(node[key]) if node.get(key) else None


_TYPES = {
    "bool": "Boolean",
    "boolean": "Boolean",
    "int2": "SmallInteger",
    "smallint": "SmallInteger",
    "int4": "Integer",
    "integer": "Integer",
    "int": "Integer",
    "int8": "BigInteger",
    "bigint": "BigInteger",
    "float4": "REAL",
    "float8": "Double",
    "numeric": "Numeric",
    "decimal": "Numeric",
    "text": "Text",
    "varchar": "String",
    "bpchar": "CHAR",
    "date": "Date",
    "time": "Time",
    "timetz": "Time",
    "timestamp": "DateTime",
    "timestamptz": "DateTime",
    "interval": "Interval",
    "bytea": "LargeBinary",
    "uuid": "Uuid",
    "json": "JSON",
    "jsonb": "JSONB",
    "inet": "INET",
    "cidr": "CIDR",
    "macaddr": "MACADDR",
    "money": "MONEY",
    "oid": "OID",
    "bit": "BIT",
    "varbit": "BIT",
    "tsvector": "TSVECTOR",
    "tsquery": "TSQUERY",
    "hstore": "HSTORE",
    "citext": "CITEXT",
    "int4range": "INT4RANGE",
    "int8range": "INT8RANGE",
    "numrange": "NUMRANGE",
    "daterange": "DATERANGE",
    "tsrange": "TSRANGE",
    "tstzrange": "TSTZRANGE",
    "serial": "Serial",
    "serial4": "Serial",
    "bigserial": "BigSerial",
    "serial8": "BigSerial",
    "smallserial": "SmallSerial",
    "serial2": "SmallSerial",
}
_WITH_ZONE = frozenset(["timestamptz", "timetz"])
SERIALS = frozenset(["Serial", "BigSerial", "SmallSerial"])


def type_expr(node: Tree, code: str) -> TypeExpr:
    """A TypeName: `name` as SQLAlchemy's where it is one of PostgreSQL's own, else UNKNOWN (an enum, a domain)."""
    if node.get("arrayBounds"):
        element = {k: v for k, v in node.items() if k != "arrayBounds"}
        inner = type_expr(element, code.partition("[")[0].strip())
        return TypeExpr(code=code, name="ARRAY", args=(inner.code,))
    found = texts(node.get("names", ()))
    known = _TYPES.get(found[-1]) if found and (len(found) == 1 or found[0] == "pg_catalog") else None
    if known is None or node.get("setof") or node.get("pct_type"):
        return TypeExpr(code=code)
    args = tuple(_number(n) for n in node.get("typmods", ()))
    if any(a is None for a in args) or known == "Interval":
        return TypeExpr(code=code, name=known)
    plain = tuple(a for a in args if a is not None)
    if found[-1] == "bpchar" and plain == ("1",) and "(" not in code:
        plain = ()
    return TypeExpr(code=code, name=known, args=("timezone=True",) if found[-1] in _WITH_ZONE else plain)


def _number(node: Tree) -> str | None:
    value = node.get("A_Const", {}).get("ival")
    return None if value is None else str(value.get("ival", 0))


def constant(node: Tree) -> Maybe[str]:
    """The plain text of a constant (a string without its quotes, a number, true/false); UNKNOWN for anything else."""
    found = node.get("A_Const")
    if found is None:
        return UNKNOWN
    if "sval" in found:
        return str(found["sval"].get("sval", ""))
    if "ival" in found:
        return str(found["ival"].get("ival", 0))
    if "fval" in found:
        return str(found["fval"]["fval"])
    if "boolval" in found:
        return "true" if found["boolval"].get("boolval") else "false"
    return UNKNOWN


def walk(node: Any) -> Iterator[tuple[str, Tree]]:
    """Every node below, outermost first, as (key it hangs on, node); without recursion, as trees may be deep."""
    todo: list[tuple[str, Any]] = [("", node)]
    while todo:
        key, item = todo.pop()
        if isinstance(item, dict):
            yield key, item
            todo.extend(reversed(list(item.items())))
        elif isinstance(item, list):
            todo.extend((key, child) for child in reversed(item))


def relations(node: Any) -> tuple[Table, ...]:
    """The tables that stand anywhere in a statement, each once; names of its WITH queries are none."""
    found = list(walk(node))
    own = {n["ctename"] for _, n in found if "ctename" in n}
    tables = [table(n) for _, n in found if "relname" in n and "relpersistence" in n]
    return tuple(dict.fromkeys(t for t in tables if t.schema or t.name.text not in own))
