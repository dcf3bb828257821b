"""How the author writes: quotes, line width, the names of `op` and `sa`; new code follows."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping, Sequence

from migfix.model.maybe import Expr, Name
from migfix.model.record import record

_COMFORT, _MOST = 100, 120


@record
class Style:
    """`width` in columns; `op` and `sa` are what the file calls `alembic.op` and `sqlalchemy`."""

    quote: str = '"'
    width: int = _MOST
    op: str = "op"
    sa: str = "sa"

    def string(self, text: str) -> str:
        """A string literal in the author's quotes, in the other ones where that saves escapes."""
        other = "'" if self.quote == '"' else '"'
        quote = other if self.quote in text and other not in text else self.quote
        body = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
        body = body.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
        return f"{quote}{body}{quote}"

    def name(self, name: Name) -> str:
        """A name as the author spelled it, in `op.f()` where naming conventions must leave it alone."""
        code = name.code or self.string(name.text)
        return f"{self.op}.f({code})" if name.final else code

    def code(self, expr: Expr) -> str:
        """An expression as its author spelled it; a recipe's plain string in the quotes of this file."""
        if not isinstance(expr.value, str):
            return expr.code
        plain = f'"{expr.value}"'
        if expr.code == plain:
            return self.string(expr.value)
        return f"{self.sa}.text({self.string(expr.value)})" if expr.code == f"sa.text({plain})" else expr.code

    def strings(self, names: Sequence[Name]) -> str:
        return "[" + ", ".join(n.code or self.string(n.text) for n in names) + "]"

    def call(self, function: str, arguments: Sequence[str], *, room: int) -> str:
        """A call in `room` columns: on one line, else its arguments on the next, else each on its own."""
        line = f"{function}({', '.join(arguments)})"
        if len(line) <= room and "\n" not in line:
            return line
        inner = ", ".join(arguments)
        if len(inner) + 4 <= room and "\n" not in inner:
            return f"{function}(\n    {inner}\n)"
        if len(arguments) == 1:
            return f"{function}(\n    {_indented(inner)}\n)"
        body = "".join(f"    {_indented(a)},\n" for a in arguments)
        return f"{function}(\n{body})"


def _indented(text: str) -> str:
    return text if '"""' in text or "'''" in text else text.replace("\n", "\n    ")


def _quotes(text: str) -> list[str]:
    """The quote of every plain string literal; triple-quoted ones say nothing about taste."""
    try:
        found = [t.string for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.STRING]
    except (tokenize.TokenError, SyntaxError):
        return []
    bodies = [s.lstrip("rRbBuUfF") for s in found]
    return [b[0] for b in bodies if b[:3] not in ('"""', "'''")]


def style_of(text: str, names: Mapping[str, str]) -> Style:
    """The style of a file, from its text and its module-level names."""
    quotes = _quotes(text)
    single = quotes.count("'")
    longest = max((len(line.rstrip("\r")) for line in text.split("\n")), default=0)
    alias = next((n for n, what in names.items() if what == "sqlalchemy"), "sa")
    return Style(
        quote="'" if single > len(quotes) - single else '"',
        width=min(_MOST, max(_COMFORT, longest)),
        op=next((n for n, what in names.items() if what == "alembic.op"), "op"),
        sa=alias,
    )
