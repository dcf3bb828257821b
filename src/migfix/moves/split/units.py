"""A function's body as the smallest statements that can become revisions of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import libcst as cst

from migfix.emit.pieces import Statement
from migfix.model import ops
from migfix.model.revision import Placed, Span
from migfix.read.site import Site
from migfix.read.source import Source


class CannotSplit(Exception):
    """The revision cannot become a chain: why, and the line of the rewritten text."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line, self.why = line, why


@dataclass(frozen=True, eq=False, kw_only=True)
class Shell:
    """A block around units that each revision repeats: an `autocommit_block()`, a test of the dialect, or a batch."""

    node: cst.With | cst.If
    commits: bool
    tree: ast.stmt

    @property
    def test(self) -> ast.expr | None:
        return self.tree.test if isinstance(self.tree, ast.If) else None


@dataclass(frozen=True, eq=False, kw_only=True)
class Unit:
    """A statement, the shells around it from the outside in, and its ops.

    opens, closes   the shells of which it is the first and the last: their comments and `else` go with it.
    """

    node: Statement
    trees: tuple[ast.stmt, ...]
    line: int
    shells: tuple[Shell, ...] = ()
    opens: tuple[Shell, ...] = ()
    closes: tuple[Shell, ...] = ()
    ops: tuple[Placed, ...] = ()

    @property
    def acts(self) -> bool:
        """It does something to a database, or may."""
        return any(not isinstance(p.op, ops.Harmless) for p in self.ops)

    @property
    def commits(self) -> bool:
        """What it does commits by itself, statement by statement."""
        return any(s.commits for s in self.shells) or (self.acts and all(p.autocommit for p in self.ops if _does(p)))

    @property
    def is_mixed(self) -> bool:
        """It commits half-way."""
        done = {p.autocommit for p in self.ops if _does(p)}
        return len(done) > 1 and not any(s.commits for s in self.shells)


def _does(placed: Placed) -> bool:
    return not isinstance(placed.op, ops.Harmless)


@dataclass(kw_only=True)
class Reader:
    """Reads the units of one function; `functions` are those of the module that it may call."""

    source: Source
    sites: Sequence[Site]
    functions: frozenset[str]
    calls: dict[str, frozenset[str]]
    """The functions that each one reaches, itself included."""
    function: str
    """Whose body it is: "upgrade" or "downgrade"."""
    _turn: dict[str, int] = field(default_factory=dict)

    def units(self, body: Sequence[Statement], trees: Sequence[ast.stmt]) -> tuple[Unit, ...]:
        return tuple(self._units(body, trees, ()))

    def _units(self, body: Sequence[Statement], trees: Sequence[ast.stmt], shells: tuple[Shell, ...]) -> Iterator[Unit]:
        for node, members in paired(body, trees):
            shell = self._shell(node, members[0])
            if shell is None:
                span = self.source.span(members[0])
                yield Unit(node=node, trees=members, line=span.line, shells=shells, ops=self._ops(members))
                continue
            assert isinstance(node, cst.With | cst.If)
            inner = list(self._units(_statements(node.body), members[0].body, (*shells, shell)))  # type: ignore[attr-defined]
            inner[0] = replace(inner[0], opens=(shell, *inner[0].opens))
            inner[-1] = replace(inner[-1], closes=(*inner[-1].closes, shell))
            if isinstance(shell.tree, ast.If) and shell.tree.orelse:
                extra = self._ops(tuple(shell.tree.orelse))
                inner[0] = replace(inner[0], ops=(*inner[0].ops, *extra))
            yield from inner

    def _shell(self, node: Statement, tree: ast.stmt) -> Shell | None:
        if isinstance(node, cst.With) and is_autocommit_block(tree):
            return Shell(node=node, commits=True, tree=tree)
        if isinstance(node, cst.With) and _is_plain_batch(tree):
            return Shell(node=node, commits=False, tree=tree)
        if isinstance(node, cst.If) and isinstance(tree, ast.If) and not isinstance(node.orelse, cst.If):
            committing = any(is_autocommit_block(s) for s in ast.walk(tree))
            if committing and asks_dialect(tree.test) and not any(is_autocommit_block(s) for s in _walk(tree.orelse)):
                return Shell(node=node, commits=False, tree=tree)
        return None

    def _ops(self, trees: tuple[ast.stmt, ...]) -> tuple[Placed, ...]:
        """The ops of statements, in order; those of a helper belong to its callers, turn by turn."""
        spans = [self.source.span(t) for t in trees]
        found = {s.placed.index: s.placed for s in self.sites if any(_covers(span, s.statement) for span in spans)}
        named = [n.id for t in trees for n in ast.walk(t) if isinstance(n, ast.Name) and n.id in self.functions]
        for name in dict.fromkeys(named):
            found |= {p.index: p for p in self._called(name, named.count(name))}
        return tuple(found[i] for i in sorted(found))

    def _called(self, name: str, times: int) -> Iterator[Placed]:
        """The ops of the next calls of a function; of all its calls where they cannot be told apart."""
        first = self._turn.get(name, 0)
        self._turn[name] = first + times
        inside = [s.placed for s in self.sites if self.owner(s) in self.calls[name]]
        turns = {p.iteration for p in inside}
        apart = self.calls[name] == {name} and len(turns) == self._mentions[name]
        return (p for p in inside if not apart or first <= p.iteration < first + times)

    def owner(self, site: Site) -> str | None:
        """The function of the module in which the site stands."""
        return self._owners.get(site.statement)

    def __post_init__(self) -> None:
        self._owners: dict[Span, str] = {}
        module = ast.parse(self.source.text)
        names = [
            n.id
            for f in module.body
            if getattr(f, "name", None) == self.function
            for n in ast.walk(f)
            if isinstance(n, ast.Name)
        ]
        self._mentions = {name: names.count(name) for name in self.functions}
        for tree in ast.walk(module):
            if isinstance(tree, ast.FunctionDef) and tree.name in self.functions:
                span = self.source.span(tree)
                self._owners |= {s.statement: tree.name for s in self.sites if _covers(span, s.statement)}


