"""The project at a glance: what is wrong with its graph, and of each revision where it has run and what can be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from migfix.model.applied import Database, Knowledge, State
from migfix.model.graph import Graph
from migfix.model.record import record
from migfix.model.walk import history
from migfix.moves.follow_up import Leftover, follow_ups
from migfix.plan import Applicability, Finding
from migfix.read.site import NotRevision
from migfix.read.workspace import Workspace
from migfix.recipes.graph import roots_of_branch
from migfix.scope import Commit, added_by, whereabouts


@record
class Row:
    """A revision. `here` and `ran` name the databases that stand at it, and that have run it.

    parts     it is a "merge", a "branch point", a "head" or an "effective head" (one that another depends on), in Alembic's
              sense.
    needs     its `depends_on`; `needed` what depends on it.
    """

    revision: str
    message: str
    path: str
    parents: tuple[str, ...]
    parts: tuple[str, ...]
    labels: tuple[str, ...]
    needs: tuple[str, ...]
    needed: tuple[str, ...]
    state: State
    may_edit: bool
    here: tuple[str, ...]
    ran: tuple[str, ...]
    findings: tuple[Finding, ...]
    leftovers: tuple[Leftover, ...]

    @property
    def is_head(self) -> bool:
        return any(p.endswith("head") for p in self.parts)

    @property
    def risks(self) -> tuple[tuple[str, int], ...]:
        """Codes with how often each stands in the revision."""
        return tuple(sorted(Counter(f.code for f in self.findings).items()))

    def counted(self, kind: Applicability) -> int:
        return sum(f.applicability is kind for f in self.findings)


@record
class Head:
    """One of several heads: where its branch begins, and who brought that file, as far as git knows."""

    revision: str
    message: str
    begun_by: str
    path: str
    commit: Commit | None


@record
class Status:
    """`broken`: what Alembic itself would refuse or stumble over, a line each. `problems`: findings of the graph."""

    broken: tuple[str, ...]
    problems: tuple[Finding, ...]
    heads: tuple[Head, ...]
    parting: tuple[str, ...]
    rows: tuple[Row, ...]
    databases: tuple[Database, ...]

    @property
    def is_sound(self) -> bool:
        return not self.broken and not self.problems


def status(
    workspace: Workspace, knowledge: Knowledge, *, findings: Sequence[Finding], unreadable: Sequence[NotRevision] = ()
) -> Status:
    """All that `migfix status` says; `findings` and `unreadable` are those of the whole project. Asks git who made several heads, and where a missing revision is."""
    graph = workspace.graph
    several = graph.heads if len(graph.heads) > 1 else ()
    problems = tuple(f for f in findings if f.index is None and f.code.startswith("MF8"))
    left = follow_ups(workspace, knowledge)
    found = [f for f in findings if f.index is not None]
    databases = [(d, d.applied(graph)) for d in knowledge.databases]
    return Status(
        broken=(*_broken(workspace), *_ahead(workspace, knowledge), *_unread(unreadable)),
        problems=problems,
        heads=tuple(_head(h, several, workspace) for h in several),
        parting=graph.common_ancestors(several[0], several[1])[-1:] if len(several) == 2 else (),
        rows=tuple(_row(n, workspace, knowledge, databases, found, left) for n in history(graph)),
        databases=knowledge.databases,
    )


def _row(
    name: str,
    workspace: Workspace,
    knowledge: Knowledge,
    databases: Sequence[tuple[Database, frozenset[str]]],
    found: Sequence[Finding],
    left: Sequence[Leftover],
) -> Row:
    graph, revision = workspace.graph, workspace.readings[name].revision
    return Row(
        revision=name,
        message=revision.message,
        path=revision.path,
        parents=graph.parents[name],
        parts=tuple(_parts(name, graph)),
        labels=revision.ids.branch_labels,
        needs=revision.ids.depends_on,
        needed=tuple(n for n in graph.required_by[name] if n not in graph.children[name]),
        state=knowledge.state(name),
        may_edit=knowledge.may_edit(name),
        here=tuple(d.name for d, _ in databases if name in d.versions),
        ran=tuple(d.name for d, ran in databases if name in ran),
        findings=tuple(f for f in found if f.revision == name),
        leftovers=tuple(x for x in left if x.revision == name),
    )


def _parts(name: str, graph: Graph) -> Iterator[str]:
    if name in graph.heads:
        yield "effective head" if graph.required_by[name] else "head"
    if name in graph.merge_points:
        yield "merge"
    if name in graph.branch_points:
        yield "branch point"


def _head(head: str, heads: Sequence[str], workspace: Workspace) -> Head:
    other = next(h for h in heads if h != head)
    roots = roots_of_branch(workspace.graph, head, beside=other)
    root = roots[0] if roots else head
    path = workspace.readings[root].revision.path
    return Head(
        revision=head,
        message=workspace.readings[head].revision.message,
        begun_by=root,
        path=path,
        commit=added_by(Path(path).absolute()),
    )


def _broken(workspace: Workspace) -> Iterator[str]:
    """What Alembic would refuse, with what git knows of it."""
    graph, layout = workspace.graph, workspace.layout
    for link in graph.missing:
        path = workspace.readings[link.revision].revision.path
        where = whereabouts(layout.root, link.target)
        tail = f"; {where}" if where else ""
        yield f"{path}: its {link.kind} names {link.target!r}, which is no revision of this project{tail}"
    for cycle in graph.cycles:
        yield f"{', '.join(cycle)} come before themselves: `alembic` refuses to load a cycle; correct one down_revision"
    for name in graph.duplicates:
        paths = [r.revision.path for r in workspace.checked if r.revision.id == name]
        yield f"{' and '.join(paths)} have the same revision id {name!r}; give one of them another"
    for label in graph.label_clashes:
        yield f"the branch label {label!r} is declared more than once; Alembic refuses to load that"


def _ahead(workspace: Workspace, knowledge: Knowledge) -> Iterator[str]:
    for database, version in knowledge.at_unknown(workspace.graph):
        where = whereabouts(workspace.layout.root, version)
        tail = where or "git has it nowhere"
        yield f"{database.name} is at {version}, which no revision file here has: {tail}"


def _unread(unreadable: Sequence[NotRevision]) -> Iterator[str]:
    for problem in unreadable:
        if problem.broken:
            line = f":{problem.span.line}" if problem.span else ""
            yield f"{problem.path}{line}: cannot be read: {problem.reason}"
