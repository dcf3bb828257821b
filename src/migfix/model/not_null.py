"""Which columns a CHECK condition proves to be NOT NULL, by its text."""

from __future__ import annotations

import re

from migfix.model.maybe import Expr

_TERM = re.compile(r'^\(*\s*(?:"((?:[^"]|"")+)"|([a-z_][a-z0-9_$]*))\s+is\s+not\s+null\s*\)*$', re.IGNORECASE)


def not_null_columns(condition: Expr) -> frozenset[str]:
    """The columns that `a IS NOT NULL [AND b IS NOT NULL …]` names; empty for any other condition.

    PostgreSQL uses such a CHECK, once validated, to skip the scan of SET NOT NULL (ALTER TABLE, SET NOT NULL).
    """
    if not isinstance(condition.value, str):
        return frozenset()
    terms = [_TERM.match(t.strip()) for t in re.split(r"\band\b", condition.value, flags=re.IGNORECASE)]
    return (
        frozenset((m.group(1) or m.group(2).lower()).replace('""', '"') for m in terms if m)
        if all(terms)
        else frozenset()
    )
