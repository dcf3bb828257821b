"""UPDATE, DELETE, INSERT, TRUNCATE, SELECT, SET and transaction control: parse tree to ops."""

from __future__ import annotations

from collections.abc import Sequence

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Maybe
from migfix.model.sql_text import Token, fold, words
from migfix.read.sql_names import constant, relations, table, texts, walk
from migfix.read.sql_other import run_sql
from migfix.read.sql_parser import Tree
from migfix.read.sql_slices import Doubt, Source, after_word, before_word, find_word, items


def _clauses(node: Tree) -> tuple[str, ...]:
    return ("where", "returning", *(("from",) if "fromClause" in node else ()))


def _where(node: Tree, behind: Sequence[Token], source: Source) -> str | None:
    if "whereClause" not in node:
        return None
    found = before_word(after_word(behind, "where"), "returning")
    if not found:
        raise Doubt("the WHERE clause could not be found")
    return source.slice(found)


def _is_simple(node: Tree) -> bool:
    more = {"fromClause", "usingClause", "withClause", "returningList", "returningClause"} & node.keys()
    return not more and bool(node["relation"].get("inh")) and "CurrentOfExpr" not in node.get("whereClause", {})


def _alias(node: Tree) -> str | None:
    alias = node["relation"].get("alias")
    return str(alias["aliasname"]) if alias else None


