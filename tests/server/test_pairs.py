"""The harness itself: hand-made rewrites that it must accept, and wrong ones that it must see through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from projects import Case

from migfix.verify import Runner, prove
from migfix.verify.baseline import Baseline
from migfix.verify.crash import crash_everywhere, crashed, kill_points, without_repetition
from migfix.verify.statements import Run, Statement

PAIRS = Path(__file__).parent / "pairs"
RIGHT = (
    "add-fill-constrain-index",
    "add-foreign-key",
    "create-index",
    "elsewhere-on-purpose",
    "original-fails-on-rows",
    "original-never-runs",
    "volatile-default",
)
WRONG = {
    "wrong-loses-default": ("Same destination", "DEFAULT 'free'"),
    "wrong-forgets-half": ("Same destination", "data differ in public.users; columns: public.users.email_norm"),
    "wrong-never-validated": (
        "Same destination",
        "left behind: constraint not validated fk_orders_user on public.orders",
    ),
    "wrong-not-rerunnable": ("Safe to re-run", "already exists"),
    "wrong-keeps-invalid-index": ("Safe to re-run", "left behind: invalid index public.ix_users_email_norm"),
    "wrong-same-transaction": ("No long stall", "AccessExclusiveLock on public.users blocks reads and writes"),
}


@pytest.mark.parametrize("neighbours", [False, True], ids=["alone", "neighbours"])
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_rewrite_is_proven(name: str, neighbours: bool, runner: Runner, tmp_path: Path) -> None:
    proof = prove(Case(folder=PAIRS / name).question(tmp_path, neighbours=neighbours), runner)
    assert str(proof) == "proven"


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rewrite_is_seen_through(name: str, runner: Runner, tmp_path: Path) -> None:
    promise, evidence = WRONG[name]
    proof = prove(Case(folder=PAIRS / name).question(tmp_path), runner, per_migration=(False,))
    assert {promise} == {failure.promise for failure in proof.failures if failure.promise != "Self-contained output"}
    assert evidence in str(proof)


def test_the_original_stalls_and_the_rewritten_form_does_not(runner: Runner, tmp_path: Path) -> None:
    proof = prove(Case(folder=PAIRS / "add-fill-constrain-index").question(tmp_path), runner, per_migration=(False,))
    stalls = [(scan.mode, scan.work, scan.statement.sql.split()[0]) for scan in proof.original.blocking_scans()]
    assert stalls == [
        ("AccessExclusiveLock", "reads 60 row versions of public.users", "UPDATE"),
        ("AccessExclusiveLock", "reads 60 row versions of public.users", "ALTER"),
        ("AccessExclusiveLock", "reads 120 row versions of public.users", "CREATE"),
    ]
    assert [trace.blocking_scans() for trace in proof.rewritten] == [()]


def test_rows_changed_in_one_transaction_are_counted_against_the_batch(runner: Runner, tmp_path: Path) -> None:
    question = Case(folder=PAIRS / "add-fill-constrain-index").question(tmp_path)
    assert prove(question, runner, per_migration=(False,), batch=25).holds
    proof = prove(question, runner, per_migration=(False,), batch=24)
    assert [failure.promise for failure in proof.failures] == ["No long stall", "No long stall"]
    assert "changes 25 rows in one transaction" in str(proof)


def test_an_original_that_fails_on_rows_is_compared_without_data(runner: Runner, tmp_path: Path) -> None:
    proof = prove(Case(folder=PAIRS / "original-fails-on-rows").question(tmp_path), runner)
    assert proof.holds
    assert proof.original_error is not None
    assert 'NotNullViolation: column "country" of relation "users" contains null values' in proof.original_error


def test_an_original_that_never_runs_is_named(runner: Runner, tmp_path: Path) -> None:
    proof = prove(Case(folder=PAIRS / "original-never-runs").question(tmp_path), runner)
    assert proof.holds
    assert any("the rewritten form was compared with itself" in note for note in proof.notes)


def test_an_accepted_difference_must_be_exactly_so(runner: Runner, tmp_path: Path) -> None:
    question = Case(folder=PAIRS / "elsewhere-on-purpose").question(tmp_path)
    proof = prove(replace(question, accepted=question.accepted.replace("> 0", "> 1")), runner, per_migration=(False,))
    assert "Same destination" in {failure.promise for failure in proof.failures}


def test_only_commits_matter_to_a_crash(runner: Runner, tmp_path: Path) -> None:
    """Killing at each and every point agrees with killing once per committed state, for a right and a wrong form."""
    for name in ("add-foreign-key", "wrong-not-rerunnable"):
        question = Case(folder=PAIRS / name).question(tmp_path / name)
        with Baseline(question, runner) as baseline:
            order = baseline.upgrade()
            with runner.server.scratch(template=baseline.filled) as database:
                run = runner.run(question.rewritten, order, database=database)
            outcomes: dict[tuple[str, ...], set[bool]] = {}
            for kill in kill_points(run):
                why = crashed(
                    runner, question.rewritten, order, template=baseline.filled, kill=kill, judge=baseline.judge
                )
                outcomes.setdefault(kill.state, set()).add(why is None)
        assert all(len(outcome) == 1 for outcome in outcomes.values())
        assert (name == "add-foreign-key") == all(outcome == {True} for outcome in outcomes.values())


def test_every_statement_is_killed_before_and_after_where_that_is_asked_for(runner: Runner, tmp_path: Path) -> None:
    question = Case(folder=PAIRS / "create-index").question(tmp_path)
    with Baseline(question, runner) as baseline:
        order = baseline.upgrade()
        with runner.server.scratch(template=baseline.filled) as database:
            run = runner.run(question.rewritten, order, database=database)
        judged: list[str] = []
        judge: Callable[[str], None] = judged.append
        crashes = crash_everywhere(
            runner, question.rewritten, order, template=baseline.filled, run=run, judge=judge, seen=None
        )
        assert [*crashes] == []
    during = sum("CONCURRENTLY" in statement.sql for statement in run.statements)
    assert len(judged) == 2 * len(run.statements) + during


def test_of_a_loop_the_first_two_rounds_and_the_last_are_killed() -> None:
    statements = [("BEGIN", ""), *(("UPDATE t", str(n)) for n in range(9)), ("COMMENT", "")]
    run = Run(
        code=0,
        out="",
        err="",
        statements=tuple(
            Statement(number=n, sql=sql, parameters=given, autocommit=True, transaction=n)
            for n, (sql, given) in enumerate(statements, 1)
        ),
    )
    kept = [kill.number for kill in without_repetition(kill_points(run)) if kill.moment == "after"]
    assert kept == [1, 2, 3, 10, 11]