def paired(body: Sequence[Statement], trees: Sequence[ast.stmt]) -> Iterator[tuple[Statement, tuple[ast.stmt, ...]]]:
    """Each LibCST statement of a body with its statements in `ast` (several on one line)."""
    left = list(trees)
    for node in body:
        count = len(node.body) if isinstance(node, cst.SimpleStatementLine) else 1
        yield node, tuple(left[:count])
        left = left[count:]


def _statements(suite: cst.BaseSuite) -> list[Statement]:
    if isinstance(suite, cst.IndentedBlock):
        return [s for s in suite.body if isinstance(s, cst.SimpleStatementLine | cst.BaseCompoundStatement)]
    assert isinstance(suite, cst.SimpleStatementSuite)
    return [cst.SimpleStatementLine(body=suite.body, trailing_whitespace=suite.trailing_whitespace)]


def is_autocommit_block(tree: ast.AST) -> bool:
    """`with op.get_context().autocommit_block():` and nothing else in the `with`."""
    if not isinstance(tree, ast.With) or len(tree.items) != 1 or tree.items[0].optional_vars is not None:
        return False
    call = tree.items[0].context_expr
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "autocommit_block"


def _is_plain_batch(tree: ast.stmt) -> bool:
    """`with op.batch_alter_table("t") as batch_op:` around plain statements: each could have a block of its own."""
    if not isinstance(tree, ast.With) or len(tree.items) != 1 or not all(isinstance(s, ast.Expr) for s in tree.body):
        return False
    call = tree.items[0].context_expr
    named = (
        isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "batch_alter_table"
    )
    return named and isinstance(call, ast.Call) and {k.arg for k in call.keywords} <= {"schema"}


def asks_dialect(test: ast.expr) -> bool:
    """The expression depends on the database's dialect and on nothing else that a migration changes."""
    named = any(isinstance(n, ast.Attribute) and n.attr in ("dialect", "engine") for n in ast.walk(test))
    calls = [n.func for n in ast.walk(test) if isinstance(n, ast.Call)]
    return named and all(isinstance(f, ast.Attribute) and f.attr in ("get_context", "get_bind") for f in calls)


def _walk(trees: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for tree in trees:
        yield from ast.walk(tree)


def _covers(outer: Span, inner: Span) -> bool:
    starts = (outer.line, outer.column) <= (inner.line, inner.column)
    return starts and (outer.end_line, outer.end_column) >= (inner.end_line, inner.end_column)
