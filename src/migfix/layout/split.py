"""Layout `split`: what a step needs, and what it does not, when it is a revision of its own."""

from __future__ import annotations

from dataclasses import replace

from migfix.model import ops
from migfix.plan import Gate, Step

_MADE = (
    ops.CreateForeignKey,
    ops.CreateCheckConstraint,
    ops.CreateUniqueConstraint,
    ops.CreatePrimaryKey,
    ops.SetNotNullNotValid,
)


def standing_alone(step: Step, author: ops.Op) -> tuple[ops.Op, ...]:
    """The step's ops as a revision of its own runs them; `author` is the op that the step stands for.

    A step of the surrounding transaction commits together with its revision's stamp: nothing of it can be there
    already, so the guards of what it adds go. A step that commits by itself runs again after an
    interruption without the steps before it, so what it drops may be gone.
    """
    if step.gate is Gate.NONE:
        return tuple(_plain(op, author) for i, op in enumerate(step.ops) if not _clears_way(op, step.ops[i + 1 :]))
    return tuple(replace(op, if_exists=True) if isinstance(op, ops.DropConstraint) else op for op in step.ops)


def _plain(op: ops.Op, author: ops.Op) -> ops.Op:
    own = isinstance(author, ops.AddColumn) and author.if_not_exists
    return replace(op, if_not_exists=False) if isinstance(op, ops.AddColumn) and not own else op


def _clears_way(op: ops.Op, later: tuple[ops.Op, ...]) -> bool:
    guarded = isinstance(op, ops.DropConstraint) and op.if_exists
    return guarded and any(isinstance(o, _MADE) for o in later)
