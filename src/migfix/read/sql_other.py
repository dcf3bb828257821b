"""Statements that no op models: their command tag, the relations they name, and whether they pass when run twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from migfix.model import ops
from migfix.model.maybe import Table
from migfix.model.sql_text import words
from migfix.read.sql_names import dotted, relations, table, walk
from migfix.read.sql_parser import Tree
from migfix.read.sql_slices import Source

_TAGS: Mapping[str, str] = {
    "AlterDatabaseSetStmt": "ALTER DATABASE",
    "AlterEnumStmt": "ALTER TYPE",
    "AlterRoleSetStmt": "ALTER ROLE",
    "AlterSeqStmt": "ALTER SEQUENCE",
    "CallStmt": "CALL",
    "ClusterStmt": "CLUSTER",
    "CommentStmt": "COMMENT",
    "CompositeTypeStmt": "CREATE TYPE",
    "ConstraintsSetStmt": "SET CONSTRAINTS",
    "CopyStmt": "COPY",
    "CreateDomainStmt": "CREATE DOMAIN",
    "CreateEnumStmt": "CREATE TYPE",
    "CreateExtensionStmt": "CREATE EXTENSION",
    "CreateForeignServerStmt": "CREATE SERVER",
    "CreatePLangStmt": "CREATE LANGUAGE",
    "CreatePolicyStmt": "CREATE POLICY",
    "CreateRangeStmt": "CREATE TYPE",
    "CreateRoleStmt": "CREATE ROLE",
    "CreateSchemaStmt": "CREATE SCHEMA",
    "CreateSeqStmt": "CREATE SEQUENCE",
    "CreateStatsStmt": "CREATE STATISTICS",
    "CreateTableSpaceStmt": "CREATE TABLESPACE",
    "CreateTableAsStmt": "CREATE MATERIALIZED VIEW",
    "CreateTrigStmt": "CREATE TRIGGER",
    "CreatedbStmt": "CREATE DATABASE",
    "DoStmt": "DO",
    "DropdbStmt": "DROP DATABASE",
    "GrantRoleStmt": "GRANT ROLE",
    "LockStmt": "LOCK TABLE",
    "MergeStmt": "MERGE",
    "RefreshMatViewStmt": "REFRESH MATERIALIZED VIEW",
    "RuleStmt": "CREATE RULE",
    "SelectStmt": "SELECT",
    "VariableSetStmt": "SET",
    "ViewStmt": "CREATE VIEW",
}
_CREATES = {
    "ViewStmt": "view",
    "CreateSeqStmt": "sequence",
    "CompositeTypeStmt": "typevar",
    "CreateTableAsStmt": "into",
}
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TABLE_CHILDREN = frozenset(["OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE", "OBJECT_TABCONSTRAINT", "OBJECT_COLUMN"])


def run_sql(kind: str, node: Tree, source: Source) -> ops.RunSql:
    """The statement as it stands; never a guess about what it does."""
    return ops.RunSql(
        sql=source.sql, tag=_tag(kind, node), tables=_tables(kind, node), rerunnable=_is_rerunnable(kind, node)
    )


def _object_words(node: Tree, key: str) -> str:
    kind = str(node.get(key, ""))
    return _OBJECTS.get(kind, kind).removeprefix("OBJECT_").replace("_", " ")


_OBJECTS = {
    "OBJECT_MATVIEW": "MATERIALIZED VIEW",
    "OBJECT_TABCONSTRAINT": "TABLE",
    "OBJECT_DOMCONSTRAINT": "DOMAIN",
    "OBJECT_COLUMN": "TABLE",
    "OBJECT_ATTRIBUTE": "TYPE",
    "OBJECT_FOREIGN_TABLE": "FOREIGN TABLE",
}

_TAG_BY_NODE: Mapping[str, Callable[[Tree], str]] = {
    "AlterTableStmt": lambda n: f"ALTER {_object_words(n, 'objtype')}",
    "RenameStmt": lambda n: f"ALTER {_object_words(n, 'renameType')}",
    "DropStmt": lambda n: f"DROP {_object_words(n, 'removeType')}",
    "AlterObjectSchemaStmt": lambda n: f"ALTER {_object_words(n, 'objectType')}",
    "AlterOwnerStmt": lambda n: f"ALTER {_object_words(n, 'objectType')}",
    "DefineStmt": lambda n: f"CREATE {_object_words(n, 'kind')}",
    "GrantStmt": lambda n: "GRANT" if n.get("is_grant") else "REVOKE",
    "TransactionStmt": lambda n: n["kind"].removeprefix("TRANS_STMT_").replace("_", " "),
    "VacuumStmt": lambda n: "VACUUM" if n.get("is_vacuumcmd") else "ANALYZE",
    "CreateFunctionStmt": lambda n: "CREATE PROCEDURE" if n.get("is_procedure") else "CREATE FUNCTION",
}


def _tag(kind: str, node: Tree) -> str:
    by_node = _TAG_BY_NODE.get(kind)
    return by_node(node) if by_node else _TAGS.get(kind) or _HUMP.sub(" ", kind.removesuffix("Stmt")).upper()


def _tables(kind: str, node: Tree) -> tuple[Table, ...]:
    """Relations that must exist already: what the statement itself creates is left out."""
    made = {id(n) for key, n in walk(node) if _CREATES.get(kind) == key}
    created = [table(n) for _, n in walk(node) if id(n) in made and "relname" in n]
    created += [table(n[key]) for _, n in walk(node) if id(n) in made for key in ("rel", "relation") if key in n]
    return tuple(t for t in (*relations(node), *_named(kind, node)) if t not in created)


def _named(kind: str, node: Tree) -> tuple[Table, ...]:
    """Relations given as a list of names: COMMENT ON TABLE a, COMMENT ON COLUMN a.b, DROP TRIGGER x ON a."""
    if kind == "DropStmt" and node["removeType"] in _TABLE_CHILDREN:
        return tuple(dotted(o["List"]["items"][:-1]) for o in node["objects"])
    if kind == "DropStmt" and node["removeType"] in ("OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"):
        return tuple(dotted(o["List"]["items"]) for o in node["objects"])
    if kind != "CommentStmt" or "List" not in node["object"]:
        return ()
    parts = node["object"]["List"]["items"]
    if node["objtype"] in _TABLE_CHILDREN and len(parts) > 1:
        return (dotted(parts[:-1]),)
    return (dotted(parts),) if node["objtype"] in ("OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW") else ()


_ALWAYS = words(
    """
    AlterFunctionStmt AlterOwnerStmt AlterRoleSetStmt AlterSeqStmt ClusterStmt CommentStmt ConstraintsSetStmt
    GrantRoleStmt GrantStmt LockStmt RefreshMatViewStmt VacuumStmt VariableSetStmt
    """
)
_GUARDS = ("if_not_exists", "missing_ok", "replace")
REPEATABLE = words(
    """
    AT_ChangeOwner AT_ClusterOn AT_DisableRowSecurity AT_DisableTrig AT_DisableTrigAll AT_DisableTrigUser
    AT_DropCluster AT_EnableAlwaysTrig AT_EnableReplicaTrig AT_EnableRowSecurity AT_EnableTrig AT_EnableTrigAll
    AT_EnableTrigUser AT_ForceRowSecurity AT_NoForceRowSecurity AT_ReplicaIdentity AT_ResetOptions AT_ResetRelOptions
    AT_SetCompression AT_SetLogged AT_SetOptions AT_SetRelOptions AT_SetStatistics AT_SetStorage AT_SetTableSpace
    AT_SetUnLogged
    """
)
"""Subcommands of ALTER TABLE and its kin that set a value, and pass when it is set already."""


def _is_rerunnable(kind: str, node: Tree) -> bool:
    """Certain that a second run passes; RENAME … IF EXISTS is not (the new name is taken by then)."""
    if kind == "AlterTableStmt":
        return all(c["AlterTableCmd"]["subtype"] in REPEATABLE for c in node["cmds"])
    return kind in _ALWAYS or (kind.startswith(("Create", "Drop", "View", "Define")) and any(map(node.get, _GUARDS)))
