"""The one door to PostgreSQL's own parser (libpg_query with the grammar of PostgreSQL 18, as packaged by postgast).

postgast's C library is asked for its JSON tree and the rest of the package is not imported: measured, that costs 8 ms
where `import postgast` costs 65 (protobuf, and classes for every node), and the JSON reader takes an expression chained
300 deep where protobuf's stops at 50.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from migfix.model.record import record

Tree: TypeAlias = Mapping[str, Any]
"""A node of the parse tree as libpg_query's JSON gives it; its shape is PostgreSQL's, so the values stay `Any`."""


@record
class Parsed:
    """One statement: its node's type ("AlterTableStmt"), the node, and its span in bytes of UTF-8 (`size` 0: the rest)."""

    kind: str
    node: Tree
    start: int
    size: int


class SyntaxRefusal(ValueError):
    """PostgreSQL's grammar does not take the text; the message is the parser's."""


@cache
def _native() -> ModuleType:
    """postgast's binding of the C library, loaded on its own where its file is where we know it."""
    package = importlib.util.find_spec("postgast")
    for folder in (package.submodule_search_locations or ()) if package else ():
        path = Path(folder, "native.py")
        spec = importlib.util.spec_from_file_location("migfix_postgast_native", path) if path.is_file() else None
        if spec is not None and spec.loader is not None:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    return importlib.import_module("postgast.native")


def parse(text: str) -> tuple[Parsed, ...]:
    """The statements of `text`. Raises SyntaxRefusal when PostgreSQL would refuse it, or its tree is too deep to read."""
    if "\0" in text:
        raise SyntaxRefusal("invalid byte in SQL: NUL")
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise SyntaxRefusal("invalid character in SQL: a lone surrogate") from error
    lib = _native().lib
    result = lib.pg_query_parse(encoded)
    try:
        if result.error:
            raise SyntaxRefusal(result.error.contents.message.decode(errors="replace"))
        tree = json.loads(result.parse_tree)
    except RecursionError as error:
        raise SyntaxRefusal("expression nested too deeply to read") from error
    finally:
        lib.pg_query_free_parse_result(result)
    return tuple(_statement(raw) for raw in tree.get("stmts", ()))


def _statement(raw: Tree) -> Parsed:
    ((kind, node),) = raw["stmt"].items()
    return Parsed(kind=kind, node=node, start=raw.get("stmt_location", 0), size=raw.get("stmt_len", 0))
