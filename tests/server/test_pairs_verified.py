"""The wrong rewrites once more, as `migfix verify` runs them: one run of each form serves several purposes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from projects import Case as Golden
from test_pairs import PAIRS, WRONG

from migfix.verify import Server
from migfix.verify.case import Case, Options
from migfix.verify.session import Session


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(Server(), Options(rows=0, traffic=False, crash=True)) as session:
        yield session


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rewrite_of_own_rows_is_seen_through(name: str, session: Session, tmp_path: Path) -> None:
    golden = Golden(folder=PAIRS / name)
    question = golden.question(tmp_path)
    session.options = replace(session.options, seed_sql=golden.sql("rows.sql"))
    versions = question.original / "migrations" / "versions"
    after = question.rewritten / "migrations" / "versions" / "case_after.py"
    case = Case(
        project=question.original,
        revision=next(line.split('"')[1] for line in after.read_text().splitlines() if line.startswith("revision")),
        parent=question.parent,
        path=name,
        files={versions / "case_before.py": after.read_bytes()},
    )
    verdict = session.verify(case)
    promise, evidence = WRONG[name]
    assert promise in {failure.split(": ")[0] for failure in verdict.failures}
    assert evidence in "\n".join(verdict.failures)
