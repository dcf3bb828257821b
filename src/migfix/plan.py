"""What a rule answers: a finding, and the plans that would cure it, as steps between gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import IntEnum
from typing import Literal, TypeAlias

from migfix.model.maybe import Name, Table
from migfix.model.ops import Op
from migfix.model.record import record
from migfix.model.revision import Span


class Gate(IntEnum):
    """What must have happened before a step: nothing, a commit (the locks of earlier steps are gone), a deploy."""

    NONE = 0
    COMMIT = 1
    DEPLOY = 2


class Applicability(IntEnum):
    """SAFE: same end state, no decision about data. REVIEW: a human must answer something. ADVICE: no rewrite."""

    SAFE = 0
    REVIEW = 1
    ADVICE = 2


@record
class Step:
    """Ops that belong together, and one comment that says why.

    A COMMIT step runs in an autocommit block: each of its ops is a transaction of its own, and nothing before it is
    still locked. An op equal to the one replaced keeps the author's statement as it is written.
    """

    ops: tuple[Op, ...]
    comment: str | None = None
    gate: Gate = Gate.NONE


@record
class Test:
    """Whether something is there when a revision runs: the steps below it run only where it is missing.

    An index that an interrupted build left invalid counts as missing. Offline nothing can be asked, and all is taken
    for missing: the steps must be right, if not cheap, where the thing is there too.
    """

    what: Literal["column", "index"]
    table: Table
    name: Name


@record
class Part:
    """Steps of a function that is written whole, under a test or none. Each must pass a second run by itself."""

    steps: tuple[Step, ...]
    unless: Test | None = None


@record
class Mirror:
    """A change of downgrade(): the op there that undoes what the plan rewrites, and what replaces it.

    `find` matches by type, name and table; nothing happens (and nothing is wrong) when downgrade() has no such op.
    """

    find: Op
    steps: tuple[Step, ...]


@record
class Input:
    """Something only a human knows. `key` is "table.column"; `kind` says which option gives it (--value, --where)."""

    key: str
    kind: Literal["value", "where"]
    question: str
    suggestion: str | None = None
    """An SQL expression found in the revision itself (a Python-side default); never an invention."""


@record
class Plan:
    """One cure. `replaces` gives the steps for each op by its index in `upgrade()`; no steps means: delete it.

    assumes     what must be true for the plan to be right, one sentence each, shown with the diff and, for a REVIEW
                plan, the reason that it is one.
    needs       values to ask for; the plan is not complete (and `replaces` is empty) until they are given.
    mirrors     the changes of downgrade().
    later       ops that a later release must run for the end schema to equal the original's (DROP DEFAULT).
    opt_in      the schema ends differently on purpose (a partial index): applied only when a human picks this plan.
    differs     names of what ends differently on purpose, where the plan changes the end schema.
    checks      queries worth running on production first, e.g. for duplicates; shown, and never run by migfix.
    """

    title: str
    applicability: Applicability
    replaces: Mapping[int, tuple[Step, ...]] = field(default_factory=dict)
    assumes: tuple[str, ...] = ()
    needs: tuple[Input, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    later: tuple[Op, ...] = ()
    opt_in: bool = False
    differs: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


@record
class GraphPlan:
    """A cure of the revision graph: variables of revision files to set, and a merge revision to add.

    edits maps a revision id to its changed variables (Python source by variable name, e.g. ``{"down_revision": "'a'"}``).
    merge names the heads that a new merge revision joins.
    """

    title: str
    applicability: Applicability
    edits: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    merge: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()


Blocks: TypeAlias = Literal["reads+writes", "writes", "nothing"]


@record
class Risk:
    """What a rule says of one op: the harm, and the plans that cure it, best first; `why_not` when there is none.

    message   the harm first, the cure second, with names from the user's file; one or two sentences.
    subject   what it is about within the revision ("users.tier", "ix_users_email"): its identity, with the code.
    lock      PostgreSQL's own word for the strongest table lock ("SHARE"); None where locks are not the harm.
    span      where it is, when that is not the op itself.
    related   other places that matter: path, span, what is there.
    """

    message: str
    subject: str
    lock: str | None = None
    blocks: Blocks = "nothing"
    plans: tuple[Plan, ...] = ()
    graph_plans: tuple[GraphPlan, ...] = ()
    why_not: str | None = None
    span: Span | None = None
    table: Table | None = None
    related: tuple[tuple[str, Span, str], ...] = ()


@record
class GraphRisk(Risk):
    """A risk of the graph or of a whole file; `revision` is the id of the revision it is shown at."""

    revision: str


@record
class Finding:
    """A risk, with the rule that found it and the place it stands at; fields as in `Risk`."""

    code: str
    rule: str
    message: str
    path: str
    revision: str
    span: Span
    index: int | None = None
    """The op in `upgrade()`; None for findings about the file or the graph."""
    table: Table | None = None
    subject: str = ""
    lock: str | None = None
    blocks: Blocks = "nothing"
    plans: tuple[Plan, ...] = ()
    graph_plans: tuple[GraphPlan, ...] = ()
    why_not: str | None = None
    related: tuple[tuple[str, Span, str], ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()
    """Moves of the graph that some database cannot follow: title, and why."""

    @property
    def applicability(self) -> Applicability:
        plans: tuple[Plan | GraphPlan, ...] = (*self.plans, *self.graph_plans)
        return plans[0].applicability if plans and self.why_not is None else Applicability.ADVICE


@record
class Unfixable:
    """A refusal: why the plan cannot be carried out on this file, in words for the user; `patch` what would help."""

    why: str
    patch: str | None = None
