"""COMMIT inside a revision: what must not be found first."""

from __future__ import annotations

from build import BLOCK, drop_index, found, index, update

from migfix.model import ops

COMMIT = ops.EndTransaction(verb="commit", how="sql")
BEGIN = ops.EndTransaction(verb="begin", how="sql")


def test_a_transaction_in_an_autocommit_block_is_its_authors() -> None:
    assert found("MF603", (BEGIN, BLOCK), (update("name = 'x'", "id = 1"), BLOCK), (COMMIT, BLOCK)) == []


def test_a_begin_that_closes_the_hack_is_part_of_it() -> None:
    (finding,) = found("MF603", COMMIT, drop_index("i", concurrently=True), BEGIN)
    assert finding.plans[0].replaces.keys() == {0, 1, 2}


def test_another_purpose_has_no_plan() -> None:
    (finding,) = found("MF603", COMMIT, update("name = 'x'", "id = 1"))
    assert finding.plans == ()
    assert "not in the file" in (finding.why_not or "")


def test_a_commit_in_a_loop_has_no_plan() -> None:
    (finding,) = found("MF603", (COMMIT, {"looped": True}), index("i", "name", concurrently=True))
    assert finding.plans == ()


def test_the_block_takes_all_statements_that_the_commit_was_for() -> None:
    steps = (
        COMMIT,
        index("i", "name", concurrently=True),
        index("j", "email", concurrently=True),
        update("name = 'x'", "id = 1"),
    )
    (finding,) = found("MF603", *steps)
    assert finding.plans[0].replaces.keys() == {0, 1, 2}


def test_two_commits_are_two_subjects() -> None:
    steps = (
        COMMIT,
        index("i", "name", concurrently=True),
        update("name = 'x'", "id = 1"),
        COMMIT,
        index("j", "email", concurrently=True),
    )
    assert len({f.subject for f in found("MF603", *steps)}) == 2
