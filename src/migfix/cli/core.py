"""The one seam between the commands and the core: what they ask, and of whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from migfix.change import Change
from migfix.config import Layout
from migfix.model.ops import Op
from migfix.model.revision import Unread
from migfix.model.target import Target
from migfix.plan import Finding, Unfixable
from migfix.read.site import NotRevision, Reading
from migfix.suppress import UnusedIgnore

if TYPE_CHECKING:
    from migfix.moves.split import Chain


class Report(Protocol):
    """What was found: findings of the graph first, then by path and line."""

    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def unread(self) -> tuple[tuple[str, Unread], ...]: ...
    @property
    def problems(self) -> tuple[NotRevision, ...]: ...
    @property
    def suppressed(self) -> int: ...
    @property
    def unused_ignores(self) -> tuple[UnusedIgnore, ...]: ...
    @property
    def revisions(self) -> int: ...


class Fixed(Protocol):
    """A revision rewritten to a fixed point: in its own file, or as a chain of files."""

    @property
    def changes(self) -> tuple[Change, ...]: ...
    @property
    def chain(self) -> Chain | None: ...
    @property
    def applied(self) -> tuple[Finding, ...]: ...
    @property
    def left(self) -> tuple[tuple[Finding, str], ...]: ...


class Core(Protocol):
    """The verbs of `migfix.engine` that the commands use; a workspace is opaque to them."""

    def examine(self, workspace: Any, *, paths: frozenset[str] | None) -> Report: ...
    def propose(self, workspace: Any, finding: Finding, *, plan: int = 0) -> tuple[Change, ...] | Unfixable: ...
    def replace(self, workspace: Any, changes: Sequence[Change]) -> Any: ...
    def fix(self, workspace: Any, revision_id: str, *, review: bool, choose: Mapping[str, int]) -> Fixed: ...
    def answered(self, workspace: Any, *, values: Mapping[str, str], wheres: Mapping[str, str]) -> Any: ...
    def text(self, workspace: Any, path: str) -> str: ...
    def op(self, workspace: Any, finding: Finding) -> Op | None: ...
    def target(self, workspace: Any) -> Target: ...
    def layout(self, workspace: Any) -> Layout: ...
    def with_layout(self, workspace: Any, layout: Layout) -> Any: ...
    def chain(self, workspace: Any, path: str, text: str, *, later: Sequence[Op]) -> Chain | Unfixable: ...


class Engine:
    """The real core, imported when it is first asked.

    `run_template` lets the project's own `script.py.mako` run where it is more than a form.
    """

    def __init__(self, *, run_template: bool = False) -> None:
        self.run_template = run_template

    def examine(self, workspace: Any, *, paths: frozenset[str] | None) -> Report:
        import migfix.engine as engine

        return engine.examine(workspace, paths=paths)

    def propose(self, workspace: Any, finding: Finding, *, plan: int = 0) -> tuple[Change, ...] | Unfixable:
        import migfix.engine as engine

        layout = self.layout(workspace)
        return engine.propose(workspace, finding, plan=plan, layout=layout, run_template=self.run_template)

    def replace(self, workspace: Any, changes: Sequence[Change]) -> Any:
        import migfix.engine as engine

        return engine.replace(workspace, tuple(changes))

    def fix(self, workspace: Any, revision_id: str, *, review: bool, choose: Mapping[str, int]) -> Fixed:
        import migfix.engine as engine

        if workspace.configuration.layout == "split":
            from migfix.moves.split import split

            return split(workspace, revision_id, review=review, choose=choose, run_template=self.run_template)
        return engine.fix(workspace, revision_id, review=review, choose=choose)

    def answered(self, workspace: Any, *, values: Mapping[str, str], wheres: Mapping[str, str]) -> Any:
        """The workspace with more answers to what plans ask for."""
        from dataclasses import replace

        from migfix.opening import answered

        return replace(workspace, configuration=answered(workspace.configuration, values=values, wheres=wheres))

    def text(self, workspace: Any, path: str) -> str:
        """A file's text as the workspace has it, written or not; empty when it is no revision."""
        found = _reading(workspace, path)
        return found.text if found is not None else ""

    def op(self, workspace: Any, finding: Finding) -> Op | None:
        """The op that a finding is about; None for findings about the file or the graph."""
        found = _reading(workspace, finding.path)
        if found is None or finding.index is None or finding.index >= len(found.revision.upgrade.ops):
            return None
        return found.revision.upgrade.ops[finding.index].op

    def target(self, workspace: Any) -> Target:
        found: Target = workspace.configuration.settings.target
        return found

    def layout(self, workspace: Any) -> Layout:
        found: Layout = workspace.configuration.layout
        return found

    def with_layout(self, workspace: Any, layout: Layout) -> Any:
        """The workspace whose rewrites are laid out like this."""
        from dataclasses import replace

        return replace(workspace, configuration=replace(workspace.configuration, layout=layout))

    def chain(self, workspace: Any, path: str, text: str, *, later: Sequence[Op]) -> Chain | Unfixable:
        """The rewritten text of a file as a chain of revisions; `workspace` is from before."""
        from migfix.moves.split import cut

        found = _reading(workspace, path)
        if found is None:
            return Unfixable(why=f"{path} is no revision")
        return cut(workspace, found, text, later=later, run_template=self.run_template)


def _reading(workspace: Any, path: str) -> Reading | None:
    found = workspace.at(Path(path))
    return found if isinstance(found, Reading) else None


def core(*, run_template: bool = False) -> Core:
    """The core of this run."""
    return Engine(run_template=run_template)
