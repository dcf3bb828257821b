"""How deep a statement's expressions may nest, judged before the parser sees them.

libpg_query prints its tree by recursion in C: a chain of some 60,000 operators ends the process. Nothing that people
write comes near the limit here, and an untrusted pull request must not be able to stop a check.
"""

from __future__ import annotations

from collections.abc import Sequence

from migfix.model.sql_text import Token, fold, words

LIMIT = 1000
_DEEPENS = words("at between case collate ilike in is isnull like not notnull overlaps similar")
_FLAT = words("and else or then when")
_JOINS = words("except intersect join union")


def is_too_deep(found: Sequence[Token]) -> bool:
    """The tree may be deeper than `LIMIT`: an upper bound by counting what chains between two commas, ANDs or ORs."""
    if len(found) <= LIMIT:
        return False
    chains, joins, deepest = [0], [0], [0]
    for token in found:
        word = fold(token.text) if token.kind == "word" else token.text
        if token.text in ("(", "["):
            chains.append(0)
            joins.append(0)
            deepest.append(0)
        elif token.text in (")", "]") and len(chains) > 1:
            inner = max(deepest.pop(), chains.pop() + joins.pop()) + 1
            chains[-1] += inner
        elif token.text == "," or word in _FLAT:
            deepest[-1] = max(deepest[-1], chains[-1] + joins[-1])
            chains[-1] = 0
        elif word in _JOINS:
            joins[-1] += 1
        elif token.kind == "op" or word in _DEEPENS:
            chains[-1] += 1
        if chains[-1] + joins[-1] > LIMIT:
            return True
    return False
