"""Findings and counts in words for a terminal: the phrases that every format and prompt shares."""

from __future__ import annotations

from pathlib import PurePath

from migfix import words
from migfix.cli.core import Report
from migfix.cli.screen import printable
from migfix.model.revision import Span
from migfix.plan import Applicability, Finding
from migfix.read.site import NotRevision
from migfix.words import BLOCKS, MARKS, NAMES, count, listed, missing_inputs, plans_of, standing

__all__ = [
    "BLOCKS",
    "MARKS",
    "NAMES",
    "count",
    "listed",
    "locking",
    "missing_inputs",
    "place",
    "plans_of",
    "standing",
    "summary",
    "unreadable",
]


def place(path: str, span: Span | None) -> str:
    """ "path:line:column", both counted from 1."""
    where = printable(PurePath(path).as_posix())
    return f"{where}:{span.line}:{span.column + 1}" if span else where


def unreadable(problem: NotRevision) -> str:
    """ "path:line:column: cannot be read: why"."""
    reason = problem.reason.removeprefix(f"line {problem.span.line}: ") if problem.span else problem.reason
    word = "cannot be read" if problem.broken else "no revision"
    return f"{place(problem.path, problem.span)}: {word}: {printable(reason)}"


def locking(finding: Finding) -> str | None:
    """ "SHARE lock on users: blocks writes"; None where locks are not the harm."""
    said = words.locking(finding)
    return None if said is None else printable(said)


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
