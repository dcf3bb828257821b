"""One moment of one project, for work that goes on in a thread while somebody types on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from migfix.applied.words import refusal
from migfix.change import Change
from migfix.engine import Fixed, examine, fix, propose, why_unanswered
from migfix.lsp.client import Client
from migfix.lsp.edits import Open
from migfix.lsp.findings import Key, Shown, keyed
from migfix.lsp.settings import Settings
from migfix.model.applied import Knowledge
from migfix.model.record import record
from migfix.opening import answered
from migfix.plan import Finding, Unfixable
from migfix.read.site import Reading
from migfix.read.workspace import Workspace

if TYPE_CHECKING:
    from migfix.moves.split import Split

NO_ANSWERS: Mapping[str, str] = {}


@record
class Snapshot:
    """`reading` is the document's, `shown` what is found in it; all of it is immutable."""

    path: Path
    uri: str
    reading: Reading
    shown: tuple[Shown, ...]
    workspace: Workspace
    knowledge: Knowledge
    documents: Open
    client: Client
    settings: Settings

    def finding(self, key: Key) -> Finding | None:
        return next((s.finding for s in self.shown if s.key == key), None)

    def proposal(
        self,
        key: Key,
        plan: int,
        *,
        values: Mapping[str, str] = NO_ANSWERS,
        wheres: Mapping[str, str] = NO_ANSWERS,
    ) -> tuple[Change, ...] | Unfixable:
        """The changes of one plan, with these answers to what it asks for."""
        workspace, finding = self.workspace, self.finding(key)
        if finding is not None and (values or wheres):
            chosen = answered(workspace.configuration, values=values, wheres=wheres)
            workspace = replace(workspace, configuration=chosen)
            place = frozenset({str(Path(finding.path).absolute())})
            finding = keyed(examine(workspace, paths=place)).get(key)
        if finding is None:
            return Unfixable(why="the finding is not there any more")
        chosen_plan = dict(enumerate(finding.plans)).get(plan)
        unanswered = why_unanswered(chosen_plan, workspace.configuration.settings) if chosen_plan else None
        return Unfixable(why=unanswered) if unanswered else propose(workspace, finding, plan=plan)

    def chain(self, *, review: bool, finding: Finding | None = None, plan: int = 0) -> Split:
        """The document cut into a chain of small revisions: with one plan of a finding, or with all that may be applied."""
        from migfix.moves.split import split

        only = None if finding is None else frozenset({(finding.code, finding.subject)})
        choose = None if finding is None else {finding.code: plan}
        return split(self.workspace, self.reading.revision.id, review=review, choose=choose, only=only)

    def fixed(self, *, review: bool) -> Fixed:
        """The document with every plan that `migfix apply` (with `--review`) would carry out."""
        return fix(self.workspace, self.reading.revision.id, review=review)

    def refusal(self, finding: Finding) -> str | None:
        """Why the finding's file must not be edited in place."""
        if finding.index is None or self.knowledge.may_edit(finding.revision):
            return None
        return self.published

    @property
    def published(self) -> str | None:
        """Why this document must not be edited in place; None where it may be."""
        why = refusal(self.reading.revision.id, self.knowledge, self.workspace.graph)
        return None if why is None else f"{why} (here: the setting migfix.unapplied)"
