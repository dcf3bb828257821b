"""A draft carried out on a revision's text: LibCST splices the statements, all else stays byte for byte."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import libcst as cst

from migfix.emit.backfill import helper
from migfix.emit.blocks import Line, adopted, merged, wrapped
from migfix.emit.locate import Locator, comments, small_statements
from migfix.emit.pieces import CannotEmit, Pieces, Statement, parse, with_leading
from migfix.emit.spell import Speller
from migfix.emit.style import Style, style_of
from migfix.layout import Draft, Group, Replacement, Wrap
from migfix.model import ops
from migfix.model.context import Context
from migfix.plan import Unfixable
from migfix.read.record import RECREATED
from migfix.read.site import Reading, Site
from migfix.read.source import Source


def rewrite(reading: Reading, draft: Draft, ctx: Context) -> str | Unfixable:
    """The revision's new text, or why its code cannot be turned into the draft.

    A downgrade() that cannot be changed is left as it is: its plain form works too, only with a lock.
    """
    text = _rewritten(reading, draft, ctx)
    if isinstance(text, Unfixable) and draft.downgrade != Group():
        return _rewritten(reading, replace(draft, downgrade=Group()), ctx)
    return text


def _rewritten(reading: Reading, draft: Draft, ctx: Context) -> str | Unfixable:
    mark = "\ufeff" if reading.text.startswith("\ufeff") else ""
    module = cst.parse_module(reading.text.removeprefix(mark))
    locator = Locator(module, Source(reading.text, reading.revision.path))
    style = style_of(reading.text, reading.names)
    speller = Speller(style=style, alembic=ctx.target.alembic)
    try:
        parts = ((draft.upgrade, reading.upgrade), (draft.downgrade, reading.downgrade))
        functions = [_function(group, sites, locator, speller) for group, sites in parts]
        module = module.with_changes(body=[_rebuilt(s, functions) for s in module.body])
        helpers = {name for f in functions for name in f.pieces.helpers}
        module = _with_helpers(module, sorted(helpers), reading, style, ctx.settings.batch_size)
    except CannotEmit as refusal:
        return Unfixable(why=str(refusal))
    text = mark + _line_ends(module.code.removeprefix(mark), reading.text)
    try:
        ast.parse(text.removeprefix(mark))
    except SyntaxError as error:
        return Unfixable(
            why=f"the rewritten file would not parse ({error.msg}): this is a fault of migfix, please report it"
        )
    return text


def _line_ends(new: str, old: str) -> str:
    """New strings of several lines end their lines as the file does."""
    if "\r\n" not in old:
        return new
    return new.replace("\r\n", "\n").replace("\n", "\r\n") if old.count("\n") == old.count("\r\n") else new


@dataclass(kw_only=True)
class _Function:
    """What changes in one function, by LibCST node."""

    pieces: Pieces
    replaced: Mapping[int, Replacement]
    statements: Mapping[int, int]
    """Statement ids by the id() of their small statement."""
    batches: frozenset[int]
    """id() of batch blocks out of which a statement moves."""
    wraps: list[Wrap] = field(default_factory=list)
    site_of: Mapping[int, Site] = field(default_factory=dict)

    def is_target(self, node: cst.CSTNode) -> bool:
        return self.statements.get(id(node)) in self.replaced

    def touches(self, node: cst.CSTNode) -> bool:
        """The node holds a statement that is replaced or put under a test."""
        return bool(self.holds(node) & (self.replaced.keys() | {s for w in self.wraps for s in w.statements}))

    def holds(self, node: cst.CSTNode) -> frozenset[int]:
        found = (self.statements.get(id(s)) for s in small_statements(node))
        return frozenset(s for s in found if s is not None)


def _function(group: Group, sites: Sequence[Site], locator: Locator, speller: Speller) -> _Function:
    nodes: dict[int, cst.BaseSmallStatement] = {}
    first: dict[int, Site] = {}
    for site in sites:
        if site.placed.statement not in nodes:
            node = locator.statement(site.statement)
            if isinstance(node, cst.BaseSmallStatement):
                nodes[site.placed.statement] = node
            first[site.placed.statement] = site
    replaced = {r.statement: r for r in group.replacements}
    if any(batch.recreate_always for s in replaced if (batch := first[s].batch)):
        raise CannotEmit(RECREATED)
    missing = [s for s in replaced if s not in nodes]
    if missing:
        raise CannotEmit("the operation is not a statement of its own")
    batches = {id(locator.statement(first[s].batch.statement)) for s in replaced if first[s].batch}  # type: ignore[union-attr]
    return _Function(
        pieces=Pieces(sites=sites, nodes=nodes, locator=locator, speller=speller),
        replaced=replaced,
        statements={id(n): s for s, n in nodes.items()},
        batches=frozenset(batches),
        wraps=list(group.wraps),
        site_of=first,
    )


def _rebuilt(node: Statement, functions: Sequence[_Function]) -> Statement:
    """One statement of the module with what changes in it; upgrade() and downgrade() never change the same one."""
    touched = [f for f in functions if f.touches(node)]
    if len(touched) > 1:
        raise CannotEmit("upgrade() and downgrade() share the function that would have to change")
    return cast(Statement, node.visit(_Rebuild(touched[0]))) if touched else node


class _Rebuild(cst.CSTTransformer):
    """Rebuilds the bodies that hold a changed statement, from the inside out."""

    def __init__(self, function: _Function) -> None:
        super().__init__()
        self._f = function
        self._columns = 0
        self._batch_depth = 0

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool:
        """Nothing inside of a line holds a body."""
        return False

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self._columns += len(node.indent) if node.indent is not None else 4

    def visit_With(self, node: cst.With) -> None:
        self._batch_depth += id(node) in self._f.batches

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.BaseStatement:
        self._batch_depth -= id(original_node) in self._f.batches
        return updated_node

    def leave_SimpleStatementSuite(
        self, original_node: cst.SimpleStatementSuite, updated_node: cst.SimpleStatementSuite
    ) -> cst.BaseSuite:
        if not any(self._f.is_target(s) for s in original_node.body):
            return updated_node
        line = cst.SimpleStatementLine(body=original_node.body, trailing_whitespace=original_node.trailing_whitespace)
        lines = self._simple(line, line)
        return cst.IndentedBlock(body=[x.node for x in lines])

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        columns, self._columns = (
            self._columns,
            self._columns - (len(original_node.indent) if original_node.indent is not None else 4),
        )
        if self._batch_depth and any(self._f.is_target(s) for s in small_statements(original_node)):
            return updated_node
        lines: list[Line] = []
        for before, after in zip(original_node.body, updated_node.body, strict=True):
            lines += self._lines(before, after, columns)
        lines = merged(adopted(lines), self._f.pieces.said)
        if lines and lines[0].made:
            lines[0] = replace(lines[0], node=_without_first_blank(lines[0].node))
        for wrap in list(self._f.wraps):
            if not self._batch_depth and any(line.holds & set(wrap.statements) for line in lines):
                lines = self._wrapped(lines, wrap)
        if not lines:
            lines = [Line(node=parse("pass")[0])]
        return updated_node.with_changes(body=[line.node for line in lines])

    def _wrapped(self, lines: list[Line], wrap: Wrap) -> list[Line]:
        held = frozenset().union(*(line.holds for line in lines))
        if not set(wrap.statements) <= held:
            return lines
        self._f.wraps.remove(wrap)
        found, name = wrapped(lines, wrap, replace(self._f.pieces.speller.style))
        self._f.pieces.helpers.add(name)
        return found

    def _lines(self, before: cst.CSTNode, after: cst.CSTNode, columns: int) -> list[Line]:
        if isinstance(before, cst.SimpleStatementLine) and any(self._f.is_target(s) for s in before.body):
            return self._simple(before, cst.ensure_type(after, cst.SimpleStatementLine), columns)
        if isinstance(before, cst.With) and id(before) in self._f.batches:
            return self._batch(before, columns)
        return [Line(node=after, holds=self._f.holds(before))]  # type: ignore[arg-type]

    def _simple(self, before: cst.SimpleStatementLine, after: cst.SimpleStatementLine, columns: int = 8) -> list[Line]:
        """A line of one or more small statements; each changed one becomes lines of its own."""
        found: list[Line] = []
        for small in before.body:
            if self._f.is_target(small):
                found += self._made(small, columns, None)
            else:
                bare = small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
                found.append(Line(node=cst.SimpleStatementLine(body=[bare]), holds=self._f.holds(small)))
        return _with_authors_lines(found, before)

    def _made(self, small: cst.BaseSmallStatement, columns: int, batch: cst.With | None) -> list[Line]:
        statement = self._f.statements[id(small)]
        change, site = self._f.replaced[statement], self._f.site_of[statement]
        inner = columns + 4 if change.postgresql_only else columns
        made = self._f.pieces.statements(change.pieces, site, inner)
        keeps = not any(p.autocommit for p in change.pieces)
        if not change.postgresql_only:
            return [Line(node=s, made=not keeps, holds=frozenset({statement}) if keeps else frozenset()) for s in made]
        author: Statement = cst.SimpleStatementLine(body=[small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
        if batch is not None:
            author = batch.with_changes(leading_lines=(), body=cst.IndentedBlock(body=[author]))
        test = f"{site.alias}.get_context().dialect.name == {self._f.pieces.speller.style.string('postgresql')}"
        branch = cst.ensure_type(parse(f"if {test}:\n    pass\nelse:\n    pass")[0], cst.If)
        orelse = cst.Else(body=cst.IndentedBlock(body=[author]))
        body = [_without_first_blank(made[0]), *made[1:]] if made else parse("pass")
        return [Line(node=branch.with_changes(body=cst.IndentedBlock(body=body), orelse=orelse), made=True)]

    def _batch(self, block: cst.With, columns: int) -> list[Line]:
        """A batch block split at the statements that leave it: its operations run when it ends, in order."""
        found: list[Line] = []
        kept: list[Statement] = []
        held: frozenset[int] = frozenset()

        def flush() -> None:
            nonlocal kept, held
            if kept:
                body = cst.ensure_type(block.body, cst.IndentedBlock).with_changes(body=kept, footer=())
                found.append(Line(node=block.with_changes(leading_lines=(), body=body), holds=held))
            kept, held = [], frozenset()

        for inner in cst.ensure_type(block.body, cst.IndentedBlock).body:
            targets = isinstance(inner, cst.SimpleStatementLine) and any(self._f.is_target(s) for s in inner.body)
            if not targets:
                if any(self._f.is_target(s) for s in small_statements(inner)):
                    raise CannotEmit("it stands in a condition inside a batch block")
                kept.append(cast(Statement, inner))
                held |= self._f.holds(inner)
                continue
            line = cst.ensure_type(inner, cst.SimpleStatementLine)
            if len(line.body) > 1:
                raise CannotEmit("it shares its line with other statements inside a batch block")
            small = line.body[0]
            if self._stays(small):
                made = self._in_batch(small)
                kept.append(
                    made.with_changes(leading_lines=line.leading_lines, trailing_whitespace=line.trailing_whitespace)
                )
                held |= self._f.holds(small)
                continue
            flush()
            found += _with_authors_lines(self._made(small, columns, block), line)
        flush()
        footer = [x for x in cst.ensure_type(block.body, cst.IndentedBlock).footer if x.comment]
        lines = _with_authors_lines(found, block)
        if footer and lines:
            lines[-1] = replace(lines[-1], node=with_leading(lines[-1].node, footer))
        return lines

    def _stays(self, small: cst.BaseSmallStatement) -> bool:
        """Only a keyword of the batch operation changes (a guard): it stays where it is."""
        change = self._f.replaced[self._f.statements[id(small)]]
        items = [i for p in change.pieces for i in p.items]
        plain = not change.postgresql_only and not any(p.autocommit for p in change.pieces)
        if not plain or len(items) != 1 or isinstance(items[0].op, (ops.DropColumn, ops.DropConstraint)):
            return False
        return items[0].origin is not None and items[0].comment is None

    def _in_batch(self, small: cst.BaseSmallStatement) -> cst.SimpleStatementLine:
        change = self._f.replaced[self._f.statements[id(small)]]
        made = self._f.pieces.edited_in_place(change.pieces[0].items[0])
        if made is None:
            raise CannotEmit("the batch operation cannot take the change as keywords")
        return cst.SimpleStatementLine(body=[made])


def _with_authors_lines(found: list[Line], before: cst.SimpleStatementLine | cst.With) -> list[Line]:
    """The author's comments around and inside a statement go with the first of what stands in its place."""
    leading = list(before.leading_lines)
    trailing = before.trailing_whitespace if isinstance(before, cst.SimpleStatementLine) else None
    if not found:
        kept = [c for c in comments(before) if c]
        return (
            [] if not kept else [Line(node=parse("pass")[0].with_changes(leading_lines=_lines_of(kept)), orphan=True)]
        )
    if trailing is not None and trailing.comment is not None:
        found = _with_trailing(found, trailing)
    present = [c for line in found for c in comments(line.node)]
    own = [x.comment.value for x in leading if x.comment]
    lost = [c for c in comments(before) if c not in present and c not in own]
    lines = [*leading, *_lines_of(lost)]
    return [replace(found[0], node=_led(found[0].node, lines)), *found[1:]]


