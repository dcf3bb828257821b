"""The only door to the follow-ups: what is known of the past, what a leftover is, and every kind of it."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import field
from functools import cache
from typing import TypeAlias, TypeVar

from migfix.followups.past import Done, Past
from migfix.model.record import record
from migfix.model.revision import Span
from migfix.plan import Applicability, Input, Part


@record
class Leftover:
    """Something that a revision left wrong on databases that have run it, and how a new revision finishes it.

    kind      the name of its file ("never-validated"); with `subject` its identity.
    revision  the revision that left it; `path` and `span` are where.
    message   the harm first, the cure second, with names from the user's files.
    slug      what the new revision does, as a person would name it ("validate fk_orders_user").
    up, down  the new revision's two functions; `down` restores the state before.
    needs     values to ask for; `up` is empty until they are given.
    why_not   why there are no steps, where there are none.
    """

    kind: str
    revision: str
    path: str
    span: Span
    subject: str
    message: str
    slug: str
    applicability: Applicability = Applicability.SAFE
    up: tuple[Part, ...] = ()
    down: tuple[Part, ...] = ()
    assumes: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    needs: tuple[Input, ...] = ()
    why_not: str | None = None

    @property
    def is_ready(self) -> bool:
        """There are steps to write."""
        return bool(self.up) and self.why_not is None and not self.needs


@record
class Left:
    """What a kind answers: a leftover without what its place says; fields as in `Leftover`."""

    done: Done
    subject: str
    message: str
    slug: str
    applicability: Applicability = Applicability.SAFE
    up: tuple[Part, ...] = ()
    down: tuple[Part, ...] = ()
    assumes: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    needs: tuple[Input, ...] = ()
    why_not: str | None = None
    span: Span | None = None


Look: TypeAlias = Callable[[Past], Iterator[Left]]
L = TypeVar("L", bound=Look)


@record
class Kind:
    """A kind of leftover as users know it; `page` is its module's docstring.

    together  what a new revision for several of the kind is called.
    """

    name: str
    page: str
    together: str
    order: int
    look: Look = field(repr=False)

    @property
    def summary(self) -> str:
        return self.page.strip().splitlines()[0].rstrip(".")


_KINDS: dict[str, Kind] = {}


def follow_up(order: int, together: str) -> Callable[[L], L]:
    """Declare a kind; its name is its file's name.

    In a follow-up for several kinds the lower `order` comes first. Below 80 the steps commit; from 80 on they run in
    the transaction that stamps the revision, so they need not pass a second run.
    """

    def declare(look: L) -> L:
        module = look.__module__
        page = sys.modules[module].__doc__
        if not page:
            raise TypeError(f"{module} has no docstring: it is what users read of the kind")
        name = module.rpartition(".")[2].replace("_", "-")
        _KINDS[name] = Kind(name=name, page=page, together=together, order=order, look=look)
        return look

    return declare


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind in `migfix.followups`, in the order in which their steps must run."""
    package = importlib.import_module("migfix.followups")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"migfix.followups.{module.name}")
    return tuple(sorted(_KINDS.values(), key=lambda k: (k.order, k.name)))


def leftovers(past: Past) -> tuple[Leftover, ...]:
    """What the past left wrong, by kind, then in the order of its revisions; only what may have run somewhere counts."""
    found: dict[tuple[str, str], Leftover] = {}
    for kind in kinds():
        for left in kind.look(past):
            if left.done.revision in past.ran:
                found.setdefault((kind.name, left.subject), _leftover(kind, left))
    return tuple(found.values())


def _leftover(kind: Kind, left: Left) -> Leftover:
    return Leftover(
        kind=kind.name,
        revision=left.done.revision,
        path=left.done.path,
        span=left.span or left.done.at.span,
        subject=left.subject,
        message=left.message,
        slug=left.slug,
        applicability=left.applicability,
        up=left.up,
        down=left.down,
        assumes=left.assumes,
        checks=left.checks,
        needs=left.needs,
        why_not=left.why_not,
    )
