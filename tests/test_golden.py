"""Every golden case of every rule, held against the promises that need no server.

The case's fix is its after.py (no after.py: the revision must not change) and its findings.txt. Update both with
`pytest tests/test_golden.py --snapshot-update`, and read the difference.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import promises
from golden_cases import Case, cases, graph_cases, make_runnable
from migfix.engine import examine, propose
from migfix.plan import Unfixable
from migfix.rules.api import rules

CASES = cases()


def _findings(case: Case, place: Path, revision: Path) -> str:
    report, done = case.fixed(place, revision)
    lines = []
    for finding in report.findings:
        plans = ", ".join(f"{p.title} [{p.applicability.name}]" for p in (*finding.plans, *finding.graph_plans))
        lines.append(f"{finding.span.line}:{finding.span.column + 1} {finding.code} {finding.rule} · {finding.subject}")
        lines.append(f"  {finding.message}")
        if plans:
            lines.append(f"  plans: {plans}")
        for plan in finding.plans:
            lines += [f"  assumes: {a}" for a in plan.assumes]
            lines += [f"  asks: {n.question} (--{n.kind} {n.key}; suggestion: {n.suggestion})" for n in plan.needs]
            lines += [f"  check: {c}" for c in plan.checks]
        if finding.why_not:
            lines.append(f"  not rewritten: {finding.why_not}")
    lines += [f"unread {u.span.line}: {u.reason}" for _, u in report.unread]
    lines += [f"problem: {p.reason}" for p in report.problems]
    lines += [f"left: {f.code} {f.subject}: {why}" for f, why in done.left]
    return "\n".join(lines).replace(str(place), ".") + "\n" if lines else "nothing\n"


@pytest.fixture(params=CASES, ids=lambda c: c.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


def _fixed_text(case: Case, place: Path, text: str) -> str:
    revision = case.project(place, text=text)
    _, done = case.fixed(place, revision)
    return done.change.after if done.change else text


def test_the_fix_is_the_golden_one(case: Case, tmp_path: Path, snapshot) -> None:
    revision = case.project(tmp_path)
    findings = _findings(case, tmp_path, revision)
    _, done = case.fixed(tmp_path, revision)
    snapshot.snapshot_dir = case.folder
    snapshot.assert_match(findings, "findings.txt")
    if done.change is None:
        assert case.after is None, "the revision is not rewritten any more, though the case has an after.py"
    else:
        snapshot.assert_match(done.change.after.encode(), "after.py")


def test_the_fix_holds_its_promises(case: Case, tmp_path: Path) -> None:
    before = case.before
    after = _fixed_text(case, tmp_path / "one", before)
    if after == before:
        return
    assert _fixed_text(case, tmp_path / "two", after) == after, "fixing the fixed revision changes it again"
    promises.hold(before, after)


def test_line_ends_are_kept(case: Case, tmp_path: Path) -> None:
    unix = case.before.replace("\r\n", "\n")
    after = _fixed_text(case, tmp_path / "lf", unix)
    windows = _fixed_text(case, tmp_path / "crlf", unix.replace("\n", "\r\n"))
    assert windows == after.replace("\n", "\r\n")


def test_a_byte_order_mark_is_kept(case: Case, tmp_path: Path) -> None:
    if case.after is None or case.before.startswith("\ufeff"):
        return
    after = _fixed_text(case, tmp_path / "plain", case.before)
    assert _fixed_text(case, tmp_path / "bom", "\ufeff" + case.before) == "\ufeff" + after


OFFLINE = """
import sys
from alembic.config import main
main(["-c", sys.argv[1], "upgrade", "base:heads", "--sql"])
"""


def test_the_fixed_revision_renders_offline(case: Case, tmp_path: Path) -> None:
    """`alembic upgrade --sql` prints the rewritten revision whole, as it prints the original."""
    if case.after is None or not (case.folder / "setup.py").exists():
        return
    outputs = []
    for name, text in (("before", case.before), ("after", case.after)):
        case.project(tmp_path / name, text=text)
        make_runnable(tmp_path / name)
        command = [sys.executable, "-c", OFFLINE, str(tmp_path / name / "alembic.ini")]
        outputs.append(subprocess.run(command, capture_output=True, text=True, check=False))
    assert [o.returncode for o in outputs] == [0, 0], "".join(o.stderr[-2000:] for o in outputs)
    stamps = [sum(o.stdout.count(f"{verb} alembic_version") for verb in ("UPDATE", "INSERT INTO")) for o in outputs]
    assert stamps == [2, 2]


ON_SQLITE = """
import sys
from alembic.config import main
for step in (["upgrade", "heads"], ["downgrade", "-1"], ["upgrade", "heads"]):
    main(["-c", sys.argv[1], *step])
"""


NOT_ON_SQLITE = {"add-column-foreign-key/sqlite-too"}
"""Where the original itself cannot run: SQLite adds no foreign key to a table that is there."""


def test_the_fixed_revision_runs_on_sqlite_where_the_original_did(case: Case, tmp_path: Path) -> None:
    if case.after is None or "sqlite" not in case.dialects:
        return
    results = []
    for name, text in (("before", case.before), ("after", case.after)):
        case.project(tmp_path / name, text=text)
        make_runnable(tmp_path / name)
        url = f"sqlite:///{tmp_path / name}.db"
        command = [sys.executable, "-c", ON_SQLITE, str(tmp_path / name / "alembic.ini")]
        results.append(
            subprocess.run(command, capture_output=True, text=True, check=False, env={"DATABASE_URL": url, "PATH": ""})
        )
    original, rewritten = results
    assert (original.returncode == 0) is (case.name not in NOT_ON_SQLITE), original.stderr[-3000:]
    if original.returncode == 0:
        assert rewritten.returncode == 0, rewritten.stderr[-3000:]


@pytest.mark.parametrize("case", graph_cases(), ids=lambda c: c.name)
def test_findings_of_the_graph(case: Case, tmp_path: Path, snapshot) -> None:
    versions = tmp_path / "versions"
    versions.mkdir()
    for path in sorted((case.folder / "versions").glob("*.py")):
        (versions / path.name).write_bytes(path.read_bytes())
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    workspace = case.workspace(tmp_path)
    report = examine(workspace)
    lines = []
    for finding in report.findings:
        lines += [f"{finding.code} {finding.revision} · {finding.subject}", f"  {finding.message}"]
        for i, plan in enumerate(finding.graph_plans):
            lines.append(f"  plan {i + 1}: {plan.title} [{plan.applicability.name}]")
            lines += [f"    assumes: {a}" for a in plan.assumes]
            changes = propose(workspace, finding, plan=len(finding.plans) + i)
            if isinstance(changes, Unfixable):
                lines.append(f"    refused: {changes.why}")
            else:
                lines += [re.sub(r"(?m)^(?=.)", "    ", c.diff()) for c in changes]
    text = "\n".join(lines).replace(str(tmp_path).lstrip("/"), ".") + "\n" if lines else "nothing\n"
    snapshot.snapshot_dir = case.folder
    snapshot.assert_match(text, "findings.txt")


def test_half_of_each_rules_cases_must_not_change() -> None:
    """And every rule that rewrites has cases at all."""
    counted: dict[str, list[bool]] = {}
    for case in (*CASES, *graph_cases()):
        counted.setdefault(case.rule, []).append(case.after is None)
    missing = [r.name for r in rules() if r.name not in counted]
    assert not missing, f"rules without golden cases: {missing}"
    assert [name for name, kept in counted.items() if 2 * sum(kept) < len(kept)] == []
