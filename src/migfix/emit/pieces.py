"""Items of a draft as LibCST statements: the author's own where it can be kept, new ones elsewhere."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, cast

import libcst as cst
from libcst import matchers as m

from migfix.emit import sql as as_sql
from migfix.emit.backfill import BATCHES, RANGES, is_integer_key
from migfix.emit.call import edited, out_of_batch
from migfix.emit.locate import Locator
from migfix.emit.spell import Speller, execute
from migfix.layout import Item, Piece
from migfix.model import ops
from migfix.read.site import Site

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement


class CannotEmit(Exception):
    """The draft asks for something this file's code cannot be turned into; the message says why."""


@dataclass(kw_only=True)
class Pieces:
    """Renders the pieces of one function. `helpers` collects the functions that the new code calls, `said` its comments."""

    sites: Sequence[Site]
    nodes: Mapping[int, cst.BaseSmallStatement]
    speller: Speller
    locator: Locator | None = None
    """None where there is no text of an author."""
    helpers: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)

    def statements(self, pieces: Iterable[Piece], site: Site, indent: int) -> list[Statement]:
        """The pieces in order, autocommit blocks around those that need one; `indent` is in columns."""
        used: set[int] = set()
        found: list[Statement] = []
        for piece in pieces:
            inner = indent + (4 if piece.autocommit else 0)
            body = [s for i, item in enumerate(piece.items) for s in self._item(item, site, inner, used, first=i == 0)]
            if piece.autocommit:
                first, *rest = body
                leading = first.leading_lines if isinstance(first, _HAS_LEADING) else ()
                block = autocommit_block([without_leading(first), *rest], site.alias)
                found.append(block.with_changes(leading_lines=leading))
            else:
                found += body
        return found

    def _item(self, item: Item, site: Site, indent: int, used: set[int], *, first: bool) -> list[Statement]:
        own = self._own(item, indent, used)
        made = own if own is not None else self._new(item, site, indent)
        if item.comment and made:
            lines = comment_lines(item.comment, self.speller.style.width - indent + 4 * first)
            self.said |= {x.comment.value for x in lines if x.comment}
            made = [with_leading(made[0], lines), *made[1:]]
        return made

    def _own(self, item: Item, indent: int, used: set[int]) -> list[Statement] | None:
        """The author's statement, edited; None where the op is another one or was written already."""
        if item.origin is None or item.origin in used:
            return None
        site = self.sites[item.origin]
        author = site.placed.op
        if type(author) is not type(item.op) or not _same_object(author, item.op):
            return None
        node, call = self.nodes.get(site.placed.statement), self._found(site)
        if node is None or call is None:
            return None
        new_call = (
            self._sql_call(call, site, author, item.op)
            if site.sql is not None
            else self._call(call, site, author, item.op)
        )
        if new_call is None:
            return None
        used.add(item.origin)
        if site.sql is not None and not self._is_alone(site):
            text = site.sql if author == item.op else as_sql.edited(site.sql, author, item.op)
            return None if text is None else parse(execute(text, self.speller.style, room=self._room(indent)))
        statement = node if new_call is call else _exchanged(node, call, self._fitted(new_call, indent))
        return [cst.SimpleStatementLine(body=[_bare(statement)])]

    def edited_in_place(self, item: Item) -> cst.BaseSmallStatement | None:
        """The author's statement with keywords changed and nothing else; None where that is not enough."""
        if item.origin is None:
            return None
        site = self.sites[item.origin]
        node, call = self.nodes.get(site.placed.statement), self._found(site)
        changed = None if call is None else edited(call, site.placed.op, item.op, self.speller.style)
        return None if node is None or call is None or changed is None else _exchanged(node, call, changed)

    def _found(self, site: Site) -> cst.Call | None:
        return None if self.locator is None else self.locator.call(site.call)

    def _is_alone(self, site: Site) -> bool:
        """The SQL string holds no other statement."""
        return all(s.placed.part == 0 for s in self.sites if s.placed.statement == site.placed.statement)

    def _call(self, call: cst.Call, site: Site, author: ops.Op, op: ops.Op) -> cst.Call | None:
        if site.batch is not None:
            moved = out_of_batch(call, author, replace(self.speller.style, op=site.alias), alias=site.batch.alias)
            if moved is None:
                return None
            call = moved
        return call if op == author else edited(call, author, op, self.speller.style)

    def _sql_call(self, call: cst.Call, site: Site, author: ops.Op, op: ops.Op) -> cst.Call | None:
        if site.sql is None or author == op:
            return call
        text = as_sql.edited(site.sql, author, op)
        if text is None:
            return None
        if not self._is_alone(site):
            return call
        strings = m.findall(call, m.SimpleString() | m.ConcatenatedString())
        if len(strings) != 1:
            return None
        literal = cst.parse_expression(self._literal(text, strings[0]))
        return cst.ensure_type(call.deep_replace(strings[0], literal), cst.Call)

    def _literal(self, text: str, old: cst.CSTNode) -> str:
        """The text as a literal like the author's; its white space around the statement is kept where it is one string."""
        quotes = self.speller.style.quote * 3
        if isinstance(old, cst.SimpleString) and old.quote in ('"""', "'''"):
            quotes, raw = old.quote, old.raw_value
            before, after = raw[: len(raw) - len(raw.lstrip())], raw[len(raw.rstrip()) :]
            return f"{quotes}{before}{text}{after}{quotes}"
        return f"{quotes}{text}{quotes}" if "\n" in text else self.speller.style.string(text)

    def _fitted(self, call: cst.Call, indent: int) -> cst.Call:
        """A call that was on one line and no longer fits is laid out anew."""
        code = cst.Module([]).code_for_node(call)
        if "\n" in code or len(code) + indent <= self.speller.style.width:
            return call
        function = cst.Module([]).code_for_node(call.func)
        arguments = [cst.Module([]).code_for_node(a.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for a in call.args]
        laid_out = self.speller.style.call(function, [a.strip() for a in arguments], room=self._room(indent))
        return cst.ensure_type(cst.parse_expression(laid_out), cst.Call)

    def _room(self, indent: int) -> int:
        return self.speller.style.width - indent

    def _new(self, item: Item, site: Site, indent: int) -> list[Statement]:
        author = self.sites[item.origin].placed.op if item.origin is not None else None
        speller = replace(self.speller, style=replace(self.speller.style, op=site.alias))
        in_sql = site.placed.spelling == "sql" and not isinstance(author, ops.DATA_OPS)
        source = speller.statement(item.op, room=self._room(indent), in_sql=in_sql, author=author)
        if source is None:
            raise CannotEmit(f"{type(item.op).__name__} cannot be written as an Alembic operation here")
        if isinstance(item.op, ops.Backfill):
            self.helpers.add(RANGES if is_integer_key(item.op) else BATCHES)
        return parse(source)


_KINDS = (cst.SimpleStatementLine, cst.BaseCompoundStatement)
_HAS_LEADING = (cst.SimpleStatementLine, cst.If, cst.For, cst.With, cst.Try, cst.While)


def _same_object(author: ops.Op, op: ops.Op) -> bool:
    """Both speak of the same table, column or name, so one call can be edited into the other."""
    same_name = getattr(author, "name", None) == getattr(op, "name", None)
    same_column = getattr(getattr(author, "column", None), "name", None) == getattr(
        getattr(op, "column", None), "name", None
    )
    return same_name and same_column


def parse(source: str) -> list[Statement]:
    """Statements from source text."""
    return [
        s for s in cst.parse_module(source if source.endswith("\n") else source + "\n").body if isinstance(s, Statement)
    ]


def autocommit_block(body: Sequence[Statement], op: str) -> cst.With:
    """`with op.get_context().autocommit_block():` around statements."""
    block = cst.ensure_type(parse(f"with {op}.get_context().autocommit_block():\n    pass")[0], cst.With)
    return block.with_changes(body=cst.IndentedBlock(body=list(body)))


def comment_lines(text: str, room: int) -> list[cst.EmptyLine]:
    """A blank line and the comment, wrapped."""
    lines = textwrap.wrap(text, max(room - 2, 40))
    return [cst.EmptyLine(indent=False), *(cst.EmptyLine(comment=cst.Comment(f"# {line}")) for line in lines)]


def with_leading(statement: Statement, lines: Sequence[cst.EmptyLine]) -> Statement:
    """The statement with lines before those it has."""
    own = list(getattr(statement, "leading_lines", ()))
    return statement.with_changes(leading_lines=[*lines, *own])


def without_leading(statement: Statement) -> Statement:
    return statement.with_changes(leading_lines=()) if isinstance(statement, _HAS_LEADING) else statement


def _exchanged(node: cst.BaseSmallStatement, old: cst.Call, new: cst.Call) -> cst.BaseSmallStatement:
    return cast(cst.BaseSmallStatement, cst.CSTNode.deep_replace(node, old, new))


def _bare(node: cst.BaseSmallStatement) -> cst.BaseSmallStatement:
    return node.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
