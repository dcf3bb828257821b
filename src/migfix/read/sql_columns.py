"""Column definitions and constraints of ALTER TABLE and CREATE TABLE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Expr, Maybe, Name, Table, TypeExpr
from migfix.model.sql_text import Token
from migfix.read.sql_names import SERIALS, names, optional_name, python_string, sql_expr, table, texts, type_expr
from migfix.read.sql_parser import Tree
from migfix.read.sql_slices import Source, after_word, before_word, inside

_ACTIONS = {"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
Kind: TypeAlias = Literal["primary", "unique", "foreign", "check", "exclude"]
KINDS: dict[str, Kind] = {
    "CONSTR_PRIMARY": "primary",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_FOREIGN": "foreign",
    "CONSTR_CHECK": "check",
    "CONSTR_EXCLUSION": "exclude",
}


def default(found: Sequence[Token], source: Source) -> ops.Default:
    return ops.Default(expr=sql_expr(source.slice(found)), kind="sql")


def foreign_options(node: Tree) -> ops.Extra:
    """ON UPDATE, ON DELETE, MATCH and DEFERRABLE as Alembic's keywords; NO ACTION and MATCH SIMPLE are the defaults."""
    options: list[tuple[str, str]] = []
    for key, field in (("onupdate", "fk_upd_action"), ("ondelete", "fk_del_action")):
        if action := _ACTIONS.get(node.get(field, "a")):
            options.append((key, python_string(action)))
    if node.get("fk_matchtype", "s") == "f":
        options.append(("match", '"FULL"'))
    return (*options, *deferral(node))


def deferral(node: Tree) -> ops.Extra:
    if not node.get("deferrable"):
        return ()
    return (("deferrable", "True"), *((("initially", '"DEFERRED"'),) if node.get("initdeferred") else ()))


Own: TypeAlias = tuple[Tree, Sequence[Token]]
"""A constraint that a column definition holds and `Column` cannot say, as the table constraint it amounts to."""


def column(node: Tree, found: Sequence[Token], source: Source) -> tuple[ops.Column, tuple[Own, ...]]:
    """A ColumnDef; `found` are the tokens of its whole definition, from the column's name on.

    A UNIQUE or PRIMARY KEY with a name of its own (or deferrable, …) comes back beside the column, as PostgreSQL
    itself makes a table constraint of it (CREATE TABLE, Column and Table Constraints).
    """
    head, *parts = _parts(node, found, source)
    type_ = _type(node, head[1], found, source)
    fields: dict[str, object] = {}
    references: list[ops.Reference] = []
    checks: list[tuple[Expr, Name | None]] = []
    own: list[Own] = []
    for constraint, piece in parts:
        kind = constraint["contype"]
        if kind == "CONSTR_FOREIGN":
            references.append(_reference(constraint))
        elif kind in _TABLE_FORM and _TABLE_FORM[kind] & constraint.keys():
            own.append(({**constraint, "keys": [{"String": {"sval": node["colname"]}}]}, piece))
            fields |= {"nullable": False} if kind == "CONSTR_PRIMARY" else {}
        elif kind == "CONSTR_CHECK":
            checks.append((sql_expr(source.slice(inside(piece))), optional_name(constraint, "conname")))
        else:
            fields |= _column_fields(kind, constraint, piece, source)
    fields = {"nullable": type_.name not in SERIALS, **fields}
    made = ops.Column(
        name=Name(node["colname"]),
        type=type_,
        references=tuple(references),
        checks=tuple(condition for condition, _ in checks),
        check_names=tuple(name for _, name in checks) if any(name for _, name in checks) else (),
    )
    return replace(made, **fields), tuple(own)  # type: ignore[arg-type]


_KEY_FORM = frozenset(["conname", "deferrable", "nulls_not_distinct", "options", "indexspace"])
_TABLE_FORM = {
    "CONSTR_UNIQUE": _KEY_FORM,
    "CONSTR_PRIMARY": _KEY_FORM,
    "CONSTR_CHECK": frozenset(["is_no_inherit"]),
}


def _column_fields(kind: str, constraint: Tree, piece: Sequence[Token], source: Source) -> dict[str, object]:
    if kind == "CONSTR_PRIMARY":
        return {"primary_key": True, "nullable": False}
    if kind == "CONSTR_IDENTITY":
        return {"identity": True, "nullable": False}
    if kind == "CONSTR_GENERATED":
        computed = sql_expr(source.slice(inside(piece)))
        return {"computed": computed, "computed_persisted": constraint.get("generated_kind") != "v"}
    if kind == "CONSTR_DEFAULT":
        return {"server_default": default(before_word(after_word(piece, "default"), "collate"), source)}
    if kind == "CONSTR_UNIQUE":
        return {"unique": True}
    return {"nullable": False} if kind == "CONSTR_NOTNULL" else {}


def _type(node: Tree, head: Sequence[Token], found: Sequence[Token], source: Source) -> TypeExpr:
    """The type with its COLLATE, which may stand behind a DEFAULT."""
    at = source.char(node["typeName"].get("location", 0))
    first, *rest = [t for t in head if t.start >= at]
    words = [first, *before_word(rest, "collate", "storage", "compression", "options")]
    made = type_expr(node["typeName"], source.slice(words))
    return with_collation(made, node, found, source)


