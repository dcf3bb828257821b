"""Layout `split`: a rewritten revision as a chain of small ones, spliced before the original, which stays the last.

A database that has run the original runs nothing; one that has not runs the whole chain; what comes after the original
stays as it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace as changed

from migfix.change import Change
from migfix.engine import Fixed, examine, fix, replace
from migfix.model.record import record
from migfix.moves.split.chain import Chain, Link, cut
from migfix.plan import Finding, Unfixable
from migfix.read.site import Reading
from migfix.read.workspace import Workspace

__all__ = ["Chain", "Link", "Split", "cut", "split"]


@record
class Split:
    """What a fix did, as `Fixed`; `changes` are those of all files of the chain, in the order in which they run."""

    chain: Chain | None = None
    applied: tuple[Finding, ...] = ()
    left: tuple[tuple[Finding, str], ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return () if self.chain is None else self.chain.changes


def split(
    workspace: Workspace,
    revision: str,
    *,
    review: bool = False,
    choose: Mapping[str, int] | None = None,
    only: frozenset[tuple[str, str]] | None = None,
    run_template: bool = False,
) -> Split:
    """Apply plans to one revision as `migfix.engine.fix` does, and cut the result where it commits.

    Where it cannot be cut nothing is applied: every finding is left with the reason.
    """
    done = fix(workspace, revision, review=review, choose=choose, only=only, layout="split")
    if done.change is None:
        return Split(left=done.left)
    plans = [f.plans[(choose or {}).get(f.code, 0)] for f in done.applied if f.plans]
    later = [op for plan in plans for op in plan.later]
    reading = workspace.readings[revision]
    chain = cut(workspace, reading, done.change.after, later=later, run_template=run_template)
    if isinstance(chain, Unfixable):
        return _refused(workspace, reading, done, chain.why)
    if len(chain.links) > 1 and only is None:
        chain = _settled(workspace, chain, review=review, choose=choose, run_template=run_template)
    return Split(chain=chain, applied=done.applied, left=_moved(workspace, chain, done.left))


def _refused(workspace: Workspace, reading: Reading, done: Fixed, why: str) -> Split:
    """All findings where they stand in the file, which stays as it is."""
    reasons = {(f.code, f.subject): why for f in done.applied}
    reasons = {(f.code, f.subject): reason for f, reason in done.left} | reasons
    own = (f for f in _found(workspace, reading.revision.path) if f.index is not None)
    return Split(left=tuple((f, reasons.get((f.code, f.subject), why)) for f in own))


def _moved(workspace: Workspace, chain: Chain, left: Sequence[tuple[Finding, str]]) -> tuple[tuple[Finding, str], ...]:
    """Findings that stay, each where the chain has it."""
    if len(chain.links) == 1 or not left:
        return tuple(left)
    found = _found(replace(workspace, chain.changes), *(c.path for c in chain.changes))
    stands = {(f.code, f.subject): f for f in found}
    return tuple((stands.get((f.code, f.subject), f), why) for f, why in left)


def _found(workspace: Workspace, *paths: str) -> tuple[Finding, ...]:
    return examine(workspace, paths=frozenset(map(os.path.abspath, paths))).findings


def _settled(
    workspace: Workspace, chain: Chain, *, review: bool, choose: Mapping[str, int] | None, run_template: bool
) -> Chain:
    """The chain with what can be rewritten only now, as a statement stands in a revision of its own."""
    links: list[Link] = []
    after = replace(workspace, chain.changes)
    for link in chain.links:
        done = fix(after, link.revision, review=review, choose=choose, layout="split")
        reading = after.readings[link.revision]
        more = cut(after, reading, done.change.after, run_template=run_template) if done.change else None
        if not isinstance(more, Chain):
            links.append(link)
            continue
        first, *rest = (
            changed(new, change=changed(new.change, before=link.change.before))
            if new.change.before is not None
            else new
            for new in more.links
        )
        links += [changed(first, release=link.release or first.release), *rest]
        after = replace(after, more.changes)
    return changed(chain, links=tuple(links))
