"""Every rewritten golden case as a chain of revisions, proven against the original on a server.

The chain runs from the revision before it, with rows, between neighbours; killed at every state that a run can leave
behind; there, back, and there again; and as `upgrade --sql`. Then from every place that a database can be at: a chain
that stopped after any of its revisions goes back and on, and a database that ran the original runs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from projects import PARENT, Case, cases
from test_recipes import MAJORS, is_declared

import golden_cases
from migfix.moves.split import Chain
from migfix.verify import Order, Question, Runner, prove
from migfix.verify.baseline import difference, run_sql
from migfix.verify.catalog import dump_schema
from split_cases import split_case, write

CASES = cases(Path(__file__).parent.parent / "golden")
SAMPLE = frozenset(case.name for case in CASES[::6])
"""The cases that run on older servers too."""
REFUSED = {"create-index/one-of-many", "set-not-null/with-rename"}
"""Cases that cannot be a chain; test_split.py beside test_golden.py holds the reasons."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A case whose rewritten project has the chain."""

    question: Question
    chain: Chain


def written(case: Case, into: Path) -> Written | None:
    """Write both projects; None for a case that a chain makes no different from one file."""
    question = case.question(into, neighbours=True)
    project = into / "chain"
    case._project(project, "before", neighbours=True)
    golden = golden_cases.Case(folder=case.folder, options=case.options)
    revision = next(r.revision.id for p, r in golden.workspace(project).files.items() if p.name == "case_before.py")
    done = split_case(golden, project, revision)
    if case.name in REFUSED:
        assert done.chain is None
        return None
    assert done.chain is not None, done.left
    if len(done.chain.links) == 1:
        return None
    write(done)
    waits = any(link.release for link in done.chain.links)
    later = "" if waits else question.later
    return Written(question=replace(question, rewritten=project, later=later), chain=done.chain)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_chain_is_proven(case: Case, runner: Runner, tmp_path: Path) -> None:
    if runner.server.major < case.since or (runner.server.major != MAJORS[0] and case.name not in SAMPLE):
        return
    found = written(case, tmp_path)
    if found is None:
        return
    proof = prove(found.question, runner, per_migration=(False,))
    kept = [failure for failure in proof.failures if not is_declared(case, failure)]
    assert "\n\n".join(map(str, kept)) == ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_database_anywhere_on_the_chain_can_go_back_and_on(
    case: Case, runners: Callable[[int | None], Runner], tmp_path: Path
) -> None:
    runner = runners(MAJORS[0] if MAJORS else None)
    found = written(case, tmp_path)
    if found is None:
        return
    question, server = found.question, runner.server

    def run(project: Path, *argv: str, database: str) -> str:
        done = runner.run(project, Order(argv=argv), database=database)
        return done.complaint if done.code else ""

    with server.scratch() as parent:
        assert run(question.original, "upgrade", PARENT, database=parent) == ""
        before = dump_schema(server, parent)
        run_sql(server, parent, question.rows)
        with server.scratch(template=parent) as database:
            if run(question.original, "upgrade", "head", database=database):
                return
            after = dump_schema(server, database)
            assert run(question.rewritten, "upgrade", "head", database=database) == ""
            assert dump_schema(server, database) == after, "the chain changed a database that ran the original"
            if run(question.original, "downgrade", PARENT, database=database):
                return
            undone = dump_schema(server, database)
        wrong = []
        for link in found.chain.links:
            with server.scratch(template=parent) as database:
                run(question.rewritten, "upgrade", link.revision, database=database)
                failed = run(question.rewritten, "downgrade", PARENT, database=database)
                now = dump_schema(server, database)
                if failed or now not in (undone, before):
                    wrong.append(f"back after `{link.message}`: {failed or difference(before, now)}")
                elif now == before and (failed := run(question.rewritten, "upgrade", "head", database=database)):
                    wrong.append(f"on after `{link.message}`: {failed}")
            with server.scratch(template=parent) as database:
                run(question.rewritten, "upgrade", "head", database=database)
                run(question.rewritten, "downgrade", link.revision, database=database)
                failed = run(question.rewritten, "upgrade", "head", database=database)
                run_sql(server, database, question.later)
                if failed or difference(after, dump_schema(server, database)) != question.accepted.strip():
                    wrong.append(
                        f"on after a way back to `{link.message}`: {failed or difference(after, dump_schema(server, database))}"
                    )
    assert wrong == []