def _led(node: Statement, lines: list[cst.EmptyLine]) -> Statement:
    own = list(getattr(node, "leading_lines", ()))
    blank = own[:1] if own and own[0].comment is None and lines else []
    if lines and lines[0].comment is None:
        return node.with_changes(leading_lines=[*lines, *own[len(blank) :]])
    return node.with_changes(leading_lines=[*blank, *lines, *own[len(blank) :]])


def _without_first_blank(node: Statement) -> Statement:
    own = list(node.leading_lines)
    return node.with_changes(leading_lines=own[1:]) if own and own[0].comment is None else node


def _lines_of(texts: Sequence[str]) -> list[cst.EmptyLine]:
    return [cst.EmptyLine(comment=cst.Comment(t)) for t in texts]


def _with_trailing(found: list[Line], trailing: cst.TrailingWhitespace) -> list[Line]:
    """A comment behind the statement stays behind it where the statement itself stayed one."""
    only = found[0].node if len(found) == 1 else None
    if isinstance(only, cst.SimpleStatementLine):
        return [replace(found[0], node=only.with_changes(trailing_whitespace=trailing))]
    return found


def _with_helpers(module: cst.Module, names: Sequence[str], reading: Reading, style: Style, batch: int) -> cst.Module:
    body = list(module.body)
    for name in names:
        source = helper(name, style, batch=batch)
        if name in reading.names:
            if source.replace("\r\n", "\n").strip() not in reading.text.replace("\r\n", "\n"):
                raise CannotEmit(f"the revision has another function named {name}")
            continue
        made = parse(source)[0]
        body.append(made.with_changes(leading_lines=[cst.EmptyLine(indent=False), cst.EmptyLine(indent=False)]))
    module = module.with_changes(
        body=body, has_trailing_newline=module.has_trailing_newline or len(body) > len(module.body)
    )
    return _with_imports(module, reading, style)


def _with_imports(module: cst.Module, reading: Reading, style: Style) -> cst.Module:
    """`import sqlalchemy as sa` and `from alembic import op` where new code needs them and the file has none."""
    bound = set(reading.names.values())
    if {"alembic.op", "sqlalchemy"} <= bound:
        return module
    missing = []
    code = module.code
    if "alembic.op" not in bound and f"{style.op}." in code.replace(reading.text, ""):
        missing.append(f"from alembic import {style.op}")
    if "sqlalchemy" not in bound and f"{style.sa}." in code and style.sa not in reading.names:
        missing.append(f"import sqlalchemy as {style.sa}")
    if not missing:
        return module
    body = list(module.body)
    imports = [i for i, s in enumerate(body) if _is_import(s)]
    at = imports[-1] + 1 if imports else (1 if module.get_docstring() is not None else 0)
    body[at:at] = parse("\n".join(missing))
    return module.with_changes(body=body)


def _is_import(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and isinstance(node.body[0], (cst.Import, cst.ImportFrom))
