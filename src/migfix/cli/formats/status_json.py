"""`migfix status` as JSON: the contract `migfix-status/1` of docs/json.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from migfix.cli.screen import Screen
from migfix.cli.words import NAMES
from migfix.errors import DatabaseError
from migfix.model.applied import Knowledge
from migfix.moves.status import Row, Status
from migfix.plan import Finding

SCHEMA = "migfix-status/1"


def render(found: Status, knowledge: Knowledge, unreachable: Sequence[DatabaseError], screen: Screen) -> None:
    known = {row.revision for row in found.rows}
    envelope = {
        "schema": SCHEMA,
        "source": knowledge.source,
        "databases": [
            {
                "name": d.name,
                "versions": list(d.versions),
                "unknown": [v for v in d.versions if v not in known],
                "stamped": d.stamped,
            }
            for d in found.databases
        ],
        "unreachable": [{"name": e.name, "reason": e.cause} for e in unreachable],
        "broken": list(found.broken),
        "problems": [_problem(f) for f in found.problems],
        "revisions": [_row(r) for r in found.rows],
    }
    screen.out(json.dumps(envelope, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace").decode())


def _problem(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "rule": finding.rule,
        "message": finding.message,
        "revision": finding.revision,
        "path": PurePath(finding.path).as_posix(),
        "line": finding.span.line,
        "moves": [
            {"title": p.title, "applicability": NAMES[p.applicability], "assumes": list(p.assumes)}
            for p in finding.graph_plans
        ],
        "withheld": [{"title": title, "why": why} for title, why in finding.withheld],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "revision": row.revision,
        "message": row.message,
        "path": PurePath(row.path).as_posix(),
        "down_revisions": list(row.parents),
        "depends_on": list(row.needs),
        "branch_labels": list(row.labels),
        "is_head": row.is_head,
        "state": row.state,
        "may_edit": row.may_edit,
        "applied_in": list(row.ran),
        "at": list(row.here),
        "risks": [
            {"code": f.code, "applicability": NAMES[f.applicability], "line": f.span.line, "message": f.message}
            for f in row.findings
        ],
        "left_behind": [
            {"kind": x.kind, "subject": x.subject, "message": x.message, "ready": x.is_ready} for x in row.leftovers
        ],
    }
