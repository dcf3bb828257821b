"""The state of an interactive review: what was decided, what the files look like by now, and the way back.

Nothing is printed or written here. Every change of state is a new `State`, so that undo is the one before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from migfix.change import Change
from migfix.cli.core import Core
from migfix.cli.diffs import merged
from migfix.cli.words import missing_inputs, plans_of
from migfix.config import Layout
from migfix.errors import UsageError
from migfix.model.ops import Op
from migfix.plan import Applicability, Finding, GraphPlan, Plan, Unfixable
from migfix.suppress import with_ignore

Identity: TypeAlias = tuple[str, str, str, int]
Decision: TypeAlias = Literal["open", "accepted", "skipped", "ignored", "cured"]


@dataclass(frozen=True, kw_only=True)
class Item:
    """A finding under review. `edited` is the result as the user changed it by hand."""

    identity: Identity
    finding: Finding
    plan: int = 0
    decision: Decision = "open"
    edited: tuple[Change, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class State:
    """The workspace with all that was accepted, those changes by path, and the items with the one being looked at."""

    workspace: Any
    changes: Mapping[str, Change] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    at: int = 0

    @property
    def item(self) -> Item:
        return self.items[self.at]

    def next_open(self) -> State | None:
        """Look at the first open item after this one, then from the start; None when nothing is open."""
        order = [*range(self.at, len(self.items)), *range(self.at)]
        found = next((i for i in order if self.items[i].decision == "open"), None)
        return None if found is None else replace(self, at=found)


def identified(findings: Iterable[Finding]) -> list[tuple[Identity, Finding]]:
    """Findings with what stays the same when their place changes: code, revision, subject, and which of several."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for finding in findings:
        key = (finding.code, finding.revision, finding.subject)
        found.append(((*key, seen[key]), finding))
        seen[key] += 1
    return found


