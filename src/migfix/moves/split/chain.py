"""A rewritten revision cut into a chain: new files before it, and the file itself with its last step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import libcst as cst

from migfix.change import Change
from migfix.emit.body import bodies
from migfix.emit.graph_edit import graph_changes
from migfix.emit.pieces import Statement, comment_lines, parse, with_leading
from migfix.emit.revision_file import NewRevision, directory_beside, revision_file, revision_id
from migfix.emit.style import Style, style_of
from migfix.engine import change_of
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.record import record
from migfix.model.revision import Placed
from migfix.moves.split.module import Module
from migfix.moves.split.names import needed
from migfix.moves.split.parts import parts_of
from migfix.moves.split.render import Body, code, statements, trees_of
from migfix.moves.split.titles import reason, title
from migfix.moves.split.undo import given_out, inverse
from migfix.moves.split.units import CannotSplit, Reader, Unit
from migfix.plan import Applicability, GraphPlan, Part, Step, Unfixable
from migfix.read import read_revision
from migfix.read.site import Reading
from migfix.read.source import Source
from migfix.read.workspace import Workspace


@record
class Link:
    """A revision of the chain: its id, its message, its file."""

    revision: str
    message: str
    change: Change


@record
class Chain:
    """The revisions in the order in which they run; the last one is the original."""

    links: tuple[Link, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(link.change for link in self.links)


@dataclass(frozen=True, kw_only=True)
class _Draft:
    """One revision before it is written: the bodies of its functions, and the ops of upgrade()."""

    message: str
    up: tuple[Statement, ...]
    down: tuple[Statement, ...]
    names: frozenset[str]


def cut(workspace: Workspace, before: Reading, text: str, *, run_template: bool = False) -> Chain | Unfixable:
    """The revision with the `text` of layout `split` as a chain, or why it cannot be one.

    A chain of one link is the text as it is. The new files are rendered from the project's `script.py.mako`; one that
    is more than a form is only used with `run_template`.
    """
    try:
        return _Cutter(workspace, before, text).chain(run_template=run_template)
    except CannotSplit as refusal:
        return Unfixable(why=f"{refusal}; `--layout single` keeps all steps in this file")


class _Cutter:
    def __init__(self, workspace: Workspace, before: Reading, text: str) -> None:
        self.workspace, self.before = workspace, before
        path = before.revision.path
        self.workspace_after = workspace.with_text(text, Path(path))
        after = self.workspace_after.at(Path(path))
        assert isinstance(after, Reading)
        self.after = after
        self.source = Source(text, path)
        self.module = Module(self.source.text)
        self.ctx: Context = self.workspace_after.context_of(after)
        self.style: Style = style_of(before.text, before.names)

    def chain(self, *, run_template: bool) -> Chain | Unfixable:
        up = self._body("upgrade")
        if not any(u.commits for u in up.units):
            return self._alone()
        parts = parts_of(up.active(), self.ctx)
        if len(parts) < 2:
            return self._alone()
        drafts = self._drafts(up, parts)
        return self._linked(drafts, up, run_template=run_template)

    def _alone(self) -> Chain:
        revision = self.before.revision
        change = change_of(self.before, self.after.text)
        return Chain(links=(Link(revision=revision.id, message=revision.message, change=change),))

    def _body(self, name: str) -> Body:
        found = self.module.function(name)
        if found is None:
            return Body(units=(), modules=self.after.names)
        node, tree = found
        sites = self.after.upgrade if name == "upgrade" else self.after.downgrade
        reader = Reader(
            source=self.source, sites=sites, functions=self.module.functions, calls=self.module.calls, function=name
        )
        skip = _docstrings(node)
        body = [s for s in node.body.body if isinstance(s, cst.SimpleStatementLine | cst.BaseCompoundStatement)]
        if isinstance(node.body, cst.SimpleStatementSuite):
            body = [cst.SimpleStatementLine(body=node.body.body)]
        units = reader.units(body[skip:], tree.body[skip:])
        return Body(units=units, modules=self.after.names)

    # --- the revisions of the chain ---------------------------------------------------------------------------------

    def _drafts(self, up: Body, parts: Sequence[Sequence[Unit]]) -> list[_Draft]:
        down = self._body("downgrade")
        back = given_out(down.active(), parts)
        chain = [p.op for part in parts for p in _placed(part)]
        undone = [p.op for p in _placed(down.units)]
        drafts: list[_Draft] = []
        used: set[int] = set()
        for number, (part, undo) in enumerate(zip(parts, back, strict=True)):
            written, returned = up.written(part), down.written(undo) if undo else []
            used |= {id(u) for u in (*written, *returned)}
            done = [p.op for p in _placed(part)]
            later = [p.op for other in parts[number + 1 :] for p in _placed(other)]
            steps = inverse(done, [p.op for p in _placed(undo)], undone, chain) if undone else ()
            made = [*(self._generated(steps) if steps else []), *statements(returned)]
            drafts.append(
                _Draft(
                    message=title(_placed(part), later=later, fallback=self._fallback(number, len(parts))),
                    up=tuple(self._explained(statements(written), done, later)),
                    down=tuple(made),
                    names=needed(trees_of((*written, *returned))),
                )
            )
        drafts[-1] = self._with_unused(drafts[-1], parts[-1], back[-1], up, down, used)
        return drafts

    def _fallback(self, number: int, count: int) -> str:
        return f"{self.before.revision.message or self.before.revision.id}, step {number + 1} of {count}"

    def _with_unused(
        self, draft: _Draft, part: Sequence[Unit], undo: Sequence[Unit], up: Body, down: Body, used: set[int]
    ) -> _Draft:
        """The last revision keeps what no step needs, so that nothing of the file is lost."""
        return replace(draft, up=_whole(up, part, used) or draft.up, down=_whole(down, undo, used) or draft.down)

    def _generated(self, steps: Sequence[Step]) -> list[Statement]:
        made = bodies((Part(steps=tuple(steps)),), (), self.ctx, style=self.style)
        if isinstance(made, Unfixable):
            raise CannotSplit(1, made.why)
        return parse(made.upgrade)

    def _explained(self, made: list[Statement], done: Sequence[ops.Op], later: Sequence[ops.Op]) -> list[Statement]:
        """A step that no comment explains gets one."""
        why = reason(done, later)
        if why is None or not made or any(x.comment for x in getattr(made[0], "leading_lines", ())):
            return made
        _, *lines = comment_lines(why, self.style.width - 4)
        return [with_leading(made[0], lines), *made[1:]]

    # --- files ------------------------------------------------------------------------------------------------------

    def _linked(self, drafts: Sequence[_Draft], up: Body, *, run_template: bool) -> Chain | Unfixable:
        ids = self.before.revision.ids
        taken = set(self.workspace.graph.nodes)
        parents, depends = ids.down_revisions, ids.depends_on
        links: list[Link] = []
        for draft in drafts[:-1]:
            revision = revision_id(ids.revision, draft.message, taken=taken)
            taken.add(revision)
            change = self._new(draft, revision, parents, depends, run_template=run_template)
            if isinstance(change, Unfixable):
                return change
            links.append(Link(revision=revision, message=draft.message, change=change))
            parents, depends = (revision,), ()
        text = self._original(drafts)
        edits = {"down_revision": repr(parents[0])} | ({"depends_on": "None"} if ids.depends_on else {})
        change = self._reparented(text, edits)
        if isinstance(change, Unfixable):
            return change
        return Chain(links=(*links, Link(revision=ids.revision, message=drafts[-1].message, change=change)))

    def _new(
        self,
        draft: _Draft,
        revision: str,
        parents: tuple[str, ...],
        depends: tuple[str, ...],
        *,
        run_template: bool,
    ) -> Change | Unfixable:
        needs = self.module.needs(draft.names)
        new = NewRevision(
            revision=revision,
            down_revisions=parents,
            message=draft.message,
            upgrade=_unix(code(draft.up)),
            downgrade=_unix(code(draft.down)),
            directory=directory_beside(self.workspace.layout, Path(self.before.revision.path)),
            imports=needs.imports,
            helpers=_unix(needs.helpers),
            depends_on=depends,
        )
        made = revision_file(new, self.workspace.layout, run_template=run_template)
        if isinstance(made, Unfixable) or "\r\n" not in self.before.text:
            return made
        return replace(made, after=made.after.replace("\r\n", "\n").replace("\n", "\r\n"))

    def _original(self, drafts: Sequence[_Draft]) -> str:
        """The file with its last step, without the functions that moved away with the others."""
        last = drafts[-1]
        found, back = self.module.function("upgrade"), self.module.function("downgrade")
        body: list[Statement] = []
        for node, _ in self.module.pairs:
            if found is not None and node is found[0]:
                body.append(_with_body(found[0], last.up))
            elif back is not None and node is back[0] and self._body("downgrade").active():
                body.append(_with_body(back[0], last.down))
            else:
                body.append(node)
        changed = self.module.node.with_changes(body=body)
        kept = Module(changed.code)
        moved = frozenset().union(*(d.names for d in drafts[:-1]))
        names = kept.names("upgrade") | kept.names("downgrade")
        body = self.module.without(body, moved, names)
        mark = "\ufeff" if self.before.text.startswith("\ufeff") else ""
        return mark + changed.with_changes(body=body).code

    def _reparented(self, text: str, edits: dict[str, str]) -> Change | Unfixable:
        path, revision = self.before.revision.path, self.before.revision.id
        reading = read_revision(text, path)
        if not isinstance(reading, Reading):
            return Unfixable(
                why=f"the last step could not be written ({reading.reason}): a fault of migfix, please report it"
            )
        plan = GraphPlan(title="", applicability=Applicability.SAFE, edits={revision: edits})
        made = graph_changes(plan, {revision: reading}, layout=self.workspace.layout)
        return made if isinstance(made, Unfixable) else change_of(self.before, made[0].after)


def _whole(body: Body, own: Sequence[Unit], used: set[int]) -> tuple[Statement, ...]:
    """The statements of `own` with the variables that no step needs; nothing where there are none."""
    unused = [u for u in body.units if body.is_copied(u) and id(u) not in used]
    if not unused or not (own or not body.active()):
        return ()
    return tuple(statements(sorted([*body.written(own), *unused], key=body.units.index)))


def _placed(units: Sequence[Unit]) -> list[Placed]:
    return [p for u in units for p in u.ops]


def _docstrings(node: cst.FunctionDef) -> int:
    """How many statements at the start of the function are its docstring: none or one."""
    return 0 if node.get_docstring() is None or isinstance(node.body, cst.SimpleStatementSuite) else 1


def _with_body(node: cst.FunctionDef, body: Sequence[Statement]) -> cst.FunctionDef:
    made = list(body) or parse("pass")
    if isinstance(node.body, cst.SimpleStatementSuite):
        return node.with_changes(body=cst.IndentedBlock(body=made))
    return node.with_changes(body=node.body.with_changes(body=[*node.body.body[: _docstrings(node)], *made]))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")
