"""`migfix status` as text: what is wrong first, then the tree."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from migfix.cli.formats.full import WIDEST, cure, labelled
from migfix.cli.lanes import lanes
from migfix.cli.screen import Screen, printable
from migfix.cli.words import count, listed, place
from migfix.errors import DatabaseError
from migfix.model.applied import Knowledge
from migfix.moves.status import Row, Status
from migfix.plan import Applicability, Finding

SHORTEST_STRETCH = 4
"""Revisions that are folded into one line at least."""
WIDEST_NAME = 12
"""Columns for the name of a database."""
CODES = 4
"""Codes of risks that are named; the rest is counted."""


def render(
    found: Status, knowledge: Knowledge, unreachable: Sequence[DatabaseError], screen: Screen, *, everything: bool
) -> None:
    for line in [*_wrong(found, unreachable, screen), *_tree(found, screen, everything=everything)]:
        screen.out(line)
    screen.out()
    for line in textwrap.wrap(_summary(found, knowledge), min(WIDEST, max(60, screen.width)), break_on_hyphens=False):
        screen.out(line)


def _wrong(found: Status, unreachable: Sequence[DatabaseError], screen: Screen) -> Iterator[str]:
    for line in (*found.broken, *map(str, unreachable)):
        yield from labelled("broken", line, screen)
    if found.broken or unreachable:
        yield ""
    shown: list[str] = []
    for finding in found.problems:
        yield f"{screen.paint(finding.code, 'code')} {screen.paint(finding.rule, 'title')}"
        yield from _problem(finding, found, shown, screen)
        yield ""


def _problem(finding: Finding, found: Status, shown: list[str], screen: Screen) -> Iterator[str]:
    yield from labelled("harm", finding.message, screen)
    if finding.code == "MF801":
        yield from _heads(found, screen)
    else:
        yield from labelled("at", place(finding.path, finding.span), screen)
    known = [p for p in finding.graph_plans if p.title in shown]
    if known:
        numbers = [str(shown.index(p.title) + 1) for p in known]
        yield from labelled("moves", f"{' or '.join(numbers)} above", screen)
    elif finding.withheld and not finding.graph_plans:
        yield from labelled("moves", "none is open to every database", screen)
    for plan in finding.graph_plans:
        if plan.title not in shown:
            shown.append(plan.title)
            yield from labelled(f"move {len(shown)}", cure(plan), screen)
            for assumed in plan.assumes:
                yield from labelled("", f"assumes: {assumed}", screen)
    for title, why in finding.withheld:
        if title not in shown:
            shown.append(title)
            yield from labelled("not open", f"{title}: {why}", screen)
    if finding.why_not and not finding.graph_plans:
        yield from labelled("why not", finding.why_not, screen)
    if finding.code == "MF801" and finding.graph_plans:
        same = " (with the same --check-db)" if found.databases else ""
        do = f"`migfix suggest --all --select MF801`{same} lets you choose one and writes it"
        yield from labelled("do", do, screen)


def _heads(found: Status, screen: Screen) -> Iterator[str]:
    for head in found.heads:
        begun = f", begun by {head.begun_by}" if head.begun_by != head.revision else ""
        who = f"{head.commit.author}, {head.commit.date}" if head.commit is not None else "not in git"
        yield from labelled("head", f"{head.revision} {head.message or '(no message)'}{begun}", screen)
        yield from labelled("", f"{place(head.path, None)} ({who})", screen)
    for revision in found.parting:
        yield from labelled("parting", f"they part at {revision}", screen)


def _tree(found: Status, screen: Screen, *, everything: bool) -> Iterator[str]:
    """Lanes, id, one column for each database (or one for the state), message; risks on a line below."""
    rows = {row.revision: row for row in found.rows}
    lines = list(lanes([r.revision for r in found.rows], {r.revision: r.parents for r in found.rows}))
    names = [d.name for d in found.databases]
    folds = {} if everything else dict(_stretches(lines, rows, names))
    hidden = {n for stretch in folds.values() for n in stretch}
    shown = [r for r in found.rows if r.revision not in hidden]
    drawing = max((len(drawn) for drawn, name in lines if name not in hidden), default=1)
    ids = max((len(r.revision) for r in shown), default=1)
    columns = [max(len(_short(n)), 7) for n in names] or [9]
    margin = drawing + 2
    width = min(WIDEST, screen.width)
    if names:
        head = "  ".join(_short(n).ljust(w) for n, w in zip(names, columns, strict=True))
        yield screen.paint(f"{' ' * (margin + ids + 2)}{head}".rstrip(), "faint")
    for drawn, name in lines:
        if name is None:
            yield drawn
            continue
        row = rows[name]
        if name in folds:
            stretch = folds[name]
            said = f"{count(len(stretch), 'revision')}, {_marked(row, names)}: {stretch[0]} to {stretch[-1]}"
            yield screen.paint(f"{drawn.replace('*', ':').ljust(margin)}{said}", "faint")
        if name in hidden:
            continue
        cells = "  ".join(m.ljust(w) for m, w in zip(_marks(row, names), columns, strict=True))
        start = f"{drawn.ljust(margin)}{screen.paint(name.ljust(ids), 'path')}  {cells}  "
        room = max(20, width - margin - ids - sum(columns) - 2 * len(columns) - 2)
        yield f"{start}{_cut(_said(row, names), room)}".rstrip()
        below = drawn.replace("*", "|" if row.parents else " ").ljust(margin)
        for line in _below(row):
            yield f"{below}{screen.paint(_cut(line, width - margin), 'faint')}".rstrip()


def _stretches(
    lines: Sequence[tuple[str, str | None]], rows: dict[str, Row], names: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Runs of revisions that have nothing to say but where they have run: the first, and all of them."""
    keyed = groupby(lines, key=lambda line: _dull(line, rows, names))
    for key, group in keyed:
        found = tuple(name for _, name in group if name is not None)
        if key is not None and len(found) >= SHORTEST_STRETCH:
            yield found[0], found


