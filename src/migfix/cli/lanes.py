"""A graph as lanes of text beside its rows, as `git log --graph` draws them; plain ASCII."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def lanes(order: Sequence[str], parents: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str | None]]:
    """Lines from the newest revision to the oldest: the drawing, and the revision whose row it is (None: lines alone).

    `order` has every child before its parents.
    """
    waiting: list[str] = []
    for name in order:
        same = [i for i, n in enumerate(waiting) if n == name]
        for extra in reversed(same[1:]):
            yield _joined(len(waiting), same[0], extra), None
            del waiting[extra]
        if not same:
            waiting.append(name)
        at = same[0] if same else len(waiting) - 1
        yield " ".join("*" if i == at else "|" for i in range(len(waiting))), name
        following = list(parents.get(name, ()))
        if not following:
            if at < len(waiting) - 1:
                yield _closed(len(waiting), at), None
            del waiting[at]
            continue
        waiting[at] = following[0]
        for more in following[1:]:
            yield _opened(len(waiting), at), None
            waiting.insert(at + 1, more)


def _joined(count: int, into: int, extra: int) -> str:
    """The lane `extra` runs into `into`, those right of it move left."""
    drawn = [" "] * (2 * count)
    for i in range(count):
        drawn[2 * i - 1 if i >= extra else 2 * i] = "/" if i >= extra else "|"
    for i in range(2 * into + 1, 2 * extra - 2):
        drawn[i] = "_" if drawn[i] == " " else drawn[i]
    return "".join(drawn).rstrip()


def _opened(count: int, at: int) -> str:
    """A new lane right of `at`; those right of it move right."""
    drawn = [" "] * (2 * count + 1)
    for i in range(count):
        drawn[2 * i + 1 if i > at else 2 * i] = "\\" if i > at else "|"
    drawn[2 * at + 1] = "\\"
    return "".join(drawn).rstrip()


def _closed(count: int, at: int) -> str:
    """The lane ends; those right of it move left."""
    drawn = [" "] * (2 * count)
    for i in range(count):
        if i != at:
            drawn[2 * i - 1 if i > at else 2 * i] = "/" if i > at else "|"
    return "".join(drawn).rstrip()