class Review:
    """A review in progress; `state` is never changed in place."""

    def __init__(
        self,
        core: Core,
        workspace: Any,
        findings: Sequence[Finding],
        *,
        paths: frozenset[str] | None,
        refusal: Callable[[Iterable[Change]], str | None] | None = None,
    ) -> None:
        self._core = core
        self._refusal = refusal
        self._paths = paths
        self._past: list[State] = []
        self._base = workspace
        items = tuple(Item(identity=i, finding=f) for i, f in identified(findings))
        self.state = State(workspace=workspace, items=items)

    @property
    def item(self) -> Item:
        return self.state.item

    def text(self, path: str) -> str:
        return self._core.text(self.state.workspace, path)

    def proposal(self, item: Item | None = None) -> tuple[Change, ...] | Unfixable:
        """What accepting the item would change, or why that cannot be."""
        item = item or self.item
        if item.edited is not None:
            return item.edited
        plans = plans_of(item.finding)
        if item.finding.why_not is not None or not plans:
            return Unfixable(why=item.finding.why_not or "there is no rewrite: the message says what to do")
        plan = plans[item.plan]
        if plan.applicability is Applicability.ADVICE:
            return Unfixable(why="advice: there is nothing to write")
        missing = missing_inputs(plan)
        if missing:
            return Unfixable(why="asks for something only you know: press v")
        made = self._core.propose(self.state.workspace, item.finding, plan=item.plan)
        if not isinstance(made, Unfixable) and all(c.is_empty for c in made):
            return Unfixable(why="this plan changes nothing here")
        return made

    def preview(self, made: tuple[Change, ...]) -> tuple[Change, ...] | Unfixable:
        """What would be written if the proposal were accepted: with layout `split` all files of the chain."""
        plan = _plan_of(self.item)
        own = next((c for c in made if c.path == self.item.finding.path), None)
        if self.layout == "single" or not isinstance(plan, Plan) or own is None:
            return made
        later = [*self._later(own.path), *plan.later]
        chain = self._core.chain(self._base, own.path, own.after, later=later)
        return chain if isinstance(chain, Unfixable) else chain.changes

    def final(self) -> tuple[Change, ...]:
        """What was accepted, in order of path. Raises UsageError when a file cannot be cut any more."""
        found: list[Change] = []
        for path in sorted(self.state.changes):
            change = self.state.changes[path]
            cured = any(isinstance(_plan_of(i), Plan) for i in self._accepted(path))
            if self.layout == "single" or not cured:
                found.append(change)
                continue
            chain = self._core.chain(self._base, path, change.after, later=self._later(path))
            if isinstance(chain, Unfixable):
                raise UsageError(f"{path}: {chain.why}; nothing was written")
            found += chain.changes
        return tuple(found)

    @property
    def layout(self) -> Layout:
        return self._core.layout(self.state.workspace)

    def switch_layout(self) -> bool:
        """single to split or back; False once something was accepted, as each is written for its layout."""
        if self.state.changes:
            return False
        layout: Layout = "split" if self.layout == "single" else "single"
        self.state = replace(self.state, workspace=self._core.with_layout(self.state.workspace, layout))
        self._refresh()
        return True

    def _accepted(self, path: str) -> list[Item]:
        return [i for i in self.state.items if i.decision == "accepted" and i.finding.path == path]

    def _later(self, path: str) -> list[Op]:
        plans = [_plan_of(i) for i in self._accepted(path)]
        return [op for plan in plans if isinstance(plan, Plan) for op in plan.later]

    def accept(self) -> Unfixable | None:
        """Take the current item's rewrite; the refusal when it cannot be."""
        made = self._acceptable()
        if isinstance(made, Unfixable):
            return made
        self._remember()
        self._take(made, "accepted")
        return None

    def _acceptable(self) -> tuple[Change, ...] | Unfixable:
        """The proposal, unless it would edit what must not be edited in place."""
        made = self._cuttable()
        if isinstance(made, Unfixable) or self._refusal is None:
            return made
        why = self._refusal(made)
        return made if why is None else Unfixable(why=why)

    def _cuttable(self) -> tuple[Change, ...] | Unfixable:
        """The proposal, unless it cannot become a chain."""
        made = self.proposal()
        shown = made if isinstance(made, Unfixable) else self.preview(made)
        return shown if isinstance(shown, Unfixable) else made

    def accept_all(self, *, rule: str | None, safe_only: bool) -> int:
        """Take every open item's rewrite, of one rule or of all; what cannot be taken stays open. How many were taken."""
        before, taken, tried = self.state, 0, set[Identity]()
        while True:
            found = self._next_wanted(rule, safe_only, tried)
            if found is None:
                break
            self.state = replace(self.state, at=found)
            tried.add(self.item.identity)
            made = self._acceptable()
            if not isinstance(made, Unfixable):
                self._take(made, "accepted")
                taken += 1
        if taken:
            self._past.append(before)
        self.state = replace(self.state, at=min(before.at, len(self.state.items) - 1))
        return taken

    def _next_wanted(self, rule: str | None, safe_only: bool, tried: set[Identity]) -> int | None:
        for index, item in enumerate(self.state.items):
            wanted = item.decision == "open" and item.identity not in tried and rule in (None, item.finding.code)
            if wanted and not (safe_only and item.finding.applicability is not Applicability.SAFE):
                return index
        return None

    def skip(self) -> None:
        self._remember()
        self._decide([self.state.at], "skipped")

    def skip_file(self) -> None:
        self._remember()
        path = self.item.finding.path
        same = [i for i, x in enumerate(self.state.items) if x.finding.path == path and x.decision == "open"]
        self._decide(same, "skipped")

    def choose(self, number: int) -> bool:
        """Look at another plan, counted from 1; False when there is none."""
        if not 1 <= number <= len(plans_of(self.item.finding)):
            return False
        self._set(replace(self.item, plan=number - 1, edited=None))
        return True

    def edit(self, changes: tuple[Change, ...]) -> None:
        """Put the user's own result in the place of the plan's."""
        self._remember()
        self._set(replace(self.item, edited=changes))

    def answer(self, *, values: Mapping[str, str], wheres: Mapping[str, str]) -> None:
        """Give what plans ask for; every open item is planned anew."""
        self._remember()
        answered = self._core.answered(self.state.workspace, values=values, wheres=wheres)
        self.state = replace(self.state, workspace=answered)
        self._refresh()

    def ignore(self, reason: str) -> None:
        """Write an ignore comment for the current item."""
        self._remember()
        finding = self.item.finding
        text = self.text(finding.path)
        earlier = self.state.changes.get(finding.path)
        encoding = earlier.encoding if earlier else self._encoding(finding.path)
        change = Change(
            path=finding.path, before=text, after=with_ignore(text, finding, reason=reason), encoding=encoding
        )
        self._take((change,), "ignored")

    def _encoding(self, path: str) -> str:
        from migfix.read.source import encoding_of

        try:
            with open(path, "rb") as file:
                found = encoding_of(file.read())
        except (OSError, SyntaxError):
            return "utf-8"
        return "utf-8" if found == "utf-8-sig" else found  # the text keeps its byte order mark as a character

    def move(self, by: int) -> bool:
        """Look at a neighbour, decided or not; False at the ends."""
        at = self.state.at + by
        if not 0 <= at < len(self.state.items):
            return False
        self.state = replace(self.state, at=at)
        return True

    def undo(self) -> bool:
        """Back to before the last decision; False when there was none."""
        if not self._past:
            return False
        self.state = self._past.pop()
        return True

    def advance(self) -> bool:
        """Look at the next open item; False when the review is done."""
        found = self.state.next_open()
        self.state = found or self.state
        return found is not None

    def _remember(self) -> None:
        self._past.append(self.state)

    def _set(self, item: Item) -> None:
        items = list(self.state.items)
        items[self.state.at] = item
        self.state = replace(self.state, items=tuple(items))

    def _decide(self, places: Iterable[int], decision: Decision) -> None:
        items = list(self.state.items)
        for at in places:
            items[at] = replace(items[at], decision=decision)
        self.state = replace(self.state, items=tuple(items))

    def _take(self, changes: tuple[Change, ...], decision: Decision) -> None:
        self._decide([self.state.at], decision)
        workspace = self._core.replace(self.state.workspace, changes)
        self.state = replace(self.state, workspace=workspace, changes=merged(self.state.changes, changes))
        self._refresh()

    def _refresh(self) -> None:
        """Look again at the edited text: places move, plans change, some findings are cured, some are new."""
        report = self._core.examine(self.state.workspace, paths=self._paths)
        found = _by_key(report.findings)
        items = [_renewed(item, found) for item in self.state.items]
        settled = {x.identity[:3] for x in items if x.decision in ("accepted", "ignored")}
        for key, findings in found.items():
            for finding in findings if key not in settled else ():
                order = sum(x.identity[:3] == key for x in items)
                items.insert(_after_file(items, finding.path), Item(identity=(*key, order), finding=finding))
        at = next(i for i, x in enumerate(items) if x.identity == self.item.identity)
        self.state = replace(self.state, items=tuple(items), at=at)


def _plan_of(item: Item) -> Plan | GraphPlan | None:
    plans = plans_of(item.finding)
    return plans[item.plan] if item.plan < len(plans) else None


def _by_key(findings: Iterable[Finding]) -> dict[tuple[str, str, str], list[Finding]]:
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for identity, finding in identified(findings):
        found.setdefault(identity[:3], []).append(finding)
    return found


def _renewed(item: Item, found: Mapping[tuple[str, str, str], list[Finding]]) -> Item:
    """The item as the new report sees it; it takes the first finding of its key that no earlier item took."""
    if item.decision not in ("open", "skipped"):
        return item
    same = found.get(item.identity[:3])
    if not same:
        return item if item.decision == "skipped" else replace(item, decision="cured")
    finding = same.pop(0)
    plan = item.plan if item.plan < len(plans_of(finding)) else 0
    return replace(item, finding=finding, plan=plan, edited=None)


def _after_file(items: Sequence[Item], path: str) -> int:
    places = [i for i, x in enumerate(items) if x.finding.path == path]
    return places[-1] + 1 if places else len(items)
