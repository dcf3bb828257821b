"""A test for existence returned early, and the revision was stamped without having done anything.

`if not table_exists(): return` skips where the table came later, by another branch: its columns and indexes are missing
there for ever, and the stamp says otherwise. A follow-up adds each of them as the whole chain leaves it, where it is
missing; where the revision did its work, nothing happens. downgrade() leaves them: where they were before they must
stay, and the revision that meant to make them takes them away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from migfix.followups.api import Left, follow_up
from migfix.followups.past import Done, Past
from migfix.followups.repeats import repeated
from migfix.model import ops
from migfix.model.maybe import Table
from migfix.model.revision import ExistenceGuard
from migfix.plan import Applicability, Part, Step

KEPT = "{revision} takes away what it meant to make; where it was before, it must stay."
UNMADE = "no revision before this head certainly creates {table}: where the heads are several, make them one first"
_PRESENT = re.compile(r"if (?!.*\bnot\b)[^;]*(has_table\(|\w*table\w*_exists\(|\w*_?exists\(\)|get_table_names\(\))")
_NO_TABLE = re.compile(r"(column|index|constraint|enum|type)\w*\(|\b(col(umn)?s|indexes)\b", re.IGNORECASE)
"""What a test asks for that is no table."""
_ABSENT = re.compile(r"\bnot\b|\bis False\b|== False\b|\b\w*(missing|absent)\w*\(")


@follow_up(10, "add what was skipped")
def did_nothing(past: Past) -> Iterator[Left]:
    for guard, after in (*past.guards(), *_inside(past)):
        asks = _ABSENT.search(guard.test) and not _NO_TABLE.search(guard.test)
        if asks and not _cannot_skip(guard, after[0], past) and _is_lacking(after, past):
            yield from _left(guard, after, past)


def _inside(past: Past) -> Iterator[tuple[ExistenceGuard, tuple[Done, ...]]]:
    """Ops under `if table_exists():`, as if the test had returned before them."""
    found: dict[tuple[str, str, str], list[Done]] = {}
    for done in past.done:
        condition, table = done.at.condition or "", ops.table_of(done.op)
        if table is not None and _PRESENT.match(condition) and not (done.at.unless or done.at.tested):
            found.setdefault((done.revision, condition, table.name.text), []).append(done)
    for (_, condition, table_name), inside in found.items():
        test = f"not {condition.removeprefix('if ')}"
        yield ExistenceGuard(span=inside[0].at.span, tables=(table_name,), test=test), tuple(inside)


def _cannot_skip(guard: ExistenceGuard, done: Done, past: Past) -> bool:
    """Every table that the test names is created by this revision or one before it."""
    named = {t.rpartition(".")[2] for t in guard.tables}
    made = {
        op.table.name.text
        for d, op in past.of(ops.CreateTable)
        if d.revision == done.revision or past.graph.is_ancestor(d.revision, done.revision)
    }
    return bool(named) and named <= made


def _is_made(table: Table, past: Past) -> bool:
    """Some revision up to the head creates the table without a condition, so that it is there by then."""
    made = (d for d, op in past.of(ops.CreateTable) if op.table.key == table.key)
    return any(d.is_certain for d in made) or any(op.new_name == table.name for _, op in past.of(ops.RenameTable))


def _is_lacking(after: tuple[Done, ...], past: Past) -> bool:
    """No database was asked, or one of those asked lacks a column that the ops add."""
    asked = past.asked(after[0])
    adds = [(d.op.table.key, d.op.column.name.text) for d in after if isinstance(d.op, ops.AddColumn)]
    return not asked or not adds or any(c not in s.columns.get(k, frozenset({c})) for s in asked for k, c in adds)


def _left(guard: ExistenceGuard, after: tuple[Done, ...], past: Past) -> Iterator[Left]:
    repeats = [r for done in after if (r := repeated(done, past)) is not None]
    unmade = next((t for done in after if (t := ops.table_of(done.op)) is not None and not _is_made(t, past)), None)
    comment = (
        f"{after[0].revision} skipped what follows where {', '.join(guard.tables) or 'the table'} was not there yet."
    )
    done_parts = _said([p for r in repeats for p in r.parts], comment)
    needs = tuple(n for r in repeats for n in r.needs)
    out = [r.left_out for r in repeats if r.left_out]
    named = [r.named for r in repeats if r.named]
    if not named:
        return
    first, table = after[0], ", ".join(guard.tables) or "the table"
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    kept = KEPT.format(revision=first.revision)
    yield Left(
        done=first,
        span=guard.span,
        subject=f"{first.revision} {table}",
        message=f"{first.revision} did nothing on databases where {table} was not there yet, and was stamped all the same: {listed} may be missing there; add what is missing",
        slug=f"add what {first.revision} skipped",
        applicability=Applicability.REVIEW if needs or out or any(r.asked for r in repeats) else Applicability.SAFE,
        up=() if needs else done_parts,
        down=(Part(steps=(Step(ops=(), comment=kept),)),),
        needs=needs,
        assumes=tuple(out),
        why_not=UNMADE.format(table=unmade) if unmade else None if done_parts or needs else "; ".join(out) or None,
    )


def _said(parts: list[Part], comment: str) -> tuple[Part, ...]:
    """The parts with the comment on the first."""
    if not parts:
        return ()
    first, *rest = parts
    said = replace(first.steps[0], comment=comment)
    return (replace(first, steps=(said, *first.steps[1:])), *rest)
