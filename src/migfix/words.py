"""Findings, plans and locks in words: the phrases that the command line and editors share."""

from __future__ import annotations

from collections.abc import Iterable

from migfix.facts import Effect, blocked_by
from migfix.facts.timeline import Moment
from migfix.model import ops
from migfix.model.revision import Span, Unread
from migfix.plan import Applicability, Finding, GraphPlan, Plan

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
    table = f" on {finding.table}" if finding.table else ""
    if finding.lock == "ROW EXCLUSIVE":
        return f"row locks{table}, kept until the transaction ends: {BLOCKS[finding.blocks]} of those rows"
    return f"{finding.lock} lock{table}: {BLOCKS[finding.blocks]}"


ERROR, WARNING, INFORMATION = 1, 2, 3
"""How much a diagnostic weighs, as the language server protocol counts (DiagnosticSeverity)."""


def weight(finding: Finding, *, editable: bool) -> int:
    """Of a finding; less where others have the file already, so that its risk has been taken."""
    if not editable and finding.index is not None:
        return INFORMATION
    harmless = finding.applicability is Applicability.ADVICE and finding.blocks == "nothing"
    return INFORMATION if harmless else WARNING


def said(finding: Finding) -> str:
    """The harm, and the lock below it."""
    lock = locking(finding)
    return f"{finding.message}\n{lock}" if lock else finding.message


def not_read(unread: Unread) -> str:
    return unread.reason if unread.stops else f"not read, so not judged: {unread.reason}"


def cannot_be_read(reason: str, span: Span | None) -> str:
    """Of a file that should be a revision."""
    return "cannot be read as a revision: " + (reason.removeprefix(f"line {span.line}: ") if span else reason)


def moment_lock(moment: Moment) -> str:
    """ "ACCESS EXCLUSIVE on users: blocks reads and writes; reads every row"."""
    effect = moment.effect
    if isinstance(moment.placed.op, ops.Opaque):
        return "not known"
    if moment.fresh:
        return f"{effect.lock or 'none'}; the table is new in this revision, nobody waits"
    if effect.lock is None:
        return "no table lock that is known"
    table = f" on {moment.table}" if moment.table is not None else ""
    work = effect_work(effect) or "catalogue change only"
    also = f"; {effect.referent_lock} on the table it refers to" if effect.referent_lock else ""
    work = "row locks until the commit" if effect.lock == "ROW EXCLUSIVE" else work
    return f"{effect.lock}{table}: {BLOCKS[blocked_by(effect.lock)]}; {work}{also}"


def effect_work(effect: Effect) -> str:
    """ "reads every row and builds an index"; empty for a catalogue change."""
    return listed(
        words
        for words, does in (
            ("rewrites every row", effect.rewrites),
            ("reads every row", effect.scans),
            ("builds an index", effect.builds),
        )
        if does
    )
