"""One finding under review, as text: the harm, the statement now, the cure, what it assumes, the diff."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from migfix.change import Change
from migfix.cli.diffs import diff_lines
from migfix.cli.formats.full import cure, labelled
from migfix.cli.review import Item
from migfix.cli.screen import Screen, printable
from migfix.cli.words import count, locking, place, plans_of
from migfix.cli.words import standing as standing_of
from migfix.emit.short_sql import sql_line, sql_lines
from migfix.facts import Effect, blocked_by, effect
from migfix.model.ops import Op
from migfix.model.target import Target
from migfix.plan import Finding, Gate, GraphPlan, Plan, Unfixable

STRENGTH = ("ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE")
"""Table locks from weak to strong (PostgreSQL manual, table 13.2)."""
NARROWEST_PAIR = 160
"""Columns of the terminal from which two texts stand side by side."""


def file_header(path: str, findings: int, target: Target, state: str, screen: Screen) -> str:
    """`3f2a_add_tier.py    2 risky operations · PostgreSQL ≥ 14 · new since origin/main`."""
    others = sorted(target.dialects - {"postgresql"})
    databases = [f"PostgreSQL ≥ {target.pg_version}"] * ("postgresql" in target.dialects) + [
        d.capitalize() for d in others
    ]
    said = " · ".join([count(findings, "risky operation"), " and ".join(databases), state])
    return f"{screen.paint(printable(PurePath(path).name), 'path')}    {said}"


def title(item: Item, number: int, total: int, screen: Screen) -> str:
    """`(1/2) MF101 add-not-null-column · users.tier · needs a value        line 21`."""
    finding = item.finding
    words = f"({number}/{total}) {finding.code} {finding.rule} · {printable(finding.subject)} · {standing_of(finding)}"
    words += "" if item.decision == "open" else f" · {item.decision}"
    line = f"line {finding.span.line}"
    gap = max(3, min(screen.width, 100) - len(words) - len(line))
    return f"{screen.paint(words, 'title')}{' ' * gap}{screen.paint(line, 'faint')}"


def describe(
    item: Item, op: Op | None, target: Target, made: Sequence[Change] | Unfixable, screen: Screen
) -> Iterator[str]:
    """Everything about the finding except its title and its diff."""
    finding = item.finding
    yield from labelled("harm", finding.message, screen)
    if op is not None:
        yield from labelled("now", " — ".join(filter(None, [sql_line(op), locking(finding)])), screen)
    plans = plans_of(finding)
    plan = plans[item.plan] if plans else None
    if isinstance(made, Unfixable):
        yield from labelled("waits" if made.why.startswith("asks") else "why not", made.why, screen)
        if made.patch:
            yield from labelled("try", made.patch, screen)
    if plan is not None:
        yield from labelled("after", after(plan, target), screen)
        yield from _details(plan, screen)
    for number, other in enumerate(plans, 1):
        if number != item.plan + 1:
            yield from labelled(f"or {number}", cure(other), screen)
    for what, reason in finding.withheld:
        yield from labelled("not open", f"{what}: {reason}", screen)


def after(plan: Plan | GraphPlan, target: Target) -> str:
    """The cure, its steps, and the strongest lock that any of them holds."""
    if isinstance(plan, GraphPlan):
        files = count(len(plan.edits), "file") if plan.edits else ""
        merge = "one merge revision" if plan.merge else ""
        return f"{plan.title} ({' and '.join(filter(None, [files, merge])) or 'nothing to write'})"
    if not plan.replaces:
        return plan.title
    ops = steps(plan)
    if not ops:
        return f"{plan.title}: the statement goes"
    locks = [effect(op, target) for op in ops]
    return f"{plan.title}: {count(len(ops), 'statement')}; {_strongest(locks)}"


def steps(plan: Plan) -> list[Op]:
    """Every op that the plan runs, in order."""
    return [op for index in sorted(plan.replaces) for step in plan.replaces[index] for op in step.ops]


def _strongest(effects: Sequence[Effect]) -> str:
    held = max(effects, key=lambda e: (e.long and blocked_by(e.lock) != "nothing", _strength(e.lock)))
    if held.lock is None:
        return "no table lock"
    if blocked_by(held.lock) == "nothing":
        return f"strongest lock {held.lock}, which blocks neither reads nor writes"
    length = "for as long as it takes to read the table" if held.long else "for a catalogue change only"
    return f"strongest lock {held.lock}, {length}"


def _strength(lock: str | None) -> int:
    return STRENGTH.index(lock) if lock in STRENGTH else -1


def _details(plan: Plan | GraphPlan, screen: Screen) -> Iterator[str]:
    for assumed in plan.assumes:
        yield from labelled("assumes", assumed, screen)
    if not isinstance(plan, Plan):
        return
    for need in plan.needs:
        offer = f" (found in the revision: {need.suggestion})" if need.suggestion else ""
        yield from labelled("asks", f"{need.question}{offer}", screen)
    if any(step.gate is Gate.DEPLOY for found in plan.replaces.values() for step in found):
        yield from labelled("deploy", "new application code must be live between two of the steps", screen)
    for query in plan.checks:
        yield from labelled("run first", query, screen)
    for op in plan.later:
        yield from labelled("later", sql_line(op), screen)


def sql_pair(item: Item, op: Op | None) -> tuple[list[str], list[str]]:
    """The statements now and after; gated ones say that they commit on their own."""
    plans = plans_of(item.finding)
    plan = plans[item.plan] if plans else None
    before = [f"{line};" for line in sql_lines(op)] if op is not None else []
    if not isinstance(plan, Plan):
        return before, []
    found = []
    for index in sorted(plan.replaces):
        for step in plan.replaces[index]:
            tail = {Gate.COMMIT: "  -- commits by itself", Gate.DEPLOY: "  -- after a deploy"}.get(step.gate, "")
            found += [f"{line};{tail}" for each in step.ops for line in sql_lines(each)]
    return before, found


def changes_shown(changes: Sequence[Change], path: str, screen: Screen, *, beside: bool) -> Iterator[str]:
    """The diff, or both texts side by side; files other than `path` are named."""
    for change in changes:
        if change.path != path or len(changes) > 1:
            word = "new file" if change.before is None else "in"
            yield screen.paint(f"{word} {place(change.path, None)}", "faint")
        if beside and change.before is not None:
            yield from _side_by_side(change, screen)
        else:
            yield from diff_lines(_body(change), screen)


def _body(change: Change) -> Change:
    """A new file without what its template says: from upgrade() on."""
    found = re.search(r"^def upgrade\b", change.after, re.MULTILINE) if change.before is None else None
    return change if found is None else replace(change, after=change.after[found.start() :])


def _side_by_side(change: Change, screen: Screen) -> Iterator[str]:
    from migfix.cli.beside import side_by_side

    yield from side_by_side(change, screen)


def refilled(page: str, width: int) -> Iterator[str]:
    """A page's paragraphs filled to a width; lists and code keep their lines."""
    for number, paragraph in enumerate(page.split("\n\n")):
        if number:
            yield ""
        lines = paragraph.split("\n")
        if any(line.startswith((" ", "-", "|", "#", ">")) for line in lines):
            yield from lines
        else:
            yield from textwrap.wrap(" ".join(lines), width, break_long_words=False, break_on_hyphens=False)


def why(finding: Finding, standing: str, screen: Screen) -> Iterator[str]:
    """The lock and the rule's page."""
    from migfix.rules.api import rules

    lock = locking(finding)
    if lock:
        yield from labelled("lock", lock, screen)
    yield from labelled("file", standing, screen)
    page = next((r.page for r in rules() if r.code == finding.code), "")
    yield from (f"  {line}" for line in refilled(page.strip(), min(screen.width, 100) - 2))
    yield screen.paint(f"  migfix explain {finding.code}", "faint")
