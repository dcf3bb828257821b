"""How recipes spell what they add: conditions, Python literals, and defaults out of the user's values."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import Literal, TypeAlias

from migfix.model import ops
from migfix.model.identifiers import qualified as qualified
from migfix.model.identifiers import quoted as quoted
from migfix.model.maybe import Expr, Maybe
from migfix.model.sql_text import columns_in, tokens, volatile_functions


def literal(text: str) -> str:
    """A Python string literal, in double quotes unless the text has some."""
    if '"' in text or "\\" in text or not text.isprintable():
        return repr(text)
    return f'"{text}"'


def expression(sql: str) -> Expr:
    """SQL text as an argument: a plain Python string."""
    return Expr(code=literal(sql), value=sql)


_COLON = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))")


def sql_text(sql: str) -> Expr:
    """SQL as `sa.text()`, in which a colon before a word would be a bind parameter (SQLAlchemy, text())."""
    return Expr(code=f"sa.text({literal(_COLON.sub(lambda m: chr(92) + ':', sql))})", value=sql)


def is_not_null(*columns: str) -> Expr:
    """The condition that no column is NULL."""
    return expression(" AND ".join(f"{quoted(c)} IS NOT NULL" for c in columns))


ValueKind: TypeAlias = Literal["literal", "stable", "computed"]


def value_kind(sql: str) -> ValueKind | None:
    """What an SQL value is, as a column default: one literal, one value for all rows, or a value for each row.

    None for NULL, and for text that is no expression. A function that is not known to be stable may be anything.
    """
    found = tokens(sql)
    if not found or any(t.kind == "error" or t.text == ";" for t in found):
        return None
    if len(found) == 1 and found[0].text.lower() == "null":
        return None
    columns: Maybe[frozenset[str]] = columns_in(sql)
    if not isinstance(columns, frozenset) or columns or volatile_functions(sql):
        return "computed"
    if _is_literal(sql):
        return "literal"
    calls = {t.name for t, after in pairwise(found) if after.text == "(" and t.name}
    return "stable" if calls <= _STABLE else "computed"


_STABLE = frozenset(
    """
    array_to_json coalesce concat current_setting date_trunc decode encode format greatest jsonb_build_array
    jsonb_build_object json_build_array json_build_object least length lower make_date make_interval make_timestamp now
    nullif repeat replace row statement_timestamp substr substring timezone to_char to_date to_json to_jsonb
    to_timestamp transaction_timestamp trim upper
    array bit bpchar cast char character decimal interval numeric time timestamp timestamptz varchar
    """.split()  # noqa: SIM905
)


_NEVER_NULL = frozenset(["now", "transaction_timestamp", "statement_timestamp", "timezone", "jsonb_build_object"])


def is_never_null(sql: str) -> bool:
    """The value is the same for all rows, and it is not NULL: a literal, or the time of the transaction."""
    found = tokens(sql)
    calls = {t.name for t, after in pairwise(found) if after.text == "(" and t.name}
    null = any(t.kind == "word" and t.text.lower() == "null" for t in found)
    return value_kind(sql) in ("literal", "stable") and calls <= _NEVER_NULL and not null


def _is_literal(sql: str) -> bool:
    """One token that stands for itself: a plain string, a number with or without a sign, true or false."""
    found = tokens(sql)
    if len(found) == 2 and found[0].text == "-" and found[1].kind == "number":
        return True
    if len(found) != 1:
        return False
    only = found[0]
    return only.kind == "number" or only.text.lower() in ("true", "false") or (only.kind == "string" and sql[0] == "'")


def default_of(sql: str) -> ops.Default:
    """An SQL value as `server_default=`: a plain string for a literal, `sa.text()` for anything else."""
    if value_kind(sql) == "literal":
        text = sql.strip()
        text = text[1:-1].replace("''", "'") if text[0] == "'" else text
        return ops.Default(expr=expression(text), kind="literal")
    return ops.Default(expr=sql_text(sql), kind="sql")


def sql_of(default: Maybe[Expr | None]) -> str | None:
    """A Python-side `default=` as SQL, where it is one plain literal; never an invention."""
    if not isinstance(default, Expr):
        return None
    try:
        value = ast.literal_eval(default.code)
    except (ValueError, SyntaxError):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else None
