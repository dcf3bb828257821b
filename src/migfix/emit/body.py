"""The body of a function that is written whole: steps as statements, with their comments, blocks and tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import libcst as cst

from migfix.emit.backfill import HAS_COLUMN, HAS_INDEX, helper
from migfix.emit.blocks import Line, merged
from migfix.emit.pieces import CannotEmit, Pieces, Statement, comment_lines, parse, with_leading, without_leading
from migfix.emit.spell import Speller
from migfix.emit.style import Style
from migfix.layout import Item, Piece
from migfix.layout.portable import is_portable
from migfix.layout.timeouts import with_lock_timeout
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.identifiers import quoted
from migfix.model.record import record
from migfix.model.revision import Placed, Span
from migfix.plan import Gate, Part, Step, Test, Unfixable
from migfix.read.site import Site

_NOWHERE = Span(1, 0, 1, 0)
_INDENT = 4


@record
class Bodies:
    """Source of both functions, not indented, and of the functions that they call; "pass" for an empty one."""

    upgrade: str
    downgrade: str
    helpers: tuple[str, ...] = ()


def bodies(up: Sequence[Part], down: Sequence[Part], ctx: Context, *, style: Style) -> Bodies | Unfixable:
    """The functions that run the parts in order, or why they cannot be written here."""
    gated = any(s.gate >= Gate.COMMIT for p in (*up, *down) for s in p.steps)
    if gated and ctx.env.autocommit is False:
        return Unfixable(why=ctx.env.why or "env.py breaks autocommit_block()", patch=ctx.env.patch)
    writer = _Writer(ctx, style)
    try:
        texts = [writer.text(parts) for parts in (up, down)]
    except CannotEmit as refusal:
        return Unfixable(why=str(refusal))
    sources = tuple(helper(n, style, batch=ctx.settings.batch_size) for n in sorted(writer.pieces.helpers))
    return Bodies(upgrade=texts[0], downgrade=texts[1], helpers=sources)


class _Writer:
    """Writes the parts of one revision file."""

    def __init__(self, ctx: Context, style: Style) -> None:
        self.ctx, self.style = ctx, style
        self.pieces = Pieces(
            sites=(),
            nodes={},
            speller=Speller(style=style, alembic=ctx.target.alembic),
        )

    def text(self, parts: Sequence[Part]) -> str:
        lines = [Line(node=s, made=True) for part in parts for s in self._part(part)]
        found = [line.node for line in merged(lines, self.pieces.said)] or parse("pass")
        notes = dict.fromkeys(s.comment for p in parts for s in p.steps if s.comment and not s.ops)
        said = [line for note in notes for line in comment_lines(note, self.style.width - _INDENT)]
        if said and lines and not _has_blank(found[0]):
            said.append(cst.EmptyLine(indent=False))
        first = with_leading(found[0], said)
        return cst.Module(body=[_without_blank(first), *found[1:]]).code.rstrip("\n")

    def _part(self, part: Part) -> list[Statement]:
        pieces = with_lock_timeout(tuple(_pieces(part.steps)), self.ctx)
        narrow = not self.ctx.target.postgresql_only and not all(
            _is_portable(i.op, self.ctx) for p in pieces for i in p.items
        )
        depth = _INDENT * (1 + narrow + (part.unless is not None))
        made = self.pieces.statements(pieces, _place(self.style), depth)
        if part.unless is not None and made:
            made = [self._under(self._test(part.unless), made)]
        if narrow and made:
            name = self.style.string("postgresql")
            made = [self._under(f"{self.style.op}.get_context().dialect.name == {name}", made)]
        return made

    def _test(self, test: Test) -> str:
        string = self.style.string
        if test.what == "index":
            self.pieces.helpers.add(HAS_INDEX)
            schema = f"{quoted(test.table.schema.text)}." if test.table.schema else ""
            return f"not {HAS_INDEX}({string(schema + quoted(test.name.text))})"
        self.pieces.helpers.add(HAS_COLUMN)
        arguments = [string(test.table.name.text), string(test.name.text)]
        arguments += [f"schema={string(test.table.schema.text)}"] if test.table.schema else []
        return f"not {HAS_COLUMN}({', '.join(arguments)})"

    def _under(self, test: str, body: Sequence[Statement]) -> Statement:
        """`if test:` around statements; the comment of the first stands before the test."""
        made = cst.ensure_type(parse(f"if {test}:\n    pass")[0], cst.If)
        leading = list(getattr(body[0], "leading_lines", ()))
        return made.with_changes(
            leading_lines=leading, body=cst.IndentedBlock(body=[without_leading(body[0]), *body[1:]])
        )


def _place(style: Style) -> Site:
    """A place that no author wrote anything at."""
    placed = Placed(op=ops.Harmless(code=""), index=0, span=_NOWHERE, statement=0)
    return Site(placed=placed, statement=_NOWHERE, call=_NOWHERE, alias=style.op)


def _pieces(steps: Iterable[Step]) -> Iterable[Piece]:
    for autocommit, members in groupby(steps, key=lambda s: s.gate >= Gate.COMMIT):
        items = tuple(
            Item(op=op, comment=step.comment if i == 0 else None) for step in members for i, op in enumerate(step.ops)
        )
        if items:
            yield Piece(autocommit=autocommit, items=items)


def _is_portable(op: ops.Op, ctx: Context) -> bool:
    """The statement means the same on every configured dialect."""
    if isinstance(op, ops.AddColumn):
        return not op.if_not_exists and not op.inline_references
    if isinstance(op, ops.DropColumn):
        return not op.if_exists
    return is_portable(op, None, ctx.target)


def _has_blank(node: Statement) -> bool:
    own = list(getattr(node, "leading_lines", ()))
    return bool(own) and own[0].comment is None


def _without_blank(node: Statement) -> Statement:
    return node.with_changes(leading_lines=node.leading_lines[1:]) if _has_blank(node) else node
