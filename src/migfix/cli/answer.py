"""All that an output format may say of one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from migfix.change import Change
from migfix.cli.core import Core, Report
from migfix.cli.words import missing_inputs, plans_of
from migfix.plan import Applicability, Finding, GraphPlan, Plan, Unfixable

State: TypeAlias = Literal["new", "published", "applied"]


@dataclass(frozen=True, kw_only=True)
class Fix:
    """A plan carried out: the changes, or why there are none."""

    title: str
    applicability: Applicability
    assumes: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    why_not: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A report, and where to ask for more: `state` by path, the file's text, the fixes of a finding."""

    core: Core
    workspace: Any
    report: Report
    state: Callable[[str], State]
    seconds: float

    def text(self, path: str) -> str:
        return self.core.text(self.workspace, path)

    def fixes(self, finding: Finding) -> Iterator[Fix]:
        """Every plan of a finding, carried out in memory."""
        for number, plan in enumerate(plans_of(finding)):
            fix = Fix(title=plan.title, applicability=plan.applicability, assumes=plan.assumes)
            missing = missing_inputs(plan)
            if missing:
                yield _refused(fix, f"give {' and '.join(missing)}")
                continue
            made = self._cut(finding, plan, self.core.propose(self.workspace, finding, plan=number))
            yield _refused(fix, made.why) if isinstance(made, Unfixable) else _with(fix, made)

    def _cut(
        self, finding: Finding, plan: Plan | GraphPlan, made: tuple[Change, ...] | Unfixable
    ) -> tuple[Change, ...] | Unfixable:
        """With layout `split` all files of the chain."""
        if isinstance(made, Unfixable) or not isinstance(plan, Plan) or self.core.layout(self.workspace) == "single":
            return made
        chain = self.core.chain(self.workspace, finding.path, made[0].after, later=plan.later)
        return chain if isinstance(chain, Unfixable) else chain.changes


def _refused(fix: Fix, why: str) -> Fix:
    return Fix(title=fix.title, applicability=fix.applicability, assumes=fix.assumes, why_not=why)


def _with(fix: Fix, changes: tuple[Change, ...]) -> Fix:
    return Fix(title=fix.title, applicability=fix.applicability, assumes=fix.assumes, changes=changes)
