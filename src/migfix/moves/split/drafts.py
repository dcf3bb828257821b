"""The revisions of a chain before they are files: the bodies of their functions, and what each is called."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from migfix.emit.body import bodies
from migfix.emit.pieces import Statement, comment_lines, parse, with_leading
from migfix.emit.style import Style
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed, Span
from migfix.moves.split.gates import gates, restored
from migfix.moves.split.names import needed
from migfix.moves.split.parts import parts_of
from migfix.moves.split.render import Body, code, statements
from migfix.moves.split.titles import reason, title
from migfix.moves.split.undo import given_out, inverse
from migfix.moves.split.units import CannotSplit, Unit
from migfix.plan import Gate, Part, Step, Unfixable


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One revision: the statements of its functions, and the release that must be live before it runs."""

    message: str
    up: tuple[Statement, ...]
    down: tuple[Statement, ...]
    release: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """What the statements read."""
        return needed([ast.parse(code(self.up)), ast.parse(code(self.down))])


@dataclass(frozen=True, kw_only=True)
class Drafter:
    """Cuts both functions of a revision; `later` is what runs last, once the next release is live."""

    up: Body
    down: Body
    ctx: Context
    style: Style
    later: tuple[ops.Op, ...]

    def drafts(self, message: str) -> list[Draft]:
        """One for each revision of the chain; one where nothing commits half-way. Raises CannotSplit."""
        active = self.up.active()
        parts = parts_of(active, self.ctx) if any(u.commits for u in active) else (active,)
        if self.later:
            parts = (*parts, ())
        if len(parts) < 2:
            return [Draft(message=message, up=(), down=())]
        back = given_out(self.down.active(), parts)
        done = [[p.op for p in _placed(part)] for part in parts]
        waits = dict(gates(done))
        last = len(parts) - 1
        parts = tuple(_with_unused(self.up, parts, last - (not parts[-1])))
        back = tuple(_with_unused(self.down, back, last)) if self.down.active() else back
        return [self._draft(n, parts, back[n], done, waits.get(n), message) for n in range(len(parts))]

    def _draft(
        self,
        number: int,
        parts: Sequence[Sequence[Unit]],
        undo: Sequence[Unit],
        done: Sequence[Sequence[ops.Op]],
        release: str | None,
        message: str,
    ) -> Draft:
        after = [o for other in done[number + 1 :] for o in other]
        if not parts[number]:
            return self._last(done, undo)
        up = statements(self.up.written(parts[number]))
        return Draft(
            message=title(
                _placed(parts[number]), later=after, fallback=f"{message}, step {number + 1} of {len(parts)}"
            ),
            up=tuple(self._explained(up, reason(done[number], after), release)),
            down=tuple(self._undone(number, undo, done)),
            release=release,
        )

    def _undone(self, number: int, undo: Sequence[Unit], done: Sequence[Sequence[ops.Op]]) -> list[Statement]:
        everything = [p.op for p in _placed(self.down.units)]
        if not any(not isinstance(o, ops.Harmless) for o in everything):
            return statements(self.down.written(undo)) if undo else []
        chain = [o for each in done for o in each]
        steps = inverse(done[number], [p.op for p in _placed(undo)], everything, chain)
        written = statements(self.down.written(undo)) if undo else []
        return [*self._generated(steps), *written]

    def _last(self, done: Sequence[Sequence[ops.Op]], undo: Sequence[Unit]) -> Draft:
        """What waits for the release after this one."""
        up = self._generated((Step(ops=self.later, gate=Gate.COMMIT),))
        back = [o for op in reversed(self.later) if (o := restored(op, done)) is not None]
        undoing = any(u.acts for u in self.down.units)
        down = self._generated((Step(ops=tuple(back), gate=Gate.COMMIT),)) if back and undoing else []
        release = " and ".join(dict.fromkeys(f"writes {_where(op)} itself" for op in self.later))
        here = [Placed(op=op, index=0, span=_nowhere(), statement=0) for op in self.later]
        return Draft(
            message=title(here, later=(), fallback="the next release"),
            up=tuple(self._explained(up, None, release)),
            down=(*down, *(statements(self.down.written(undo)) if undo else ())),
            release=release,
        )

    def _generated(self, steps: Sequence[Step]) -> list[Statement]:
        if not steps:
            return []
        made = bodies((Part(steps=tuple(steps)),), (), self.ctx, style=self.style)
        if isinstance(made, Unfixable):
            raise CannotSplit(1, made.why)
        return parse(made.upgrade)

    def _explained(self, made: list[Statement], why: str | None, release: str | None) -> list[Statement]:
        """A step that no comment explains gets one, and one that waits for a release says so first."""
        if not made:
            return made
        spoken = any(x.comment for x in getattr(made[0], "leading_lines", ()))
        said = [f"Only when the release that {release} is live."] * (release is not None)
        said += [why] * (why is not None and not spoken)  # type: ignore[list-item]
        lines = [line for text in said for line in comment_lines(text, self.style.width - 4)[1:]]
        return [with_leading(made[0], lines), *made[1:]]


def _with_unused(body: Body, parts: Sequence[Sequence[Unit]], last: int) -> list[tuple[Unit, ...]]:
    """The last part keeps the variables that no part needs, so that nothing of the file is lost."""
    used = {id(u) for part in parts if part for u in body.written(part)}
    unused = [u for u in body.units if body.is_copied(u) and id(u) not in used]
    return [(*part, *unused) if i == last else tuple(part) for i, part in enumerate(parts)]


def _where(op: ops.Op) -> str:
    table, column = ops.table_of(op), getattr(op, "column", None)
    return f"{table}.{column}" if column is not None else str(table)


def _nowhere() -> Span:
    return Span(1, 0, 1, 0)


def _placed(units: Sequence[Unit]) -> list[Placed]:
    return [p for u in units for p in u.ops]
