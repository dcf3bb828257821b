"""The names things really get: a naming convention may rename them, and PostgreSQL names what nobody named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha1
from typing import Literal, TypeAlias

from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN, Maybe, Name, Table
from migfix.model.revision import Placed
from migfix.recipes.spelling import literal

Kind: TypeAlias = Literal["pk", "uq", "fk", "ck", "ix"]
"""The key of a naming convention (SQLAlchemy, Configuring Constraint Naming Conventions)."""

NAME_VARIES = "its name or table is computed while the revision runs, which SQL text cannot follow"

_LIMIT = 63
"""Bytes of an identifier (NAMEDATALEN - 1)."""
_SUFFIX: Mapping[Kind, str] = {"pk": "pkey", "uq": "key", "fk": "fkey", "ck": "check"}
_TOKEN = re.compile(r"%\((\w+)\)s")
_COLUMN = re.compile(r"(?P<referred>referred_)?column_(?P<first>\d+)(?P<many>_?N)?_(?P<what>name|key|label)")
_DEFAULT: Mapping[Kind, str] = {"ix": "ix_%(column_0_label)s"}
"""The convention of a MetaData that is given none; one that is given replaces it whole."""


def effective_name(
    name: Name | None,
    kind: Kind,
    table: Table,
    columns: Sequence[str],
    naming: Maybe[Mapping[str, str]],
    *,
    referent: Table | None = None,
    remote: Sequence[str] = (),
) -> Maybe[str]:
    """The name in the database: `op.f` names as they are, others after the convention, none by PostgreSQL's own rule.

    A given name is renamed only by a convention with ``%(constraint_name)s``; in practice only "ck" has one, so an
    unread convention leaves other given names as they are. A name PostgreSQL would have to cut is UNKNOWN.
    """
    if name is not None and (name.varies or name.final):
        return UNKNOWN if name.varies else name.text
    if naming is UNKNOWN:
        return name.text if name is not None and kind != "ck" else UNKNOWN
    convention = naming.get(kind) if naming else _DEFAULT.get(kind)
    if name is not None and (convention is None or "constraint_name" not in convention):
        return name.text
    if convention is None:
        return _postgresql_name(kind, table, columns)
    parts = _Parts(name=name, table=table, columns=columns, referent=referent, remote=remote)
    return _fits(parts.fill(convention))


def _fits(name: Maybe[str]) -> Maybe[str]:
    return name if isinstance(name, str) and name and len(name.encode()) <= _LIMIT else UNKNOWN


def _postgresql_name(kind: Kind, table: Table, columns: Sequence[str]) -> Maybe[str]:
    """`<table>_<columns>_<suffix>` (indexcmds.c, ChooseIndexName; tablecmds.c, ChooseForeignKeyConstraintNameAddition)."""
    if kind == "ix" or (kind == "ck" and len(columns) != 1):
        return UNKNOWN
    middle = () if kind == "pk" else tuple(columns)
    return _fits("_".join((table.name.text, *middle, _SUFFIX[kind])))


class _Parts:
    """The tokens of a convention for one constraint (sqlalchemy.sql.naming.ConventionDict)."""

    def __init__(
        self, *, name: Name | None, table: Table, columns: Sequence[str], referent: Table | None, remote: Sequence[str]
    ) -> None:
        self.table, self.columns, self.remote = table, columns, remote
        self.plain: dict[str, str] = {"table_name": table.name.text}
        if name is not None:
            self.plain["constraint_name"] = name.text
        if referent is not None:
            self.plain["referred_table_name"] = referent.name.text

    def fill(self, convention: str) -> Maybe[str]:
        values = {token: self._value(token) for token in _TOKEN.findall(convention)}
        known = {token: value for token, value in values.items() if isinstance(value, str)}
        left = _TOKEN.sub("", convention)
        return UNKNOWN if len(known) < len(values) or "%" in left else convention % known

    def _value(self, token: str) -> Maybe[str]:
        if token in self.plain:
            return self.plain[token]
        found = _COLUMN.fullmatch(token)
        if found is None:
            return UNKNOWN
        columns = self.remote if found["referred"] else self.columns
        if found["many"]:
            return ("_" if found["many"] == "_N" else "").join(self._column(c, found["what"]) for c in columns)
        index = int(found["first"])
        return self._column(columns[index], found["what"]) if index < len(columns) else ""

    def _column(self, column: str, what: str) -> str:
        """The label is the column with its table and schema before it."""
        schema = (self.table.schema.text,) if self.table.schema else ()
        return "_".join((*schema, self.table.name.text, column)) if what == "label" else column


def named(
    name: Name | None,
    kind: Kind,
    table: Table,
    columns: Sequence[str],
    *,
    at: Placed,
    ctx: Context,
    referent: Table | None = None,
    remote: Sequence[str] = (),
) -> Maybe[Name]:
    """The name to write in SQL and in guards: the author's own where it is real, else the real one as op.f().

    No convention reaches SQL text. UNKNOWN where it cannot be told, or where PostgreSQL's own choice is taken already and it would count on.
    """
    naming: Maybe[Mapping[str, str]] = {} if at.spelling == "sql" else ctx.env.naming
    real = effective_name(name, kind, table, columns, naming, referent=referent, remote=remote)
    if real is UNKNOWN or (name is None and _is_taken(real, table, at, ctx)):
        return UNKNOWN
    return name if name is not None and name.text == real else Name(real, final=True)


def _is_taken(name: str, table: Table, at: Placed, ctx: Context) -> bool:
    state = ctx.state(table, at)
    return state is not None and (
        any(c.name == name for c in state.constraints) or any(i.name == name for i in state.indexes)
    )


def helper_name(*parts: str) -> Name:
    """A name of our own, the same on every run; cut to an identifier's length with a hash where it is too long."""
    text = "_".join(parts)
    if len(text.encode()) > _LIMIT:
        digest = sha1(text.encode(), usedforsecurity=False).hexdigest()[:8]
        kept = text.encode()[: _LIMIT - len(parts[-1].encode()) - 10].decode(errors="ignore").rstrip("_")
        text = f"{kept}_{digest}_{parts[-1]}"
    return Name(text, final=True)


def why_unnamed(real: Maybe[Name], name: Name | None, table: Table, *, column: Name | None = None) -> str | None:
    """Why the constraint cannot be named in SQL text, None where it can. `name` is the author's, `real` what `named` says."""
    parts: tuple[Name | None, ...] = (name, table.name, table.schema, column)
    if any(part is not None and part.varies for part in parts):
        return NAME_VARIES
    if real is not UNKNOWN:
        return None
    if name is not None:
        return f"a naming convention may rename it, and env.py's could not be read: say op.f({literal(name.text)}) if that is its real name"
    return "it has no name here, and the one it will get cannot be told for certain: give it one"
