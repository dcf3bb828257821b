"""The `migfix/1` envelope: a contract, described in docs/json.md. Lines and columns count from 1, ends are exclusive."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from migfix.change import Change
from migfix.cli.answer import Answer, Fix
from migfix.cli.screen import Screen
from migfix.cli.words import NAMES
from migfix.plan import Applicability, Finding

SCHEMA = "migfix/1"


def render(answer: Answer, screen: Screen) -> None:
    screen.out(json.dumps(envelope(answer), indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace").decode())
    for ignore in answer.report.unused_ignores:
        screen.note(f"{ignore.path}:{ignore.line}:{ignore.column + 1}: {ignore.message}")


def envelope(answer: Answer) -> dict[str, Any]:
    """The whole answer as JSON values."""
    report = answer.report
    unread = [{"path": _posix(p), "line": u.span.line, "reason": u.reason} for p, u in report.unread]
    broken = [
        {"path": _posix(p.path), "line": p.span.line if p.span else 1, "reason": p.reason}
        for p in report.problems
        if p.broken
    ]
    counted = {name: sum(f.applicability is kind for f in report.findings) for kind, name in NAMES.items()}
    return {
        "schema": SCHEMA,
        "findings": [_finding(f, answer) for f in report.findings],
        "unread": [*unread, *broken],
        "summary": {
            "revisions": report.revisions,
            "findings": len(report.findings),
            **counted,
            "unread": len(unread) + len(broken),
            "suppressed": report.suppressed,
            "seconds": round(answer.seconds, 3),
        },
    }


def _finding(finding: Finding, answer: Answer) -> dict[str, Any]:
    fixes = list(answer.fixes(finding))
    done = [f for f in fixes if f.why_not is None]
    refused = [*((f.title, f.why_not) for f in fixes if f.why_not is not None), *finding.withheld]
    refusals = "; ".join(f"{title}: {why}" for title, why in refused)
    return {
        "code": finding.code,
        "rule": finding.rule,
        "applicability": NAMES[finding.applicability],
        "path": _posix(finding.path),
        "line": finding.span.line,
        "column": finding.span.column + 1,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column + 1,
        "revision": finding.revision,
        "table": str(finding.table) if finding.table else None,
        "message": finding.message,
        "lock": finding.lock,
        "blocks": finding.blocks,
        "state": answer.state(finding.path),
        "fixes": [_fix(f) for f in done],
        "why_not": finding.why_not or refusals or None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    old = [c for c in fix.changes if c.before is not None]
    new = [c for c in fix.changes if c.before is None]
    return {
        "title": fix.title,
        "applicability": NAMES[Applicability(fix.applicability)],
        "assumes": list(fix.assumes),
        "edits": list(_edits(old)),
        "new_files": [{"path": _posix(c.path), "content": c.after} for c in new],
        "diff": "".join(c.diff() for c in fix.changes),
    }


def _edits(changes: Iterable[Change]) -> Iterable[dict[str, Any]]:
    for change in changes:
        for edit in change.text_edits():
            yield {
                "path": _posix(change.path),
                "line": edit.line,
                "column": edit.column + 1,
                "end_line": edit.end_line,
                "end_column": edit.end_column + 1,
                "new_text": edit.new_text,
            }


def _posix(path: str) -> str:
    return PurePath(path).as_posix()
