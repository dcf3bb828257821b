"""Texts that are shown and never saved: an explanation, a preview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from migfix.errors import UsageError
from migfix.lsp import actions
from migfix.lsp.snapshot import Snapshot
from migfix.model.record import record
from migfix.plan import Finding, GraphPlan, Plan, Unfixable
from migfix.rules.api import rules
from migfix.words import listed, locking, plans_of


@record
class Shown:
    """A text with the name of the file that it looks like."""

    name: str
    language: str
    text: str


def explanation(snapshot: Snapshot | None, data: Mapping[str, Any]) -> Shown:
    """What is true of a finding, then its rule's page."""
    rule = next((r for r in rules() if data.get("code") in (r.code, r.name)), None)
    if rule is None:
        raise UsageError(f"no rule {data.get('code')!r}; `migfix rules` lists them all")
    finding = snapshot.finding(actions.key_of(data["key"])) if snapshot is not None and "key" in data else None
    lines = [f"# {rule.code} {rule.name}", "", *(_here(finding) if finding is not None else ()), rule.page.strip(), ""]
    return Shown(name=f"{rule.code} {rule.name}.md", language="markdown", text="\n".join(lines))


def _here(finding: Finding) -> Iterator[str]:
    yield f"**Line {finding.span.line}:** {finding.message}"
    lock = locking(finding)
    if lock:
        yield f"\n{lock}."
    for number, plan in enumerate(plans_of(finding), 1):
        yield f"\n{number}. **{plan.title}**"
        yield from (f"   - {line}" for line in _conditions(plan))
    if finding.why_not:
        yield f"\nNot rewritten: {finding.why_not}"
    yield "\n---\n"


def _conditions(plan: Plan | GraphPlan) -> Iterator[str]:
    from migfix.emit.short_sql import sql_line

    yield from (f"assumes: {a}" for a in plan.assumes)
    if isinstance(plan, Plan):
        yield from (f"asks: {need.question}" for need in plan.needs)
        yield from (f"run first: `{query}`" for query in plan.checks)
        yield from (f"later: `{sql_line(op)}`" for op in plan.later)


def preview(snapshot: Snapshot, data: Mapping[str, Any]) -> Shown:
    """What an action would change, as a diff; what stays is said above it."""
    name = f"{snapshot.path.stem}.diff"
    if "key" not in data:
        done = snapshot.fixed(review=data.get("review") is not False)
        left = [f"# {f.code} {f.rule}, line {f.span.line}, stays: {why}" for f, why in done.left]
        codes = listed(dict.fromkeys(f"{f.code} {f.rule}" for f in done.applied))
        head = [f"# rewrites {codes}"] if codes else ["# nothing to rewrite"]
        diff = done.change.diff() if done.change is not None else ""
        return Shown(name=name, language="diff", text="\n".join([*head, *left, "", diff]))
    made = actions.carried_out(snapshot, data)
    if isinstance(made, Unfixable):
        return Shown(name=name, language="diff", text=f"# not rewritten: {made.why}\n")
    return Shown(name=name, language="diff", text="".join(c.diff() for c in made))
