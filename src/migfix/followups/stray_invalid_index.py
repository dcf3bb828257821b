"""A database has an invalid index that no revision builds.

REINDEX INDEX CONCURRENTLY that is interrupted leaves `…_ccnew` or `…_ccold` behind: it is kept up to date by every
write and used by no query. A follow-up drops it concurrently where it is. An invalid index under any other name is only
told, since nobody knows what it was meant for. Found with --check-db alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from migfix.followups.api import Left, follow_up
from migfix.followups.past import Done, Past, Seen, final, table_at
from migfix.model import ops
from migfix.model.schema import TableKey
from migfix.plan import Applicability, Part, Step
from migfix.recipes.indexes import drop_concurrently

_LEFT = re.compile(r".*_cc(new|old)\d*", re.DOTALL)
GONE = "{name} was of no use: nothing to bring back."


@follow_up(70, "drop stray indexes")
def serves_nobody(past: Past) -> Iterator[Left]:
    named = {op.name.text for _, op in past.of(ops.CreateIndex) if op.name is not None}
    for seen in past.seen:
        for key, name in sorted(seen.invalid, key=str):
            done = _last_on(key, seen, past)
            if done is not None and name not in named and not _is_dropped(name, past):
                yield _left(done, key, name, seen, past)


def _last_on(key: TableKey, seen: Seen, past: Past) -> Done | None:
    """The last op on the table that has run there: where it is shown."""
    found = [d for d in past.done if d.revision in seen.ran and (t := ops.table_of(d.op)) is not None and t.key == key]
    return found[-1] if found else None


def _is_dropped(name: str, past: Past) -> bool:
    return any(op.name.text == name for _, op in past.of(ops.DropIndex))


def _left(done: Done, key: TableKey, name: str, seen: Seen, past: Past) -> Left:
    table = table_at(key)
    known = _LEFT.fullmatch(name) is not None
    drop = ops.DropIndex(name=final(name), table=table)
    comment = f"An interrupted REINDEX left {name} on {seen.name}: every write keeps it up, no query uses it."
    step = drop_concurrently(drop, past.context(done), comment=comment)
    return Left(
        done=done,
        subject=f"{table}.{name}",
        message=f"{name} on {table} is invalid on {seen.name}, and no revision builds it: every write pays for it and no query uses it; drop it",
        slug=f"drop {name}",
        applicability=Applicability.SAFE if known else Applicability.ADVICE,
        up=(Part(steps=(step,)),) if known else (),
        down=(Part(steps=(Step(ops=(), comment=GONE.format(name=name)),)),),
        why_not=None if known else "what it was meant for is not known: drop it by hand, or build it again by its name",
    )
