"""One line per finding, `path:line:column: CODE [*] rule: message`, for editors and grep."""

from __future__ import annotations

from migfix.cli.answer import Answer
from migfix.cli.formats.rest import rest
from migfix.cli.screen import Screen, printable
from migfix.cli.words import MARKS, place, summary
from migfix.plan import Finding


def render(answer: Answer, screen: Screen) -> None:
    for finding in answer.report.findings:
        screen.out(headline(finding, screen, message=True))
    for line in rest(answer.report, screen):
        screen.out(line)
    if not screen.quiet:
        screen.out(summary(answer.report))


def headline(finding: Finding, screen: Screen, *, message: bool) -> str:
    """Where, which rule, whether it can be rewritten; and the harm."""
    mark = MARKS[finding.applicability]
    words = [
        screen.paint(place(finding.path, finding.span) + ":", "path"),
        screen.paint(finding.code, "code"),
        *([screen.paint(mark, finding.applicability.name.lower())] if mark else []),
        f"{finding.rule}: {printable(finding.message)}" if message else finding.rule,
    ]
    return " ".join(words)
