"""Findings and counts in words: the phrases that every format and prompt shares."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from migfix.cli.core import Report
from migfix.cli.screen import printable
from migfix.model.revision import Span
from migfix.plan import Applicability, Finding, GraphPlan, Plan
from migfix.read.site import NotRevision

MARKS = {Applicability.SAFE: "[*]", Applicability.REVIEW: "[?]", Applicability.ADVICE: ""}
NAMES = {Applicability.SAFE: "safe", Applicability.REVIEW: "review", Applicability.ADVICE: "advice"}
BLOCKS = {"reads+writes": "blocks reads and writes", "writes": "blocks writes", "nothing": "blocks nothing"}


def count(number: int, one: str, many: str | None = None) -> str:
    """ "1 finding", "2 findings"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: Iterable[str]) -> str:
    """ "a, b and c"."""
    found = list(parts)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""


def place(path: str, span: Span | None) -> str:
    """ "path:line:column", both counted from 1."""
    where = printable(PurePath(path).as_posix())
    return f"{where}:{span.line}:{span.column + 1}" if span else where


def unreadable(problem: NotRevision) -> str:
    """ "path:line:column: cannot be read: why"."""
    reason = problem.reason.removeprefix(f"line {problem.span.line}: ") if problem.span else problem.reason
    word = "cannot be read" if problem.broken else "no revision"
    return f"{place(problem.path, problem.span)}: {word}: {printable(reason)}"


def plans_of(finding: Finding) -> tuple[Plan | GraphPlan, ...]:
    """The finding's plans, best first, numbered as the core numbers them."""
    return (*finding.plans, *finding.graph_plans)


def missing_inputs(plan: Plan | GraphPlan) -> tuple[str, ...]:
    """What a plan still asks for, as the options that give it."""
    if not isinstance(plan, Plan):
        return ()
    return tuple(f'--{need.kind} {need.key}="…"' for need in plan.needs)


def standing(finding: Finding) -> str:
    """What stands between the finding and its rewrite: "safe", "needs a value", "needs review", "advice"."""
    plans = plans_of(finding)
    if not plans or finding.why_not is not None:
        return "advice"
    first = plans[0]
    if isinstance(first, Plan) and first.needs:
        kinds = {need.kind for need in first.needs}
        return "needs " + listed([w for k, w in (("value", "a value"), ("where", "a predicate")) if k in kinds])
    return {"safe": "safe", "review": "needs review", "advice": "advice"}[NAMES[first.applicability]]


def locking(finding: Finding) -> str | None:
    """ "SHARE lock on users: blocks writes"; None where locks are not the harm."""
    if finding.lock is None:
        return None
    table = f" on {printable(str(finding.table))}" if finding.table else ""
    if finding.lock == "ROW EXCLUSIVE":
        return f"row locks{table}, kept until the transaction ends: {BLOCKS[finding.blocks]} of those rows"
    return f"{finding.lock} lock{table}: {BLOCKS[finding.blocks]}"


def summary(report: Report) -> str:
    """The last line of a check: what was found and what was not read."""
    broken = len([p for p in report.problems if p.broken])
    by_kind = {kind: sum(f.applicability is kind for f in report.findings) for kind in Applicability}
    said = {
        Applicability.SAFE: f"{by_kind[Applicability.SAFE]} [*] safe to rewrite",
        Applicability.REVIEW: f"{by_kind[Applicability.REVIEW]} [?] to review",
        Applicability.ADVICE: f"{by_kind[Applicability.ADVICE]} advice",
    }
    kinds = ", ".join(text for kind, text in said.items() if by_kind[kind])
    parts = [count(len(report.findings), "finding") + (f" ({kinds})" if kinds else "")]
    parts.append(f"{count(len(report.unread), 'place')} not read" if report.unread else "everything read")
    if broken:
        parts[-1] = (
            f"{count(len(report.unread), 'place')} and " if report.unread else ""
        ) + f"{count(broken, 'file')} not read"
    if report.suppressed:
        parts.append(f"{report.suppressed} ignored by comments")
    return f"{count(report.revisions, 'revision')}: {', '.join(parts)}."
