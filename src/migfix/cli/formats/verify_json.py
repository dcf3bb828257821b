"""Verdicts as JSON: a contract, described in docs/json.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from migfix.cli.screen import Screen
from migfix.verify.results import Measured, TrafficResult
from migfix.verify.verdict import Offence, Verdict

SCHEMA = "migfix-verify/1"


def render(verdicts: Sequence[Verdict], screen: Screen) -> None:
    """Print the envelope."""
    screen.out(json.dumps(envelope(verdicts), indent=2, ensure_ascii=False))


def envelope(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The whole answer."""
    return {
        "schema": SCHEMA,
        "proven": all(v.proven for v in verdicts),
        "revisions": [_verdict(verdict) for verdict in verdicts],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "revision": verdict.revision,
        "path": verdict.path,
        "server": verdict.server,
        "proven": verdict.proven,
        "failures": list(verdict.failures),
        "schema": verdict.schema,
        "data": verdict.data,
        "crashes": verdict.crashes,
        "rows": [{"table": table, "rows": rows} for table, rows in verdict.rows.items()],
        "clean": list(verdict.clean),
        "cures": list(verdict.cures),
        "max_stall_ms": round(verdict.max_stall * 1000),
        "original": _measured(verdict.original, verdict.offence),
        "rewritten": verdict.rewritten and _measured(verdict.rewritten, verdict.rewritten_offence),
        "notes": list(verdict.notes),
        "seconds": round(verdict.seconds, 3),
    }


def _measured(measured: Measured, why: Offence | None) -> dict[str, Any]:
    return {
        "code": measured.code,
        "sqlstate": measured.sqlstate or None,
        "complaint": measured.complaint or None,
        "offence": why and _offence(why),
        "total_ms": round(measured.total_seconds * 1000),
        "reads_blocked_ms": _ms(measured.longest_read_block_s),
        "writes_blocked_ms": _ms(measured.longest_write_block_s),
        "most_rows_locked": measured.most_rows_locked,
        "statements": [
            {
                "number": step.number,
                "sql": step.sql,
                "started_ms": _ms(step.started),
                "ms": _ms(step.seconds),
                "waited_ms": _ms(step.waited),
                "transaction": step.transaction,
                "locks": [{"table": table, "mode": mode} for table, mode in step.locks],
                "blocks": step.blocks or "nothing",
                "scanned": step.scanned,
                "updated": step.updated,
                "rewritten": list(step.rewritten),
                "wal_bytes": step.wal_bytes,
                "error": step.error,
            }
            for step in measured.statements
        ],
        "locks": [
            {"table": s.table, "mode": s.mode, "start_ms": _ms(s.start), "end_ms": _ms(s.end), "statement": s.step}
            for s in measured.lock_spans
        ],
        "traffic": measured.traffic and _traffic(measured.traffic),
    }


def _offence(why: Offence) -> dict[str, Any]:
    return {
        "statement": why.statement,
        "sqlstate": why.sqlstate,
        "error": why.error,
        "table": why.table,
        "columns": list(why.headings),
        "rows": [list(row) for row in why.rows],
        "total": why.total,
        "advice": why.advice or None,
    }


def _traffic(traffic: TrafficResult) -> dict[str, Any]:
    return {
        "requests": traffic.requests,
        "delayed": traffic.delayed,
        "failed": traffic.failed,
        "longest_read_stall_ms": round(traffic.longest_read_stall_ms, 1),
        "longest_write_stall_ms": round(traffic.longest_write_stall_ms, 1),
        "idle_read_ms": round(traffic.idle_read_ms, 1),
        "idle_write_ms": round(traffic.idle_write_ms, 1),
        "errors": [
            {
                "sqlstate": error.sqlstate,
                "operation": error.operation,
                "table": error.table,
                "message": error.message,
                "statement": error.step,
                "count": error.count,
            }
            for error in traffic.errors
        ],
        "left_out": list(traffic.left_out),
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
