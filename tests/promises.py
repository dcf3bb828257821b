"""The promises about a file's text, checked on any pair of before and after."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter

from migfix.read import read_revision
from migfix.read.site import Reading

BLOCK = "with op.get_context().autocommit_block():"
"""May go when it stands next to another one: the two become one block."""


def hold(before: str, after: str) -> None:
    """The rewritten file compiles, lost no comment, imports nothing new, and changed only lines that hold operations."""
    compile(after.lstrip("\ufeff"), "after.py", "exec")
    lost = comments(before) - comments(after)
    assert not lost, f"comments lost: {lost}"
    assert _imports(after) <= _imports(before) | {"alembic", "sqlalchemy"}
    touchable = _touchable(before)
    kept = [t.strip() for n, t in enumerate(before.splitlines(), 1) if n not in touchable]
    remaining = iter([line.strip() for line in after.splitlines()])
    gone = [line for line in kept if line not in ("", BLOCK) and line not in remaining]
    assert not gone, f"lines that hold no operation were changed or moved: {gone}"


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text.lstrip("\ufeff")).readline)
    return Counter(t.string for t in tokens if t.type == tokenize.COMMENT)


def _imports(text: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(text.lstrip("\ufeff"))):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def _touchable(text: str) -> set[int]:
    """Numbers of the lines that belong to statements with an op."""
    reading = read_revision(text, "revision.py")
    assert isinstance(reading, Reading)
    lines: set[int] = set()
    for site in (*reading.upgrade, *reading.downgrade):
        span = site.batch.statement if site.batch else site.statement
        lines |= set(range(span.line, span.end_line + 1))
    return lines
