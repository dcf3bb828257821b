"""A rewritten revision cut into a chain: new files before it, and the file itself with its last step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import libcst as cst

from migfix.change import Change
from migfix.emit.graph_edit import graph_changes
from migfix.emit.pieces import Statement, parse
from migfix.emit.revision_file import NewRevision, directory_beside, revision_file, revision_id, stock_note
from migfix.emit.style import style_of
from migfix.engine import change_of
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.record import record
from migfix.moves.split.drafts import Draft, Drafter
from migfix.moves.split.module import Module
from migfix.moves.split.phases import Place, places
from migfix.moves.split.render import Body, code
from migfix.moves.split.units import CannotSplit, Reader
from migfix.plan import Applicability, GraphPlan, Unfixable
from migfix.read import read_revision
from migfix.read.site import Reading
from migfix.read.source import Source
from migfix.read.workspace import Workspace

SINGLE = "`--layout single` keeps all steps in this file"


@record
class Link:
    """A revision of the chain: its id, its message, its file, and the release that must be live before it runs."""

    revision: str
    message: str
    change: Change
    release: str | None = None


@record
class Chain:
    """The revisions in the order in which they run; the last one is the original."""

    links: tuple[Link, ...]
    note: str | None = None
    """Why the new files have another form than the project's, for the user."""

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(link.change for link in self.links)


def cut(
    workspace: Workspace, before: Reading, text: str, *, later: Sequence[ops.Op] = (), run_template: bool = False
) -> Chain | Unfixable:
    """The revision with the `text` of layout `split` as a chain, or why it cannot be one.

    A chain of one link is the text as it is. `later` runs after all else, once the next release is live. The new files
    are rendered from the project's `script.py.mako`; one that is more than a form is only used with `run_template`.
    """
    try:
        return _Cutter(workspace, before, text, tuple(later), run_template).chain()
    except CannotSplit as refusal:
        line = _line_before(before.text, text, refusal.line)
        return Unfixable(why=f"line {line}: {refusal.why}; {SINGLE}")


class _Cutter:
    def __init__(
        self, workspace: Workspace, before: Reading, text: str, later: tuple[ops.Op, ...], run_template: bool
    ) -> None:
        self.layout, self.graph = workspace.layout, workspace.graph
        self.phases, self.taken = workspace.configuration.phase_split, set(workspace.graph.nodes)
        self.before, self.run_template = before, run_template
        path = before.revision.path
        changed = workspace.with_text(text, Path(path))
        after = changed.at(Path(path))
        assert isinstance(after, Reading)
        self.after = after
        self.source = Source(text, path)
        self.module = Module(self.source.text)
        ctx: Context = changed.context_of(after)
        up, self.down = self._body("upgrade"), self._body("downgrade")
        self.drafter = Drafter(up=up, down=self.down, ctx=ctx, style=style_of(before.text, before.names), later=later)

    def chain(self) -> Chain | Unfixable:
        drafts = self.drafter.drafts(self.before.revision.message or self.before.revision.id)
        if len(drafts) < 2:
            revision = self.before.revision
            change = change_of(self.before, self.after.text)
            return Chain(links=(Link(revision=revision.id, message=revision.message, change=change),))
        return self._linked(drafts)

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

    def _linked(self, drafts: Sequence[Draft]) -> Chain | Unfixable:
        ids = self.after.revision.ids
        links: list[Link] = []
        where = places([d.release for d in drafts], ids, self.graph, self.phases)
        expanded: tuple[str, ...] = ()
        before: tuple[str, ...] = ()
        for draft, place in zip(drafts, where, strict=True):
            expanded = before if place.after_expand else expanded
            parents = before if place.parents is None else place.parents
            found = replace(place, parents=parents, depends=(*place.depends, *(expanded if place.after_expand else ())))
            last = draft is drafts[-1]
            revision = ids.revision if last else revision_id(ids.revision, draft.message, taken=self.taken)
            self.taken.add(revision)
            change = self._reparented(self._original(drafts), found) if last else self._new(draft, revision, found)
            if isinstance(change, Unfixable):
                return change
            links.append(Link(revision=revision, message=draft.message, change=change, release=draft.release))
            before = (revision,)
        return Chain(links=tuple(links), note=stock_note(self.layout, run_template=self.run_template))

    def _new(self, draft: Draft, revision: str, place: Place) -> Change | Unfixable:
        needs = self.module.needs(draft.names)
        new = NewRevision(
            revision=revision,
            down_revisions=place.parents or (),
            message=draft.message,
            upgrade=_unix(code(draft.up)),
            downgrade=_unix(code(draft.down)),
            directory=directory_beside(self.layout, Path(self.before.revision.path)),
            imports=needs.imports,
            helpers=_unix(needs.helpers),
            depends_on=place.depends,
            branch_labels=place.labels,
        )
        made = revision_file(new, self.layout, run_template=self.run_template)
        if isinstance(made, Unfixable):
            return Unfixable(why=f"{made.why}; {SINGLE}")
        if "\r\n" not in self.before.text:
            return made
        return replace(made, after=made.after.replace("\r\n", "\n").replace("\n", "\r\n"))

    def _original(self, drafts: Sequence[Draft]) -> str:
        """The file with its last step, without the functions that moved away with the others."""
        last = drafts[-1]
        found, back = self.module.function("upgrade"), self.module.function("downgrade")
        body: list[Statement] = []
        for node, _ in self.module.pairs:
            if found is not None and node is found[0]:
                body.append(_with_body(found[0], last.up))
            elif back is not None and node is back[0] and self.down.active():
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

    def _reparented(self, text: str, place: Place) -> Change | Unfixable:
        path, ids = self.before.revision.path, self.after.revision.ids
        wanted = {
            "down_revision": (place.parents or (), ids.down_revisions),
            "depends_on": (place.depends, ids.depends_on),
            "branch_labels": ((*ids.branch_labels, *place.labels), ids.branch_labels),
        }
        edits = {name: _spelled(new, name) for name, (new, old) in wanted.items() if new != old}
        reading = read_revision(text, path)
        if not isinstance(reading, Reading):
            return Unfixable(
                why=f"the last step could not be written ({reading.reason}): a fault of migfix, please report it"
            )
        plan = GraphPlan(title="", applicability=Applicability.SAFE, edits={ids.revision: edits})
        made = graph_changes(plan, {ids.revision: reading}, layout=self.layout) if edits else ()
        if isinstance(made, Unfixable):
            return made
        return change_of(self.before, made[0].after if made else text)


def _spelled(revisions: tuple[str, ...], name: str) -> str:
    """Ids as Python source: None, one string, or a tuple; labels are always a tuple."""
    if not revisions:
        return "None"
    return repr(revisions[0]) if len(revisions) == 1 and name != "branch_labels" else repr(revisions)


def _line_before(before: str, after: str, line: int) -> int:
    """Where a line of the rewritten text stands in the user's file, or what it came of."""
    matcher = SequenceMatcher(None, before.split("\n"), after.split("\n"), autojunk=False)
    for tag, first, end, new, new_end in matcher.get_opcodes():
        if new < line <= new_end:
            return line - new + first if tag == "equal" else min(first + 1, max(end, 1))
    return line


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
