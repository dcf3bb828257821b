"""Golden cases as chains: the harnesses with and without a server share how one is made."""

from __future__ import annotations

from pathlib import Path

import golden_cases
from migfix.change import apply
from migfix.moves.split import Split, split


def split_case(case: golden_cases.Case, place: Path, revision: str) -> Split:
    """The case's revision in the project at `place` as a chain, with the case's own configuration; nothing is written."""
    return split(
        case.workspace(place),
        revision,
        review=bool(case.options.get("review")),
        choose=case.options.get("plan", {}),
    )


def write(done: Split) -> None:
    """Write the chain's files."""
    apply(done.changes)
