"""Code actions: a quick fix for each plan, fix all, ignore with a reason, explain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from migfix.change import Change
from migfix.errors import UsageError
from migfix.lsp.edits import workspace_edit
from migfix.lsp.findings import Key, Shown
from migfix.lsp.ignoring import REASON, ignored, place_of_reason
from migfix.lsp.snapshot import Snapshot
from migfix.lsp.text import Text
from migfix.model.record import record
from migfix.plan import Applicability, GraphPlan, Input, Plan, Unfixable
from migfix.words import plans_of

if TYPE_CHECKING:
    from migfix.moves.split import Split

FIX_ALL = "source.fixAll.migfix"
REWRITE = "refactor.rewrite.migfix"
KINDS = [types.CodeActionKind.QuickFix, REWRITE, FIX_ALL]
APPLY, APPLY_ALL, ASK, EXPLAIN, PREVIEW, SELECT = (
    f"migfix.{name}" for name in ("applyPlan", "applyAll", "askAndApply", "explain", "preview", "select")
)
ASK_REASON, IGNORE, WHY = "migfix.askAndIgnore", "migfix.ignore", "migfix.why"
NOTHING = "there is nothing left to rewrite here"


@record
class Wanted:
    """What the client asks for: kinds (none: all), and the diagnostics it shows there."""

    range: types.Range
    only: tuple[str, ...] = ()
    diagnostics: tuple[types.Diagnostic, ...] = ()

    def takes(self, kind: str) -> bool:
        """`source` takes `source.fixAll.migfix` too."""
        return not self.only or any(not o or kind == o or kind.startswith(f"{o}.") for o in self.only)


def offered(snapshot: Snapshot, wanted: Wanted) -> list[types.CodeAction]:
    """The actions for a place of a document, the best first."""
    text = Text(snapshot.reading.text, snapshot.client.encoding)
    found: list[types.CodeAction] = []
    here = [s for s in snapshot.shown if _meets(text.range(s.span), wanted.range)]
    for shown in here:
        found += _Offer(snapshot, shown, wanted).all()
    if here and wanted.takes(REWRITE):
        found += _chain(snapshot)
    if wanted.takes(FIX_ALL):
        found += _fix_all(snapshot)
    return found if snapshot.client.disabled else [_saying_why(a) for a in found]


def resolved(snapshot: Snapshot, data: Mapping[str, Any]) -> types.WorkspaceEdit | Unfixable:
    """The edit of an action that was offered without one."""
    made = carried_out(snapshot, data)
    if isinstance(made, Unfixable):
        return made
    return workspace_edit(made, snapshot.documents, snapshot.client)


def carried_out(snapshot: Snapshot, data: Mapping[str, Any]) -> tuple[Change, ...] | Unfixable:
    """The changes that an action's data means: one plan, or all of the document (`review` with it)."""
    review = data.get("review") is True
    chained = data.get("layout", snapshot.workspace.configuration.layout) == "split"
    if "key" not in data:
        if chained:
            return _changes(snapshot.chain(review=review))
        done = snapshot.fixed(review=review)
        return (done.change,) if done.change is not None else Unfixable(why=NOTHING)
    key, plan = key_of(data["key"]), data.get("plan", 0)
    if not isinstance(plan, int):
        raise UsageError(f"plan is a number, counted from 0, not {plan!r}")
    finding = snapshot.finding(key)
    if chained and finding is not None and 0 <= plan < len(finding.plans):
        return _changes(snapshot.chain(review=True, finding=finding, plan=plan))
    return snapshot.proposal(key, plan, values=data.get("values") or {}, wheres=data.get("wheres") or {})


def _changes(done: Split) -> tuple[Change, ...] | Unfixable:
    """Of a chain; where there is none, the reason that most findings were left for."""
    if done.chain is not None:
        return done.changes
    return Unfixable(why=next((why for _, why in done.left), NOTHING))


def key_of(value: object) -> Key:
    """Raises UsageError for what is no key of a finding."""
    match value:
        case [str(code), str(revision), str(subject), int(order)]:
            return code, revision, subject, order
    raise UsageError(f"a finding's key is the one in its diagnostic's data, not {value!r}")


