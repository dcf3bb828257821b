"""Every golden history: what its revisions left behind, and the new revision that finishes it.

A case's answer is its leftovers.txt and its follow_up.py (none: nothing is written). Update both with
`pytest tests/test_golden_followups.py --snapshot-update`, and read the difference.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import golden_cases
from followup_cases import Case, cases
from migfix.change import apply
from migfix.engine import examine
from migfix.followups.api import Leftover, kinds
from migfix.model.applied import Knowledge
from migfix.moves.follow_up import follow_ups
from migfix.moves.new_revision import FollowUp
from migfix.plan import Applicability

CASES = cases()
WRITING = [c for c in CASES if c.writes]


@pytest.fixture(autouse=True)
def epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fixed date for "Create Date"."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")


def _written(case: Case, place: Path) -> FollowUp:
    case.project(place)
    made = case.written(case.workspace(place))
    assert isinstance(made, FollowUp), made
    return made


def _said(found: tuple[Leftover, ...], made: FollowUp) -> str:
    lines = []
    for each in found:
        lines.append(f"{each.revision}:{each.span.line} {each.kind} [{each.applicability.name}] · {each.subject}")
        lines.append(f"  {each.message}")
        lines += [f"  assumes: {a}" for a in each.assumes]
        lines += [f"  check: {c}" for c in each.checks]
        lines += [f"  asks: {n.question} (--{n.kind} {n.key}; suggestion: {n.suggestion})" for n in each.needs]
        lines += [f"  not written: {each.why_not}"] if each.why_not else []
    lines += [f"refused: {f.subject}: {why}" for f, why in made.refused]
    lines += [f"writes: {Path(c.path).name}" for c in made.changes]
    return "\n".join(lines) + "\n" if lines else "nothing\n"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_follow_up_is_the_golden_one(case: Case, tmp_path: Path, snapshot) -> None:
    made = _written(case, tmp_path)
    snapshot.snapshot_dir = case.folder
    snapshot.assert_match(_said(case.found(case.workspace(tmp_path)), made), "leftovers.txt")
    if made.changes:
        snapshot.assert_match("\n\n".join(c.after for c in made.changes), "follow_up.py")
    else:
        assert not case.writes, "nothing is written any more, though the case has a follow_up.py"


@pytest.mark.parametrize("case", WRITING, ids=lambda c: c.name)
def test_existing_files_stay_and_a_second_command_creates_nothing(case: Case, tmp_path: Path) -> None:
    made = _written(case, tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.rglob("*.py")}
    apply(made.changes)
    after = {p.name: p.read_bytes() for p in tmp_path.rglob("*.py")}
    assert before == {name: text for name, text in after.items() if name in before}
    again = case.written(case.workspace(tmp_path))
    assert isinstance(again, FollowUp)
    assert again.changes == ()


@pytest.mark.parametrize("case", WRITING, ids=lambda c: c.name)
def test_the_follow_up_itself_is_clean(case: Case, tmp_path: Path) -> None:
    made = _written(case, tmp_path)
    apply(made.changes)
    workspace = case.workspace(tmp_path)
    report = examine(workspace, paths=frozenset(str(Path(c.path).absolute()) for c in made.changes))
    assert [f"{f.code} {f.message}" for f in report.findings] == []
    assert [u.reason for _, u in report.unread] == []
    assert len(workspace.graph.heads) == 1


OFFLINE = """
import sys
from alembic.config import main
main(["-c", "alembic.ini", "upgrade", sys.argv[1] + ":heads", "--sql"])
"""


@pytest.mark.parametrize("case", WRITING, ids=lambda c: c.name)
def test_the_follow_up_renders_offline(case: Case, tmp_path: Path) -> None:
    made = _written(case, tmp_path)
    head = case.workspace(tmp_path).graph.heads[0]
    apply(made.changes)
    command = [sys.executable, "-c", OFFLINE, head]
    printed = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert printed.returncode == 0, printed.stderr[-2000:]
    assert printed.stdout.count("UPDATE alembic_version") == len(made.changes)


def test_a_revision_that_is_new_leaves_nothing(tmp_path: Path) -> None:
    case = next(c for c in CASES if c.name == "several/in_one_revision")
    case.project(tmp_path)
    workspace = case.workspace(tmp_path)
    knowledge = case.knowledge(workspace)
    nothing = type(knowledge)(source="through", applied=frozenset())
    assert follow_ups(workspace, nothing) == ()
    assert len(follow_ups(workspace, knowledge)) == 3


def test_at_least_half_of_each_kinds_cases_write_nothing() -> None:
    """And every kind has cases at all."""
    counted: dict[str, list[bool]] = {}
    for case in CASES:
        counted.setdefault(case.kind, []).append(not case.writes)
    assert [k.name for k in kinds() if k.name not in counted] == []
    named = {k.name for k in kinds()}
    assert [name for name, kept in counted.items() if name in named and 2 * sum(kept) < len(kept)] == []


@pytest.mark.parametrize("case", [c for c in golden_cases.cases() if c.after is not None], ids=lambda c: c.name)
def test_what_migfix_rewrote_leaves_nothing(case: golden_cases.Case, tmp_path: Path) -> None:
    """A rewritten revision that has run needs no follow-up; what is to review may have been there before."""
    case.project(tmp_path / "project", text=case.after)
    workspace = case.workspace(tmp_path / "project")
    everything = Knowledge(source="through", applied=frozenset(workspace.graph.nodes))
    found = follow_ups(workspace, everything)
    assert [f"{f.kind} {f.message}" for f in found if f.applicability is Applicability.SAFE] == []
