"""The module around upgrade(): what a function of another revision needs of it, and what this one no longer does."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from migfix.emit.pieces import Statement
from migfix.moves.split.names import bound, needed
from migfix.moves.split.units import CannotSplit, paired

_IDENTIFIERS = {"revision", "down_revision", "branch_labels", "depends_on"}
_FUNCTIONS = {"upgrade", "downgrade"}
_USUAL = {"from alembic import op", "import sqlalchemy as sa"}


@dataclass(frozen=True, kw_only=True)
class Needs:
    """Import lines, and other module-level code, that a body needs."""

    imports: tuple[str, ...]
    helpers: str


class Module:
    """A revision's module, as LibCST and as `ast`."""

    def __init__(self, text: str) -> None:
        self.node = cst.parse_module(text)
        self.tree = ast.parse(text)
        self.pairs = list(paired(self.node.body, self.tree.body))

    def function(self, name: str) -> tuple[cst.FunctionDef, ast.FunctionDef] | None:
        """The function of that name as Alembic would call it."""
        found = [
            (node, trees[0])
            for node, trees in self.pairs
            if isinstance(node, cst.FunctionDef) and isinstance(trees[0], ast.FunctionDef) and trees[0].name == name
        ]
        return found[-1] if found else None

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions that upgrade() and downgrade() may call."""
        return frozenset(t.name for t in self.tree.body if isinstance(t, ast.FunctionDef) and t.name not in _FUNCTIONS)

    @cached_property
    def calls(self) -> dict[str, frozenset[str]]:
        """The functions that each of them reaches, itself included."""
        uses = {
            t.name: needed([t]) & self.functions
            for t in self.tree.body
            if isinstance(t, ast.FunctionDef) and t.name in self.functions
        }
        return {name: frozenset(_closed({name}, uses)) for name in uses}

    def needs(self, names: Collection[str]) -> Needs:
        """What a body that reads these names needs of the module. Raises CannotSplit."""
        wanted, imports = self._wanted(names), []
        helpers: list[Statement] = []
        for node, trees in self.pairs:
            if not self._is_wanted(trees, wanted):
                continue
            if all(isinstance(t, ast.Import | ast.ImportFrom) for t in trees):
                imports += [line for t in trees for line in _imports(t, wanted)]
            elif bound(trees) & _IDENTIFIERS:
                raise CannotSplit(trees[0].lineno, f"the steps need `{sorted(bound(trees))[0]}`, which differs in each")
            else:
                helpers.append(node)
        kept = [line for line in dict.fromkeys(imports) if line not in _USUAL]
        return Needs(imports=tuple(kept), helpers=cst.Module(body=_apart(helpers)).code.strip("\n"))

    def _wanted(self, names: Collection[str]) -> frozenset[str]:
        wanted = set(names)
        while True:
            more = set(wanted)
            for _, trees in self.pairs:
                if self._is_wanted(trees, wanted):
                    more |= needed(trees)
            if more == wanted:
                return frozenset(wanted)
            wanted = more

    def _is_wanted(self, trees: Sequence[ast.stmt], wanted: Collection[str]) -> bool:
        if any(isinstance(t, ast.FunctionDef) and t.name in _FUNCTIONS for t in trees):
            return False
        binds = {n for n in bound(trees) if n in wanted}
        own = {t.name for t in trees if isinstance(t, ast.FunctionDef | ast.ClassDef)}
        return bool(binds & own) if own else bool(binds)

    def without(self, body: Iterable[Statement], moved: Collection[str], kept: Collection[str]) -> list[Statement]:
        """`body` (of a changed copy) without functions and constants that only what `moved` away has needed."""
        return [s for s in body if not self._is_gone(s, moved, kept)]

    def _is_gone(self, node: Statement, moved: Collection[str], kept: Collection[str]) -> bool:
        trees = next((t for n, t in self.pairs if n is node), ())
        if not trees or not all(isinstance(t, ast.FunctionDef | ast.Assign | ast.AnnAssign) for t in trees):
            return False
        names = {t.name for t in trees if isinstance(t, ast.FunctionDef)} or bound(trees)
        if names & (_IDENTIFIERS | _FUNCTIONS) or (isinstance(trees[0], ast.FunctionDef) and trees[0].decorator_list):
            return False
        return names <= self._wanted(moved) and not names & self._wanted(kept)

    def names(self, function: str) -> frozenset[str]:
        """What the function reads."""
        found = self.function(function)
        return needed([found[1]]) if found else frozenset()


def _closed(names: set[str], uses: dict[str, frozenset[str]]) -> set[str]:
    while True:
        more = names.union(*(uses.get(n, frozenset()) for n in names))
        if more == names:
            return names
        names = more


def _imports(tree: ast.stmt, wanted: Collection[str]) -> Iterator[str]:
    """The import with the names that are wanted."""
    assert isinstance(tree, ast.Import | ast.ImportFrom)
    kept = [a for a in tree.names if (a.asname or a.name).split(".")[0] in wanted]
    said = [f"{a.name} as {a.asname}" if a.asname else a.name for a in kept]
    if isinstance(tree, ast.Import):
        yield from (f"import {each}" for each in said)
    elif said:
        yield f"from {'.' * tree.level}{tree.module or ''} import {', '.join(said)}"


def _apart(nodes: Sequence[Statement]) -> list[Statement]:
    """Functions two lines apart, as formatters want them; what stands above a statement as its author has it."""
    found = []
    for i, node in enumerate(nodes):
        lines = list(getattr(node, "leading_lines", ()))
        while lines and lines[0].comment is None:
            lines = lines[1:]
        blank = 2 if isinstance(node, cst.FunctionDef | cst.ClassDef) else 1
        empty = [cst.EmptyLine(indent=False)] * (blank if i else 0)
        found.append(node.with_changes(leading_lines=[*empty, *lines]))
    return found