def _meets(one: types.Range, other: types.Range) -> bool:
    first, last = (one.start.line, one.start.character), (one.end.line, one.end.character)
    return first <= (other.end.line, other.end.character) and (other.start.line, other.start.character) <= last


def as_command(action: types.CodeAction) -> types.Command:
    """For clients that know no actions, only commands. An edit without a command becomes one."""
    if action.command is not None:
        return action.command
    return types.Command(title=action.title, command=APPLY, arguments=[action.data])


def _saying_why(action: types.CodeAction) -> types.CodeAction:
    """For clients that cannot show an action as disabled: choosing it tells the reason."""
    if action.disabled is not None:
        title = f"{action.title}: why not now?"
        action.command = types.Command(title=title, command=WHY, arguments=[{"why": action.disabled.reason}])
        action.title, action.disabled = title, None
    return action


def _fix_all(snapshot: Snapshot) -> Iterator[types.CodeAction]:
    single = snapshot.workspace.configuration.layout == "single"
    safe = [s for s in snapshot.shown if s.finding.index is not None and _is_safe(plans_of(s.finding))]
    if not safe or not single or snapshot.published:
        return
    action = types.CodeAction(title="migfix: apply all safe rewrites of this revision", kind=FIX_ALL)
    yield _complete(action, snapshot, {"uri": snapshot.uri, "review": False})


def _chain(snapshot: Snapshot) -> Iterator[types.CodeAction]:
    """The whole revision as a chain of small ones, however the project lays out the others."""
    ready = [s.finding for s in snapshot.shown if s.finding.plans and not s.finding.plans[0].needs]
    if not ready:
        return
    review = any(not _is_safe(f.plans) for f in ready)
    title = f"migfix: rewrite this revision as a chain of small ones{' (review)' if review else ''}"
    action = types.CodeAction(title=title, kind=REWRITE)
    if snapshot.published:
        action.disabled = types.CodeActionDisabled(reason=snapshot.published)
        yield action
    else:
        yield _complete(action, snapshot, {"uri": snapshot.uri, "review": review, "layout": "split"}, creates=True)


def _is_safe(plans: Iterable[Plan | GraphPlan]) -> bool:
    first = next(iter(plans), None)
    return first is not None and first.applicability is Applicability.SAFE


def _complete(
    action: types.CodeAction, snapshot: Snapshot, data: dict[str, Any], *, creates: bool = False
) -> types.CodeAction:
    """The action with its edit, or with what it is computed from later: when the client asks, or as a command of ours.

    `creates`: the edit has new files, which not every client can make.
    """
    if creates and not snapshot.client.creates_files:
        action.command = types.Command(title=action.title, command=APPLY, arguments=[data])
        return action
    if snapshot.client.resolves_edits:
        action.data = data
        return action
    made = resolved(snapshot, data)
    if isinstance(made, Unfixable):
        action.disabled = types.CodeActionDisabled(reason=made.why)
    else:
        action.edit = made
    return action