def _dull(line: tuple[str, str | None], rows: dict[str, Row], names: Sequence[str]) -> tuple[str, ...] | None:
    """What all of a stretch have in common; None for a revision that must be seen."""
    drawn, name = line
    row = rows[name] if name is not None else None
    if row is None or row.parts or row.labels or row.needs or row.needed or row.here or row.leftovers:
        return None
    if row.state == "new" or (row.may_edit and row.findings) or not row.parents:
        return None
    return (drawn, *_marks(row, names))


def _marks(row: Row, names: Sequence[str]) -> list[str]:
    if not names:
        return [row.state]
    return ["here" if n in row.here else "applied" if n in row.ran else "-" for n in names]


def _marked(row: Row, names: Sequence[str]) -> str:
    if not names or row.state != "applied":
        return row.state
    return "applied" if len(row.ran) == len(names) else f"applied in {', '.join(row.ran)}"


def _said(row: Row, names: Sequence[str]) -> str:
    """The message, and in brackets what stands out."""
    notes = [*row.parts, *(f"label {label}" for label in row.labels)]
    notes += [f"needs {n}" for n in row.needs] + [f"needed by {n}" for n in row.needed]
    notes += [row.state] * bool(names and row.state != "applied")
    tail = f"({', '.join(notes)}) " if notes else ""
    return f"{tail}{printable(row.message or '(no message)')}"


def _below(row: Row) -> Iterator[str]:
    """The risks, and what migfix would do about them."""
    risks = [f"{code} ×{times}" if times > 1 else code for code, times in row.risks]
    named = " ".join(risks[:CODES]) + (f" and {len(risks) - CODES} more" if len(risks) > CODES else "")
    todo = _todo(row)
    if (risks and row.may_edit) or row.leftovers:
        yield " · ".join(filter(None, [named, todo]))
    elif risks:
        ran = f"{listed(row.ran[:3])} {'has' if len(row.ran) == 1 else 'have'} run it" if row.ran else "it has run"
        yield f"{named} · left alone: {ran if row.state == 'applied' else 'a database may have run it'}"


def _todo(row: Row) -> str:
    if row.leftovers and not (row.may_edit and row.findings):
        ready = sum(x.is_ready for x in row.leftovers)
        asked = len(row.leftovers) - ready
        said = [f"`apply --new-revision` finishes {ready}"] * bool(ready) + [f"{asked} to decide"] * bool(asked)
        return ", ".join(said)
    safe, review = row.counted(Applicability.SAFE), row.counted(Applicability.REVIEW)
    said = [f"`apply` rewrites {safe}"] * bool(safe)
    said += [f"`--review` {review} more" if safe else f"`apply --review` rewrites {review}"] * bool(review)
    advice = row.counted(Applicability.ADVICE)
    return ", ".join([*said, *[f"advice on {advice}"] * bool(advice)])


def _summary(found: Status, knowledge: Knowledge) -> str:
    states = [s for s in ("applied", "published", "new") if any(r.state == s for r in found.rows)]
    counted = ", ".join(f"{sum(r.state == s for r in found.rows)} {s}" for s in states)
    heads = count(sum(r.is_head for r in found.rows), "head")
    return f"{count(len(found.rows), 'revision')} ({counted or 'none'}), {heads}. {_source(knowledge)}"


def _source(knowledge: Knowledge) -> str:
    if knowledge.unapplied:
        return "No database has run them, on your word (--unapplied)."
    asked = ", ".join(d.name for d in knowledge.databases)
    return {
        "databases": f"Asked: {asked}.",
        "through": f"Applied through {knowledge.through}, on your word.",
        "git": f"Published: what {knowledge.since} or a tag has; --check-db asks databases.",
        "nothing": "No git, no database asked: all but the heads count as published.",
    }[knowledge.source]


def _short(name: str) -> str:
    return _cut(name, WIDEST_NAME)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"