def with_collation(made: TypeExpr, node: Tree, found: Sequence[Token], source: Source) -> TypeExpr:
    if "collClause" not in node:
        return made
    name = texts(node["collClause"]["collname"])
    behind = after_word([t for t in found if t.start >= source.char(node["collClause"]["location"])], "collate")
    spelled = source.slice(behind[: 2 * len(name) - 1])
    argument = f"collation={python_string('.'.join(name))}"
    return TypeExpr(code=f"{made.code} COLLATE {spelled}", name=made.name, args=(*made.args, argument))


_ATTRIBUTES = {"CONSTR_ATTR_DEFERRABLE": ["deferrable"], "CONSTR_ATTR_DEFERRED": ["deferrable", "initdeferred"]}


def _parts(node: Tree, found: Sequence[Token], source: Source) -> list[tuple[Tree, list[Token]]]:
    """The definition cut where its constraints begin; the first part is the name and the type.

    DEFERRABLE and its kin are nodes of their own in the tree; here they join the constraint before them.
    """
    given = [c["Constraint"] for c in node.get("constraints", ())]
    cuts = sorted(((source.char(c.get("location", 0)), c) for c in given), key=lambda cut: cut[0])
    ends = [start for start, _ in cuts] + [found[-1].end if found else 0]
    parts: list[tuple[Tree, list[Token]]] = [({}, [t for t in found if t.start < ends[0]])]
    for (start, constraint), end in zip(cuts, ends[1:], strict=True):
        flags = _ATTRIBUTES.get(constraint["contype"])
        if flags:
            before, piece = parts[-1]
            parts[-1] = ({**before, **dict.fromkeys(flags, True)}, piece)
        elif not constraint["contype"].startswith("CONSTR_ATTR"):
            parts.append((constraint, [t for t in found if start <= t.start < end]))
    return parts


def _reference(node: Tree) -> ops.Reference:
    keys = texts(node.get("pk_attrs", ()))
    return ops.Reference(
        table=table(node["pktable"]),
        column=keys[0] if keys else UNKNOWN,
        name=optional_name(node, "conname"),
        not_valid=bool(node.get("skip_validation")),
        extra=foreign_options(node),
    )


def table_constraint(node: Tree, found: Sequence[Token], source: Source) -> ops.TableConstraint:
    """A constraint inside CREATE TABLE."""
    kind = KINDS[node["contype"]]
    columns: Maybe[tuple[str, ...]] = texts(node.get("fk_attrs" if kind == "foreign" else "keys", ()))
    return ops.TableConstraint(
        kind=kind,
        name=optional_name(node, "conname"),
        columns=UNKNOWN if kind == "exclude" else columns,
        referent=table(node["pktable"]) if kind == "foreign" else None,
        condition=sql_expr(source.slice(inside(found))) if kind == "check" else None,
    )


_UNSAYABLE = frozenset(["is_no_inherit", "without_overlaps", "fk_with_period", "options", "indexspace"])


def add_constraint(on: Table, node: Tree, found: Sequence[Token], source: Source) -> ops.Op | None:
    """ALTER TABLE … ADD a constraint; None for a form the ops cannot say (NO INHERIT, NOT ENFORCED, PERIOD …)."""
    kind = node["contype"]
    enforced = node.get("is_enforced") or kind not in ("CONSTR_FOREIGN", "CONSTR_CHECK")
    if not enforced or _UNSAYABLE & node.keys():
        return None
    if kind in ("CONSTR_PRIMARY", "CONSTR_UNIQUE"):
        return _key(on, node)
    name, not_valid = optional_name(node, "conname"), bool(node.get("skip_validation"))
    if kind == "CONSTR_FOREIGN":
        return ops.CreateForeignKey(
            name=name,
            table=on,
            referent=table(node["pktable"]),
            local_cols=names(node.get("fk_attrs", ())),
            remote_cols=names(node.get("pk_attrs", ())),
            not_valid=not_valid,
            extra=foreign_options(node),
        )
    if kind == "CONSTR_CHECK":
        condition = sql_expr(source.slice(inside(found)))
        return ops.CreateCheckConstraint(name=name, table=on, condition=condition, not_valid=not_valid)
    if kind == "CONSTR_EXCLUSION":
        return ops.CreateExcludeConstraint(name=name, table=on)
    if kind == "CONSTR_NOTNULL":
        (nn,) = names(node["keys"])
        return ops.SetNotNullNotValid(name=name, table=on, column=nn, not_valid=not_valid)
    return None


def _key(on: Table, node: Tree) -> ops.Op | None:
    kind: Literal["unique", "primary"] = "unique" if node["contype"] == "CONSTR_UNIQUE" else "primary"
    name = optional_name(node, "conname")
    late = bool(node.get("initdeferred"))
    if index := node.get("indexname"):
        return ops.AddConstraintUsingIndex(
            name=name or Name(index),
            table=on,
            kind=kind,
            index=Name(index),
            deferrable=bool(node.get("deferrable")),
            initially_deferred=late,
        )
    keys = names(node.get("keys", ()))
    including = ", ".join(map(python_string, texts(node.get("including", ()))))
    extra: ops.Extra = (("postgresql_include", f"[{including}]"),) if including else ()
    if kind == "primary":
        return ops.CreatePrimaryKey(name=name, table=on, columns=keys, extra=(*deferral(node), *extra))
    return ops.CreateUniqueConstraint(
        name=name,
        table=on,
        columns=keys,
        deferrable=True if node.get("deferrable") else None,
        initially="DEFERRED" if late else None,
        nulls_not_distinct=bool(node.get("nulls_not_distinct")),
        extra=extra,
    )
