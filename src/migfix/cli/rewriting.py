"""All rewrites of the files asked about, carried out in memory: what `apply` writes and `suggest` prints."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from migfix.change import Change
from migfix.cli.core import Core, Report
from migfix.cli.diffs import merged
from migfix.cli.formats.full import labelled
from migfix.cli.screen import Screen, printable
from migfix.cli.words import missing_inputs, place, plans_of
from migfix.model.revision import Span
from migfix.plan import Applicability, Finding, Plan, Unfixable

if TYPE_CHECKING:
    from migfix.moves.split import Chain


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """`report` is of the text before. `changes` are one for each file; `applied` and `left` divide the findings.

    `chains` are the revisions that became several, by the original's id.
    """

    report: Report
    changes: tuple[Change, ...]
    applied: tuple[Finding, ...]
    left: tuple[tuple[Finding, str], ...]
    chains: Mapping[str, Chain] = field(default_factory=dict)

    def of_revision(self, revision: str, path: str) -> tuple[Change, ...]:
        """The changes of one revision: those of its chain, or of its file."""
        chain = self.chains.get(revision)
        if chain is not None:
            return chain.changes
        return tuple(c for c in self.changes if os.path.abspath(c.path) == os.path.abspath(path))

    def span(self, finding: Finding) -> Span | None:
        """Where the finding stood before anything was rewritten; None for one that a rewrite brought about."""
        key = (finding.code, finding.revision, finding.subject)
        return next((f.span for f in self.report.findings if (f.code, f.revision, f.subject) == key), None)

    def assumptions(self) -> Iterator[tuple[Finding, Plan]]:
        """Applied findings whose plan assumes something, asks for a look at the data, or leaves something for later."""
        for finding in self.applied:
            plan = finding.plans[0] if finding.plans else None
            if plan is not None and (plan.assumes or plan.checks or plan.later):
                yield finding, plan


def rewritten(core: Core, workspace: Any, *, paths: frozenset[str], review: bool) -> Rewritten:
    """Every plan that may be applied: safe ones, and with `review` those whose inputs are all given.

    Cures of the graph come first (the schema that a revision meets depends on them), then revision after revision.
    """
    report = core.examine(workspace, paths=paths)
    graph = _graph(core, workspace, report, paths=paths, review=review)
    workspace, changes, applied = graph.workspace, dict(graph.changes), list(graph.applied)
    left: list[tuple[Finding, str]] = []
    chains: dict[str, Chain] = {}
    again = core.examine(workspace, paths=paths) if changes else report
    for revision in dict.fromkeys(f.revision for f in again.findings if not _is_graph(f)):
        fixed = core.fix(workspace, revision, review=review, choose={})
        left += fixed.left
        applied += fixed.applied
        changes = merged(changes, fixed.changes)
        workspace = core.replace(workspace, fixed.changes)
        if fixed.chain is not None:
            chains[revision] = fixed.chain
    left_graph = [(f, graph.refused.get((f.code, f.subject)) or _why(f)) for f in again.findings if _is_graph(f)]
    return Rewritten(
        report=report,
        changes=tuple(changes.values()),
        applied=tuple(applied),
        left=(*left_graph, *left),
        chains=chains,
    )


def _is_graph(finding: Finding) -> bool:
    return finding.index is None


@dataclass(frozen=True, kw_only=True)
class _Graph:
    workspace: Any
    changes: Mapping[str, Change]
    applied: tuple[Finding, ...]
    refused: Mapping[tuple[str, str], str]


def _graph(core: Core, workspace: Any, report: Report, *, paths: frozenset[str], review: bool) -> _Graph:
    """Cure the graph finding by finding; each cure may settle others too."""
    changes: dict[str, Change] = {}
    applied: list[Finding] = []
    refused: dict[tuple[str, str], str] = {}
    found: Iterable[Finding] = report.findings
    tried: set[tuple[str, str]] = set()
    while True:
        todo = [f for f in found if _is_graph(f) and f.graph_plans and (f.code, f.subject) not in tried]
        if not todo:
            return _Graph(workspace=workspace, changes=changes, applied=tuple(applied), refused=refused)
        finding = todo[0]
        tried.add((finding.code, finding.subject))
        most = Applicability.REVIEW if review else Applicability.SAFE
        if finding.graph_plans[0].applicability > most:
            continue
        made = core.propose(workspace, finding, plan=len(finding.plans))
        if isinstance(made, Unfixable):
            refused[finding.code, finding.subject] = made.why
            continue
        workspace = core.replace(workspace, made)
        changes = merged(changes, made)
        applied.append(finding)
        found = core.examine(workspace, paths=paths).findings


def _why(finding: Finding) -> str:
    if finding.why_not:
        return finding.why_not
    if finding.withheld and not finding.graph_plans:
        return "; ".join(f"{title}: {why}" for title, why in finding.withheld)
    return (
        "needs review: --review applies the first cure, `migfix suggest` offers all" if plans_of(finding) else "advice"
    )


def said_left(left: Iterable[tuple[Finding, str]], screen: Screen, *, review: bool) -> Iterator[str]:
    """The findings that stay, each with its reason, and the options that would change that."""
    for finding, why in left:
        head = screen.paint(place(finding.path, finding.span) + ":", "path")
        yield f"{head} {finding.code} {finding.rule} stays: {printable(finding.message)}"
        yield from labelled("why", why, screen)
        plan = next(iter(plans_of(finding)), None)
        if plan is not None and finding.why_not is None and plan.applicability is Applicability.REVIEW:
            options = ["--review"] * (not review) + list(missing_inputs(plan))
            yield from labelled("give", " ".join(options), screen) if options else ()


def said_assumptions(result: Rewritten, screen: Screen) -> Iterator[str]:
    """What must be true for the rewrites to be right."""
    from migfix.emit.short_sql import sql_line

    for finding, plan in result.assumptions():
        head = screen.paint(place(finding.path, result.span(finding)) + ":", "path")
        yield f"{head} {finding.code} {finding.rule}: {plan.title}"
        for label, texts in (
            ("assumes", plan.assumes),
            ("run first", plan.checks),
            ("later", () if finding.revision in result.chains else map(sql_line, plan.later)),
        ):
            for text in texts:
                yield from labelled(label, text, screen)


def said_chains(result: Rewritten, screen: Screen) -> Iterator[str]:
    """The revisions of each chain in the order in which they run."""
    for chain in result.chains.values():
        if len(chain.links) < 2:
            continue
        original = chain.links[-1]
        head = screen.paint(place(original.change.path, None) + ":", "path")
        yield f"{head} {len(chain.links)} revisions, one after the other"
        for link in chain.links:
            if link.release is not None:
                yield screen.paint(
                    f"  -- deploy: the release that {printable(link.release)} must be live first", "title"
                )
            kept = "  (this file)" if link is original else ""
            yield f"  {link.revision}  {printable(link.message)}{kept}"
        if chain.note:
            yield from labelled("note", chain.note, screen)
