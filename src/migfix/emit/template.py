"""The project's `script.py.mako`: whether it is harmless to render, and the rendering itself.

A Mako template is a program. One that only prints Alembic's own variables may be rendered by commands that promise to
run nothing of the project; any other may not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mako.parsetree import Node

STOCK = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

# revision identifiers, used by Alembic.
revision: str = ${repr(up_revision)}
down_revision: Union[str, Sequence[str], None] = ${repr(down_revision)}
branch_labels: Union[str, Sequence[str], None] = ${repr(branch_labels)}
depends_on: Union[str, Sequence[str], None] = ${repr(depends_on)}


def upgrade() -> None:
    """Upgrade schema."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Downgrade schema."""
    ${downgrades if downgrades else "pass"}
'''
"""Alembic's generic template as of 1.16, for projects whose own cannot be used."""

_CODING = re.compile(rb"#.*coding[:=]\s*([-\w.]+)")
_NAMES = frozenset(
    [
        "message",
        "up_revision",
        "down_revision",
        "branch_labels",
        "depends_on",
        "create_date",
        "comma",
        "imports",
        "upgrades",
        "downgrades",
        "repr",
        "str",
        "len",
        "tuple",
        "list",
        "isinstance",
        "None",
        "True",
        "False",
    ]
)
_FILTERS = frozenset({"comma", "n", "trim", "str", "unicode", "repr", "h", "x", "u", "entity"})
_CALLED = frozenset({"repr", "str", "len", "tuple", "list", "comma", "isinstance"})
_METHODS = frozenset(
    [
        "strip",
        "lstrip",
        "rstrip",
        "split",
        "splitlines",
        "join",
        "replace",
        "lower",
        "upper",
        "title",
        "capitalize",
        "startswith",
        "endswith",
        "strftime",
        "isoformat",
        "date",
        "time",
    ]
)
_ATTRIBUTES = _METHODS | frozenset(["year", "month", "day", "hour", "minute", "second"])
_PLAIN = (
    ast.Expression,
    ast.Constant,
    ast.IfExp,
    ast.BoolOp,
    ast.boolop,
    ast.UnaryOp,
    ast.unaryop,
    ast.Compare,
    ast.cmpop,
    ast.Subscript,
    ast.Slice,
    ast.Tuple,
    ast.List,
    ast.expr_context,
    ast.Add,
    ast.JoinedStr,
)


def why_not_harmless(text: str) -> str | None:
    """What in a template is more than printing Alembic's variables, in words; None when nothing is."""
    from mako.exceptions import MakoException
    from mako.lexer import Lexer

    try:
        found = next(_more_than_printing(Lexer(text).parse().get_children(), _NAMES), None)
    except (MakoException, SyntaxError, ValueError, RecursionError) as error:
        return f"is no valid template ({' '.join(str(error).split())})"
    return None if found is None else f"runs code of its own ({' '.join(found.split())[:60]})"


def shipped_with_alembic(text: str) -> bool:
    """The template is one that the installed Alembic writes on `alembic init`, so nothing of the project's."""
    from importlib.util import find_spec

    package = find_spec("alembic")
    if package is None or package.origin is None:
        return False
    folder = Path(package.origin).parent / "templates"
    return any(read_template(f) == text for f in sorted(folder.glob("*/script.py.mako")))


def read_template(path: Path) -> str | None:
    """The template's text with its newlines as they are; None when there is none that could be read."""
    try:
        text = path.read_bytes()
        named = _CODING.match(text)
        return text.decode(named[1].decode() if named else "utf-8-sig")
    except (OSError, UnicodeDecodeError, LookupError):
        return None


def rendered(text: str, values: Mapping[str, Any]) -> str | None:
    """The template filled in, None when it cannot be (a name that only the project's env.py provides)."""
    from mako.template import Template

    try:
        return str(Template(text=text).render_unicode(**values))
    except Exception:  # a template is a program: it may raise anything
        return None


def _more_than_printing(nodes: list[Node], names: frozenset[str]) -> Iterator[str]:
    from mako.parsetree import Comment, ControlLine, Expression, Text

    for node in nodes:
        match node:
            case Text() | Comment():
                pass
            case Expression():
                if not _plain(node.text, names) or not set(node.escapes_code.args) <= _FILTERS:
                    yield node.text
            case ControlLine():
                names |= _bound(node)
                if not _plain_line(node, names):
                    yield node.text
                yield from _more_than_printing(node.get_children(), names)
            case _:
                start = max(node.source.rfind("<", 0, node.pos + 1), 0)
                end = "%>" if node.source.startswith("<%", start) else "\n"
                yield node.source[start:].partition(end)[0] + end


def _bound(line: Any) -> frozenset[str]:
    return frozenset(line.declared_identifiers()) if line.keyword == "for" and not line.isend else frozenset()


def _plain_line(line: Any, names: frozenset[str]) -> bool:
    if line.isend or line.keyword == "else":
        return line.keyword in ("if", "for", "else")
    head = line.text.strip().rstrip(":")
    if line.keyword in ("if", "elif"):
        return _plain(head.removeprefix(line.keyword), names)
    if line.keyword == "for":
        _, _, source = head.partition(" in ")
        return _plain(source, names)
    return False


def _plain(code: str, names: frozenset[str]) -> bool:
    try:
        tree = ast.parse(code.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    return all(_plain_node(node, names) for node in ast.walk(tree))


def _plain_node(node: ast.AST, names: frozenset[str]) -> bool:
    match node:
        case ast.Name():
            return node.id in names
        case ast.Attribute():
            return node.attr in _ATTRIBUTES
        case ast.Call(func=ast.Name(id=name)):
            return name in _CALLED and not node.keywords
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _METHODS and not node.keywords
        case ast.Call():
            return False
        case ast.BinOp():
            return isinstance(node.op, ast.Add)
        case ast.FormattedValue():
            return node.format_spec is None
        case _:
            return isinstance(node, _PLAIN)
