"""Check once, fix to a fixed point: the only verbs there are. A fix is always new text; nothing here writes a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from migfix.change import Change
from migfix.judging import findings_of_graph, identity, judge
from migfix.layout import Layout, lay_out
from migfix.model.record import record
from migfix.model.revision import Unread
from migfix.model.target import Settings
from migfix.plan import Applicability, Finding, GraphPlan, Plan, Unfixable
from migfix.read.site import NotRevision, Reading
from migfix.read.workspace import Workspace
from migfix.suppress import UnusedIgnore

_MOST_PASSES = 200
FAULT = "the rewrite did not remove its finding: a fault of migfix, please report it"


@record
class Report:
    """What a check found. `unread` pairs a path with a place in it; `revisions` counts the files that were judged."""

    findings: tuple[Finding, ...]
    unread: tuple[tuple[str, Unread], ...] = ()
    problems: tuple[NotRevision, ...] = ()
    suppressed: int = 0
    unused_ignores: tuple[UnusedIgnore, ...] = ()
    revisions: int = 0


@record
class Fixed:
    """What a fix did to one file: `change` is None when nothing was done; `left` pairs a finding with its reason."""

    change: Change | None
    applied: tuple[Finding, ...] = ()
    left: tuple[tuple[Finding, str], ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return () if self.change is None else (self.change,)

    @property
    def chain(self) -> None:
        """One file is no chain."""
        return None


def examine(workspace: Workspace, *, paths: frozenset[str] | None = None) -> Report:
    """The findings of the project, or of the files in `paths` (absolute): the graph's first, then by path and line."""
    readings = workspace.checked_in(paths)
    graph = findings_of_graph(workspace)
    layout = workspace.configuration.layout
    judged = [(r, judge(workspace, r, graph.get(r.revision.path, ()), layout)) for r in readings]
    found = [f for _, j in judged for f in j.findings]
    return Report(
        findings=tuple(sorted(found, key=_order)),
        unread=tuple((r.revision.path, u) for r, j in judged for u in j.unread),
        problems=workspace.problems_in(paths),
        suppressed=sum(j.suppressed for _, j in judged),
        unused_ignores=tuple(u for _, j in judged for u in j.unused),
        revisions=len(readings),
    )


def propose(
    workspace: Workspace,
    finding: Finding,
    *,
    plan: int = 0,
    layout: Layout = "single",
    run_template: bool = False,
) -> tuple[Change, ...] | Unfixable:
    """The change that applies one plan of a finding (several files only for a plan of the graph), or why it cannot be.

    `plan` counts through the finding's plans, those of the graph after the others. The change of layout `split` is not
    cut into revisions yet: see `migfix.moves.split`. `run_template`: see `revision_file`.
    """
    plans: tuple[Plan | GraphPlan, ...] = (*finding.plans, *finding.graph_plans)
    if not 0 <= plan < len(plans):
        return Unfixable(why=finding.why_not or "there is no rewrite for this")
    chosen = plans[plan]
    if isinstance(chosen, GraphPlan):
        from migfix.emit.graph_edit import graph_changes

        return graph_changes(chosen, workspace.readings, workspace.layout, run_template=run_template)
    reading = _reading(workspace, finding.path)
    text = _rewritten(workspace, reading, chosen, layout)
    return text if isinstance(text, Unfixable) else (change_of(reading, text),)


def replace(workspace: Workspace, changes: Iterable[Change]) -> Workspace:
    """The workspace as it would be with the changes written."""
    for change in changes:
        workspace = workspace.with_text(change.after, Path(change.path))
    return workspace


def fix(
    workspace: Workspace,
    revision: str,
    *,
    review: bool = False,
    choose: Mapping[str, int] | None = None,
    only: frozenset[tuple[str, str]] | None = None,
    layout: Layout = "single",
) -> Fixed:
    """Apply plans to one revision until none is left that may be applied.

    SAFE plans always, REVIEW plans with `review` when all they need is given. `choose` picks another plan by rule
    code; `only` limits the fix to findings by (code, subject). Each pass re-reads the new text, so plans compose.
    The text of layout `split` is not cut into revisions yet: see `migfix.moves.split`.
    """
    first = workspace.readings[revision]
    reading = first
    applied: list[Finding] = []
    refused: dict[tuple[str, str], str] = {}
    found = judge(workspace, reading, (), layout).findings
    for _ in range(_MOST_PASSES):
        step = _next(
            workspace, reading, found, review=review, choose=choose or {}, only=only, layout=layout, refused=refused
        )
        if step is None:
            break
        finding, text = step
        workspace = workspace.with_text(text, Path(first.revision.path))
        after = _reading(workspace, first.revision.path)
        remaining = judge(workspace, after, (), layout).findings
        if _count(remaining, finding) >= _count(found, finding):
            refused[identity(finding)] = FAULT
            workspace = workspace.with_text(reading.text, Path(first.revision.path))
            continue
        applied.append(finding)
        reading, found = after, remaining
        refused = {k: why for k, why in refused.items() if why == FAULT}
    left = tuple((f, _why_left(f, refused, workspace.configuration.settings)) for f in found)
    change = change_of(first, reading.text)
    return Fixed(change=None if change.is_empty else change, applied=tuple(applied), left=left)