def update(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    behind = _set_clause(node, source)
    made = ops.Update(
        table=table(node["relation"]),
        sql=source.sql,
        assignments=_assignments(node, behind, source),
        where=_where(node, behind, source),
        simple=_is_simple(node),
        alias=_alias(node),
        parameters=source.parameters,
    )
    return (*_with_queries(node, source), made)


def _set_clause(node: Tree, source: Source) -> list[Token]:
    """The tokens behind SET: the last one before the first target, as a table or an alias may be called set too."""
    first = source.char(node["targetList"][0]["ResTarget"]["location"])
    at = max(i for i, t in enumerate(source.found) if t.start < first and fold(t.text) == "set")
    return list(source.found[at + 1 :])


def _assignments(node: Tree, behind: Sequence[Token], source: Source) -> Maybe[tuple[tuple[str, str], ...]]:
    """UNKNOWN for `(a, b) = …`, and for a part of a column (`a[1] =`, `a.field =`)."""
    targets = [t["ResTarget"] for t in node["targetList"]]
    pieces = items(before_word(behind, *_clauses(node)))
    if len(pieces) != len(targets) or any("indirection" in t or "MultiAssignRef" in t["val"] for t in targets):
        return UNKNOWN
    if any(len(p) < 3 or p[1].text != "=" for p in pieces):
        return UNKNOWN
    return tuple((t["name"], source.slice(p[2:])) for t, p in zip(targets, pieces, strict=True))


def delete(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    behind = source.after(node["relation"]["location"])
    made = ops.Delete(
        table=table(node["relation"]),
        sql=source.sql,
        where=_where(node, behind, source),
        simple=_is_simple(node),
        alias=_alias(node),
        parameters=source.parameters,
    )
    return (*_with_queries(node, source), made)


def insert(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    query = node.get("selectStmt", {}).get("SelectStmt", {})
    made = ops.Insert(
        table=table(node["relation"]),
        sql=source.sql,
        selects=_reads_rows(query),
        on_conflict_do_nothing=node.get("onConflictClause", {}).get("action") == "ONCONFLICT_NOTHING",
        parameters=source.parameters,
    )
    return (*_with_queries(node, source), made)


def _reads_rows(query: Tree) -> bool:
    """The rows come from elsewhere: anything but VALUES, DEFAULT VALUES and a SELECT of constants."""
    if not query or "valuesLists" in query:
        return False
    return "fromClause" in query or "withClause" in query or query.get("op", "SETOP_NONE") != "SETOP_NONE"


_DATA = {"UpdateStmt": update, "DeleteStmt": delete, "InsertStmt": insert}


def _with_queries(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """What `WITH x AS (DELETE …)` changes; such an op is never simple, and its `sql` is the whole statement."""
    made: list[ops.Op] = []
    for cte in node.get("withClause", {}).get("ctes", ()):
        ((kind, query),) = cte["CommonTableExpr"]["ctequery"].items()
        on = table(query["relation"]) if kind in _DATA else None
        if on is None:
            continue
        if kind == "UpdateStmt":
            made.append(ops.Update(table=on, sql=source.sql, parameters=source.parameters))
        elif kind == "DeleteStmt":
            made.append(ops.Delete(table=on, sql=source.sql, parameters=source.parameters))
        else:
            made.append(ops.Insert(table=on, sql=source.sql, selects=True, parameters=source.parameters))
    return tuple(made)


def truncate(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    return (ops.Truncate(tables=relations(node["relations"])),)


# Functions of pg_catalog that change nothing but their own result; the rest of a SELECT's calls count as unknown.
_READS = words(
    """
    abs array_agg array_append array_cat array_length array_position array_remove array_to_json array_to_string avg
    bit_and bit_or bool_and bool_or btrim cardinality ceil char_length col_description concat concat_ws count
    current_database current_schema current_schemas current_setting date_part date_trunc every extract first_value
    floor format format_type gen_random_uuid has_column_privilege has_schema_privilege has_table_privilege
    inet_server_addr initcap json_agg json_build_object json_object_agg jsonb_agg jsonb_array_elements
    jsonb_array_elements_text jsonb_array_length jsonb_build_object jsonb_each jsonb_object_agg jsonb_object_keys
    jsonb_typeof lag last_value lead left length lower ltrim max md5 min mod now obj_description octet_length
    pg_backend_pid pg_get_constraintdef pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_serial_sequence
    pg_get_triggerdef pg_get_viewdef pg_relation_size pg_size_pretty pg_table_is_visible pg_table_size
    pg_total_relation_size pg_typeof position quote_ident quote_literal random rank regexp_matches regexp_replace
    repeat replace reverse right round row_number row_to_json rpad rtrim shobj_description split_part strpos
    string_agg string_to_array substr substring sum to_char to_date to_json to_jsonb to_number to_regclass to_regtype
    to_timestamp translate trim trunc txid_current unnest upper version generate_series pg_sleep clock_timestamp
    """
)


def select(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """Harmless when every call is a known read; `set_config` with constants is SetParameter."""
    if setting := _set_config(node):
        return (setting,)
    changes = _with_queries(node, source)
    if "intoClause" in node:
        return (*changes, ops.CreateTable(table=table(node["intoClause"]["rel"]), columns=(), complete=False))
    found = list(walk(node))
    calls = [texts(n["funcname"]) for _, n in found if "funcname" in n]
    writes = any(name[-1] not in _READS or name[:-1] not in ((), ("pg_catalog",)) for name in calls)
    locks = any("lockingClause" in n for _, n in found)
    if writes or locks:
        return (*changes, run_sql("SelectStmt", node, source))
    return changes or (ops.Harmless(code=source.sql),)


def _set_config(node: Tree) -> ops.SetParameter | None:
    targets = node.get("targetList", ())
    if len(targets) != 1 or "fromClause" in node:
        return None
    call = targets[0]["ResTarget"].get("val", {}).get("FuncCall", {})
    args = [constant(a) for a in call.get("args", ())]
    if texts(call.get("funcname", ()))[-1:] != ("set_config",) or len(args) != 3:
        return None
    name, value, local = args
    if not isinstance(name, str) or not isinstance(value, str) or local not in ("true", "false"):
        return None
    return ops.SetParameter(name=name.lower(), value=value, local=local == "true")


def set_parameter(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """`value` is a single constant's plain text, else the author's text behind TO or =."""
    kind, name = node["kind"], node.get("name", "")
    local = bool(node.get("is_local"))
    if kind in ("VAR_RESET", "VAR_SET_DEFAULT"):
        return (ops.SetParameter(name=name.lower(), value=None, local=local),)
    if kind == "VAR_RESET_ALL":
        return (ops.SetParameter(name="all", value=None),)
    if kind != "VAR_SET_VALUE":
        return (run_sql("VariableSetStmt", node, source),)
    args = node.get("args", ())
    only = constant(args[0]) if len(args) == 1 else UNKNOWN
    value = only if isinstance(only, str) else _set_text(source)
    return (ops.SetParameter(name=name.lower(), value=value, local=local),)


def _set_text(source: Source) -> str:
    equals = next((i for i, t in enumerate(source.found) if t.text == "="), None)
    to = find_word(source.found, "to", "zone")
    at = min(i for i in (equals, to, len(source.found)) if i is not None)
    return source.slice(source.found[at + 1 :])


_VERBS = {
    "TRANS_STMT_BEGIN": "begin",
    "TRANS_STMT_START": "begin",
    "TRANS_STMT_COMMIT": "commit",
    "TRANS_STMT_ROLLBACK": "rollback",
}


def transaction(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    """BEGIN, COMMIT and ROLLBACK; savepoints are RunSql."""
    verb = _VERBS.get(node["kind"])
    if verb is None:
        return (run_sql("TransactionStmt", node, source),)
    return (ops.EndTransaction(verb=verb, how="sql"),)  # type: ignore[arg-type]


def harmless(node: Tree, source: Source) -> tuple[ops.Op, ...]:
    return (ops.Harmless(code=source.sql),)
