"""Each finding with its source line, the harm, the lock, and what can be done about it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from migfix.cli.answer import Answer
from migfix.cli.excerpt import excerpt
from migfix.cli.formats.concise import headline
from migfix.cli.formats.rest import rest
from migfix.cli.screen import Screen, printable
from migfix.cli.words import NAMES, locking, missing_inputs, place, plans_of, summary
from migfix.plan import Finding, GraphPlan, Plan

LABEL = 10
WIDEST = 120


def render(answer: Answer, screen: Screen) -> None:
    for finding in answer.report.findings:
        for line in finding_lines(finding, answer.text(finding.path), screen):
            screen.out(line)
        screen.out()
    lines = list(rest(answer.report, screen))
    for line in lines:
        screen.out(line)
    if lines and not screen.quiet:
        screen.out()
    if not screen.quiet:
        screen.out(summary(answer.report))


def finding_lines(finding: Finding, text: str, screen: Screen) -> Iterator[str]:
    """All there is to say of one finding; `text` is the file's."""
    yield headline(finding, screen, message=False)
    yield from excerpt(text, finding.span, screen)
    yield from _body(finding, screen)


def _body(finding: Finding, screen: Screen) -> Iterator[str]:
    yield from labelled("harm", finding.message, screen)
    lock = locking(finding)
    if lock:
        yield from labelled("lock", lock, screen)
    plans = plans_of(finding)
    for number, plan in enumerate(plans, 1):
        label = "cure" if len(plans) == 1 else f"cure {number}"
        yield from labelled(label, cure(plan), screen)
    for title, why in finding.withheld:
        yield from labelled("not open", f"{title}: {why}", screen)
    if finding.why_not:
        yield from labelled("why not", finding.why_not, screen)
    for path, span, text in finding.related:
        yield from labelled("see", f"{place(path, span)} {text}", screen)


def cure(plan: Plan | GraphPlan) -> str:
    """A plan in one line: what it does, whether it is safe, what it asks for."""
    missing = missing_inputs(plan)
    kind = f"needs {' '.join(missing)}" if missing else NAMES[plan.applicability]
    return f"{plan.title} ({kind})"


def labelled(label: str, text: str, screen: Screen) -> list[str]:
    """`  label   text`, wrapped below itself; a blank label continues the one above."""
    width = max(60, min(WIDEST, screen.width)) - LABEL - 2
    lines = textwrap.wrap(printable(" ".join(text.split())), width, break_long_words=False, break_on_hyphens=False) or [
        ""
    ]
    head = screen.paint(label.ljust(LABEL), "title") if label else " " * LABEL
    return [f"  {head}{lines[0]}", *(f"  {' ' * LABEL}{line}" for line in lines[1:])]