class _Offer:
    """The actions of one finding."""

    def __init__(self, snapshot: Snapshot, shown: Shown, wanted: Wanted) -> None:
        self._snapshot, self._shown, self._wanted = snapshot, shown, wanted
        self._diagnostics = [
            d
            for d in wanted.diagnostics
            if d.source == "migfix" and d.code == shown.finding.code and _key_in(d) in (None, shown.key)
        ] or None

    def all(self) -> Iterator[types.CodeAction]:
        for number, plan in enumerate(plans_of(self._shown.finding)):
            kind = REWRITE if self._creates_files(plan) else types.CodeActionKind.QuickFix
            if self._wanted.takes(kind):
                yield from self._plan(number, plan, kind)
        if self._wanted.takes(types.CodeActionKind.QuickFix):
            if self._shown.finding.path and self._is_here:
                yield self._ignore()
            yield self._explain()

    @property
    def _is_here(self) -> bool:
        """The finding stands in this document; several heads are shown at the others too."""
        return self._shown.span == self._shown.finding.span

    def _plan(self, number: int, plan: Plan | GraphPlan, kind: str) -> Iterator[types.CodeAction]:
        action = self._action(_title(plan, self._shown.finding.code), kind)
        refusal = self._snapshot.refusal(self._shown.finding)
        if refusal is not None:
            action.disabled = types.CodeActionDisabled(reason=refusal)
            yield action
        elif isinstance(plan, Plan) and plan.needs:
            yield from self._asking(action, number, plan)
        else:
            safe = plan.applicability is Applicability.SAFE
            action.is_preferred = True if safe and number == 0 and self._snapshot.client.preferred else None
            yield self._carried(action, {"uri": self._snapshot.uri, "key": list(self._shown.key), "plan": number}, plan)

    def _carried(self, action: types.CodeAction, data: dict[str, Any], plan: Plan | GraphPlan) -> types.CodeAction:
        return _complete(action, self._snapshot, data, creates=self._creates_files(plan))

    def _creates_files(self, plan: Plan | GraphPlan) -> bool:
        """Carrying it out adds revisions."""
        if isinstance(plan, GraphPlan):
            return bool(plan.merge)
        return self._snapshot.workspace.configuration.layout == "split"

    def _asking(self, action: types.CodeAction, number: int, plan: Plan) -> Iterator[types.CodeAction]:
        """A plan that only a human can complete: the client asks, or what the revision itself suggests is offered."""
        data = {"uri": self._snapshot.uri, "key": list(self._shown.key), "plan": number}
        if ASK in self._snapshot.client.own_commands:
            asked = {**data, "needs": [_need(n) for n in plan.needs]}
            action.command = types.Command(title=action.title, command=ASK, arguments=[asked])
            yield action
            return
        suggested = {n.key: n.suggestion for n in plan.needs if n.suggestion}
        if len(suggested) == len(plan.needs):
            said = ", ".join(f"{key} = {value}" for key, value in suggested.items())
            action.title += f", with {said} (found in the revision)"
            given = {
                f"{kind}s": {n.key: n.suggestion for n in plan.needs if n.kind == kind} for kind in ("value", "where")
            }
            yield self._carried(action, {**data, **given}, plan)
            return
        wanted = " and ".join(f'"{n.key}" in the setting migfix.{n.kind}s' for n in plan.needs)
        reason = f"{plan.needs[0].question} Give {wanted}, or on the command line with --{plan.needs[0].kind}."
        action.disabled = types.CodeActionDisabled(reason=reason)
        yield action

    def _ignore(self) -> types.CodeAction:
        finding, snapshot = self._shown.finding, self._snapshot
        action = self._action(f"{finding.code}: ignore here, with a reason", types.CodeActionKind.QuickFix)
        if ASK_REASON in snapshot.client.own_commands:
            data = {"uri": snapshot.uri, "key": list(self._shown.key)}
            action.command = types.Command(title=action.title, command=ASK_REASON, arguments=[data])
            return action
        if not snapshot.client.literals:
            data = {"uri": snapshot.uri, "key": list(self._shown.key), "reason": REASON}
            action.command = types.Command(title=action.title, command=IGNORE, arguments=[data])
            return action
        change = ignored(snapshot, self._shown, REASON)
        action.edit = workspace_edit([change], snapshot.documents, snapshot.client)
        if snapshot.client.shows:
            place = place_of_reason(change.after, change.before or "", snapshot)
            action.command = types.Command(title="select the reason", command=SELECT, arguments=[place])
        return action

    def _explain(self) -> types.CodeAction:
        finding = self._shown.finding
        data = {"code": finding.code, "uri": self._snapshot.uri, "key": list(self._shown.key)}
        action = self._action(f"{finding.code}: explain {finding.rule}", types.CodeActionKind.QuickFix)
        action.command = types.Command(title=action.title, command=EXPLAIN, arguments=[data])
        return action

    def _action(self, title: str, kind: str) -> types.CodeAction:
        return types.CodeAction(title=title, kind=kind, diagnostics=self._diagnostics)


def _title(plan: Plan | GraphPlan, code: str) -> str:
    review = "" if plan.applicability is Applicability.SAFE else " (review)"
    return f"{code}: {plan.title}{review}"


def _need(need: Input) -> dict[str, Any]:
    return {"key": need.key, "kind": need.kind, "question": need.question, "suggestion": need.suggestion}


def _key_in(diagnostic: types.Diagnostic) -> Key | None:
    data = diagnostic.data
    return key_of(data["key"]) if isinstance(data, dict) and "key" in data else None