def change_of(reading: Reading, text: str) -> Change:
    """The change from a revision as read to new text, in the file's own encoding."""
    from migfix.read.source import encoding_of

    head = reading.text[:400].encode("utf-8", "replace")
    encoding = encoding_of(head)
    return Change(
        path=reading.revision.path,
        before=reading.text,
        after=text,
        encoding="utf-8" if encoding == "utf-8-sig" else encoding,
    )


def _next(
    workspace: Workspace,
    reading: Reading,
    found: Iterable[Finding],
    *,
    review: bool,
    choose: Mapping[str, int],
    only: frozenset[tuple[str, str]] | None,
    layout: Layout,
    refused: dict[tuple[str, str], str],
) -> tuple[Finding, str] | None:
    """The first finding with a plan that may be applied and can be, with the text that results."""
    for finding in found:
        if identity(finding) in refused or (only is not None and identity(finding) not in only):
            continue
        for plan in _allowed(finding, review=review, choice=choose.get(finding.code)):
            text = _rewritten(workspace, reading, plan, layout)
            if isinstance(text, str):
                refused.pop(identity(finding), None)
                return finding, text
            refused[identity(finding)] = text.why
    return None


def _allowed(finding: Finding, *, review: bool, choice: int | None) -> Iterator[Plan]:
    plans = finding.plans if choice is None else finding.plans[choice : choice + 1]
    most = Applicability.REVIEW if review else Applicability.SAFE
    for plan in plans:
        if plan.applicability <= most and plan.replaces and (choice is not None or not plan.opt_in):
            yield plan


def why_unanswered(plan: Plan, settings: Settings) -> str | None:
    """What a plan still asks for, or that the answer which was given is none; None when it can be carried out."""
    answers = {"value": settings.values, "where": settings.wheres}
    given = [(need, answers[need.kind].get(need.key)) for need in plan.needs]
    missing = [f"needs a value for {need.key}" for need, answer in given if answer is None]
    unusable = [f"`{answer}` does not answer: {need.question}" for need, answer in given if answer is not None]
    return next(iter([*missing, *unusable]), None)


def _why_left(finding: Finding, refused: Mapping[tuple[str, str], str], settings: Settings) -> str:
    if identity(finding) in refused:
        return refused[identity(finding)]
    if finding.why_not:
        return finding.why_not
    unanswered = next((w for p in finding.plans for w in [why_unanswered(p, settings)] if w), None)
    if unanswered:
        return unanswered
    if any(p.opt_in for p in finding.plans):
        return "a decision about what the schema shall be: choose it in `migfix suggest`, or give it with --where"
    if finding.graph_plans or finding.plans:
        return "needs review"
    return "there is no rewrite for this"


def _rewritten(workspace: Workspace, reading: Reading, plan: Plan, layout: Layout) -> str | Unfixable:
    """The reading's text with one plan carried out."""
    ctx = workspace.context_of(reading)
    draft = lay_out(plan, ctx, layout=layout)
    if isinstance(draft, Unfixable):
        return draft
    from migfix.emit import rewrite

    return rewrite(reading, draft, ctx)


def _order(finding: Finding) -> tuple[bool, str, str, int, int, str]:
    """The graph's findings first, by code: several heads, then the missing dependency, then the test that hides it."""
    graph = finding.index is None
    return (
        not graph,
        finding.code if graph else "",
        finding.path,
        finding.span.line,
        finding.span.column,
        finding.code,
    )


def _count(found: Iterable[Finding], wanted: Finding) -> int:
    return sum(identity(f) == identity(wanted) for f in found)


def _reading(workspace: Workspace, path: str) -> Reading:
    found = workspace.at(Path(path))
    if not isinstance(found, Reading):
        raise TypeError(f"{path} is no revision any more: {found}")
    return found
