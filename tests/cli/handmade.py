"""Findings made by hand, for tests that need no reader."""

from __future__ import annotations

from dataclasses import replace

from migfix.model.maybe import Name, Table
from migfix.model.revision import Span
from migfix.plan import Applicability, Finding, Plan

SAFE = Plan(title="build the index concurrently", applicability=Applicability.SAFE)


def finding(line: int = 5, *, end_line: int | None = None, **fields: object) -> Finding:
    made = Finding(
        code="MF201",
        rule="create-index",
        message="blocks writes to users while the whole index is built; build it CONCURRENTLY outside the transaction",
        path="versions/3f2a_add_tier.py",
        revision="3f2a",
        span=Span(line, 4, end_line or line, 50),
        index=0,
        table=Table(Name("users")),
        subject="ix_users_email",
        lock="SHARE",
        blocks="writes",
        plans=(SAFE,),
    )
    return replace(made, **fields)  # type: ignore[arg-type]
