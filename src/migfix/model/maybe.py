"""A value, or the honest statement that reading could not find it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, TypeAlias, TypeVar

from migfix.model.record import record

T = TypeVar("T")


class Unknown(Enum):
    """The type of `UNKNOWN`, which never counts as False: compare with `is True`, `is False`, `is UNKNOWN`."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN has no truth value: compare with `is`")


UNKNOWN: Final = Unknown.UNKNOWN
Maybe: TypeAlias = T | Literal[Unknown.UNKNOWN]


@record
class Expr:
    """An argument whose spelling must survive: emitters print `code`, rules read `value`.

    `code` is Python source as the author wrote it (or as a recipe spells it).
    `value` is the plain text it stands for where that is known: SQL text for conditions and defaults.
    """

    code: str
    value: Maybe[str] = UNKNOWN


@record
class TypeExpr:
    """A column type: the author's spelling, and its name and arguments as far as they are literal.

    `name` is SQLAlchemy's class name without a module ("String", "JSONB", "Uuid").
    """

    code: str
    name: Maybe[str] = UNKNOWN
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier of the database: its text, and how the author spelled it in Python.

    Two names are equal when their text is. `code` is the author's expression when it is not a plain string literal
    (a constant, an f-string in a loop); `final` means `op.f(...)`: naming conventions leave it alone;
    `varies` means the text is one of several values (a loop variable), so it cannot be put into SQL text.
    """

    text: str
    code: str | None = field(default=None, compare=False)
    final: bool = field(default=False, compare=False)
    varies: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Table:
    """A table as an op names it; `schema` is None for the search path's default."""

    name: Name
    schema: Name | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        return (self.schema.text if self.schema else None, self.name.text)

    def __str__(self) -> str:
        return f"{self.schema.text}.{self.name.text}" if self.schema else self.name.text
