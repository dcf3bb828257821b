"""What is wrong with one revision, and with the graph: findings that are possible, minus those that are silenced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace as changed
from functools import cache

from migfix.config import Configuration
from migfix.layout import Layout, lay_out
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.record import record
from migfix.model.revision import Placed, Unread
from migfix.model.schema import TableKey
from migfix.plan import Finding, Unfixable
from migfix.read.site import Reading
from migfix.read.workspace import Workspace
from migfix.rules.api import GraphContext, findings, graph_findings, rules
from migfix.suppress import UnusedIgnore, sift


@record
class Judged:
    """One file's findings after its ignore comments, and what could not be read of it."""

    findings: tuple[Finding, ...]
    suppressed: int
    unused: tuple[UnusedIgnore, ...]
    unread: tuple[Unread, ...]


def judge(workspace: Workspace, reading: Reading, graph: Iterable[Finding], layout: Layout) -> Judged:
    """The findings of one file, those of the `graph` that are shown in it included."""
    configuration = workspace.configuration
    ctx = workspace.context_of(reading)
    found = [f for f in (*graph, *findings(ctx)) if configuration.enables(f.code, f.rule)]
    found = [_possible(f, ctx, layout) for f in _once(found, ctx)]
    sifted = sift(
        reading.text,
        found,
        path=reading.revision.path,
        require_reason=configuration.require_reason,
        known=_names(),
        checked=_names(configuration.select, configuration.ignore),
    )
    return Judged(
        findings=sifted.kept,
        suppressed=len(sifted.suppressed),
        unused=sifted.unused,
        unread=(*_broken_links(workspace, reading), *_unread(reading)),
    )


@cache
def _names(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> frozenset[str]:
    """Codes and names of the rules that are enabled; of all of them when nothing is said."""
    chosen = Configuration(select=select, ignore=ignore)
    enabled = (r for r in rules() if chosen.enables(r.code, r.name))
    return frozenset(name for r in enabled for name in (r.code, r.name))


def _once(found: Iterable[Finding], ctx: Context) -> list[Finding]:
    """One finding for a statement that runs several times (a loop, a helper), with the plans for all its turns."""
    merged: dict[object, Finding] = {}
    for finding in found:
        at = None if finding.index is None else ctx.ops[finding.index]
        turns = at is not None and _turns(at, ctx)
        key = (finding.code, at.statement, at.part) if at and turns else (*identity(finding), finding.index)
        if key not in merged:
            merged[key] = finding
            continue
        first = merged[key]
        plans = tuple(
            changed(a, replaces={**a.replaces, **b.replaces}, mirrors=a.mirrors + b.mirrors)
            for a, b in zip(first.plans, finding.plans, strict=False)
        )
        merged[key] = changed(first, plans=plans, why_not=first.why_not or finding.why_not)
    return list(merged.values())


def _turns(at: Placed, ctx: Context) -> bool:
    return any(p.statement == at.statement and p.iteration != at.iteration for p in ctx.ops)


def _possible(finding: Finding, ctx: Context, layout: Layout) -> Finding:
    """The finding with the plans that this file allows, and the reason where it allows none."""
    plain = [changed(p, mirrors=()) for p in finding.plans]
    laid_out = [
        (p, lay_out(q, ctx, layout=layout) if p.replaces else None) for p, q in zip(finding.plans, plain, strict=True)
    ]
    plans = tuple(p for p, draft in laid_out if not isinstance(draft, Unfixable))
    refusal = next((d for _, d in laid_out if isinstance(d, Unfixable)), None)
    if plans or refusal is None:
        return changed(finding, plans=plans)
    why = f"{refusal.why}\n{refusal.patch}" if refusal.patch else refusal.why
    return changed(finding, plans=(), why_not=finding.why_not or why)


def _broken_links(workspace: Workspace, reading: Reading) -> Iterator[Unread]:
    """What Alembic itself would refuse in the graph: shown where it stands, since what came before is not known then."""
    ids, graph = reading.revision.ids, workspace.graph
    if not workspace.layout.version_dirs:
        return  # A file alone: its parents are elsewhere.
    place = ids.spans.get("down_revision", ids.spans["revision"])
    for link in graph.missing:
        if link.revision == ids.revision:
            at = ids.spans.get(link.kind, place)
            yield Unread(
                span=at,
                reason=f"its {link.kind} names {link.target!r}, which is no revision of this project",
                stops=True,
            )
    for cycle in graph.cycles:
        if ids.revision in cycle:
            others = ", ".join(r for r in cycle if r != ids.revision) or "itself"
            yield Unread(span=place, reason=f"it comes before itself in the graph, through {others}", stops=True)
    if ids.revision in graph.duplicates:
        yield Unread(
            span=ids.spans["revision"], reason=f"another file has the revision id {ids.revision!r} too", stops=True
        )


def _unread(reading: Reading) -> Iterator[Unread]:
    """Places that were not read: those the reader names, and every op that stayed opaque."""
    upgrade = reading.revision.upgrade
    yield from upgrade.unread
    for placed in upgrade:
        if isinstance(placed.op, ops.Opaque):
            yield Unread(span=placed.span, reason=placed.op.why)


def _of_graph(workspace: Workspace) -> Iterator[Finding]:
    configuration = workspace.configuration
    revisions = {i: r.revision for i, r in workspace.readings.items()}
    created: dict[TableKey, list[str]] = {}
    for identifier, revision in revisions.items():
        for placed in revision.upgrade:
            if isinstance(placed.op, ops.CreateTable):
                created.setdefault(placed.op.table.key, []).append(identifier)
    ctx = GraphContext(
        graph=workspace.graph,
        revisions=revisions,
        created_in={k: tuple(dict.fromkeys(v)) for k, v in created.items()},
    )
    for found in graph_findings(ctx):
        if configuration.enables(found.code, found.rule):
            yield _followable(found, workspace)


def _followable(finding: Finding, workspace: Workspace) -> Finding:
    """Only the moves of the graph that every known database can follow."""
    if not finding.graph_plans or workspace.knowledge is None:
        return finding
    from migfix.applied.following import narrowed

    return narrowed(finding, workspace.graph, workspace.knowledge())


def findings_of_graph(workspace: Workspace) -> Mapping[str, list[Finding]]:
    """What is wrong with the revision graph, by the path of the file that it is shown in."""
    paths: dict[str, list[Finding]] = {}
    for finding in _of_graph(workspace):
        paths.setdefault(finding.path, []).append(finding)
    return paths


def identity(finding: Finding) -> tuple[str, str]:
    """What makes two findings of a revision the same one."""
    return finding.code, finding.subject
