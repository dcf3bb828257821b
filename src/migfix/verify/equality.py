"""Proves that a rewritten migration is worth the original: same destination, no long lock, back and forth, any crash."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from migfix.errors import ServerError
from migfix.verify.baseline import Baseline, Question, difference, run_sql
from migfix.verify.catalog import dump_schema
from migfix.verify.crash import crash_everywhere
from migfix.verify.migrate import Runner
from migfix.verify.trace import Trace

SAME, STALL, AGAIN = "Same destination", "No long stall", "Safe to re-run"
"""Promises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A promise that did not hold: which, under what setting, and the evidence; `back`: on the way back, not at the end."""

    promise: str
    setting: str
    evidence: str
    back: bool = False

    def __str__(self) -> str:
        return f"{self.promise} ({self.setting}): {self.evidence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was found.

    original    the original's traced run; `original_error` says why it fails on these rows, when it does.
    rewritten   the rewritten form's traced runs, one per setting.
    notes       what could not be compared, and why.
    chosen      lines in which the end schemas differ on purpose.
    """

    failures: tuple[Failure, ...]
    original: Trace
    rewritten: tuple[Trace, ...]
    original_error: str | None = None
    notes: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.failures

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.failures)) or "proven"


def prove(
    question: Question,
    runner: Runner,
    *,
    per_migration: Sequence[bool | None] = (False, True),
    rows: int = 0,
    batch: int = 5000,
    crash: bool = True,
    every: bool = False,
    offline: bool = True,
) -> Proof:
    """Compare the rewritten form with the original on a real server; a difference is a value, not an exception.

    Crashes are tried only on a form that arrives undisturbed, once for each state that a kill can leave behind, unless
    `every` is set; of a statement that comes over and over, for the first two times and the last.

    per_migration   the settings of `transaction_per_migration` to prove it under; None is the one in env.py.
    offline         also run what `upgrade --sql` prints.
    crash           also kill it wherever that can leave another state behind, and run it again.
    every           kill it before and after each statement, even where the same state was tried already.
    rows, batch     what may be scanned under a blocking lock, and changed in one transaction, in rows.

    Raises ServerError when the original cannot be run at all.
    """
    with Baseline(question, runner) as baseline:
        failures: list[Failure] = []
        traces: list[Trace] = []
        journey = baseline.journey
        crashed_states: set[tuple[str, ...]] | None = None if every else {()}
        for setting in per_migration:
            trial = _Trial(baseline, setting)
            traces.append(trial.trace)
            failures += trial.failures(rows=rows, batch=batch)
            if crash and trial.arrives:
                failures += trial.crashes(crashed_states)
        failures += _offline(baseline) if offline else ()
        notes = tuple(_notes(baseline, offline=offline))
    return Proof(
        failures=tuple(failures),
        original=journey.trace,
        rewritten=tuple(traces),
        original_error=baseline.error,
        notes=notes,
        chosen=baseline.chosen,
    )


class _Trial:
    """The rewritten form under one setting."""

    def __init__(self, baseline: Baseline, per_migration: bool | None) -> None:
        self.baseline = baseline
        self.project = baseline.question.rewritten
        self.upgrade = baseline.upgrade(per_migration=per_migration)
        self.downgrade = baseline.downgrade(per_migration=per_migration)
        self.setting = "as env.py says" if per_migration is None else f"transaction_per_migration={per_migration}"
        self.per_migration = per_migration
        self.template = baseline.filled
        self.trace, self._journey = self._travel()

    @property
    def arrives(self) -> bool:
        """An undisturbed run reaches the end, back and forth."""
        return not self._journey

    def failures(self, *, rows: int, batch: int) -> Iterator[Failure]:
        """What is wrong with an undisturbed run."""
        yield from self._journey
        for scan in self.trace.blocking_scans(rows=rows, batch=batch):
            yield self._failure(STALL, str(scan))

    def crashes(self, seen: set[tuple[str, ...]] | None) -> Iterator[Failure]:
        """What is wrong after a kill and a second run."""
        crashes = crash_everywhere(
            self.baseline.runner,
            self.project,
            self.upgrade,
            template=self.template,
            run=self.trace.run,
            judge=self.baseline.judge,
            seen=seen,
        )
        for crash in crashes:
            yield self._failure(AGAIN, str(crash))

    def _travel(self) -> tuple[Trace, tuple[Failure, ...]]:
        """There, back and there again, as the original did."""
        baseline = self.baseline
        with baseline.ran(self.project, self.template, per_migration=self.per_migration) as (trace, database):
            if trace.run.code:
                return trace, (self._failure(SAME, f"upgrade fails: {trace.run.complaint}"),)
            wrong = baseline.judge(database)
            if wrong:
                return trace, (self._failure(SAME, wrong),)
            return trace, tuple(self._there_and_back(database))

    def _there_and_back(self, database: str) -> Iterator[Failure]:
        baseline, runner = self.baseline, self.baseline.runner
        journey = baseline.journey
        if journey.returned is None:
            return
        down = runner.run(self.project, self.downgrade, database=database)
        if down.code:
            yield self._failure(SAME, f"downgrade fails: {down.complaint}", back=True)
            return
        returned = dump_schema(baseline.server, database)
        found = difference(journey.returned, returned)
        if found and not baseline.is_chosen(found):
            yield self._failure(SAME, f"after downgrade:\n{found}", back=True)
        if journey.again is None:
            return
        up = runner.run(self.project, self.upgrade, database=database)
        wrong = f"fails: {up.complaint}" if up.code else baseline.judge(database, expected=journey.again)
        if wrong:
            yield self._failure(SAME, f"upgrade after downgrade {wrong}", back=True)

    def _failure(self, promise: str, evidence: str, *, back: bool = False) -> Failure:
        return Failure(promise=promise, setting=self.setting, evidence=evidence, back=back)


def _offline(baseline: Baseline) -> Iterator[Failure]:
    """The SQL of `alembic upgrade --sql` must exist and arrive at the same end."""
    if not baseline.offline:
        return
    rendered = baseline.offline_run(baseline.question.rewritten)
    fail: Callable[[str], Failure] = lambda evidence: Failure(  # noqa: E731
        promise="Self-contained output", setting="upgrade --sql", evidence=evidence
    )
    if rendered.code:
        yield fail(rendered.complaint)
        return
    with baseline.server.scratch(template=baseline.filled) as database:
        try:
            run_sql(baseline.server, database, rendered.out)
        except ServerError as error:
            yield fail(str(error))
            return
        wrong = baseline.judge(database)
    if wrong:
        yield fail(wrong)


def _notes(baseline: Baseline, *, offline: bool) -> Iterator[str]:
    if baseline.reference == baseline.question.rewritten:
        yield f"the original cannot run, the rewritten form was compared with itself: {baseline.error}"
    elif baseline.error:
        yield f"the original fails on these rows, data were not compared: {baseline.error}"
    if baseline.question.back and baseline.journey.returned is None:
        yield "the original cannot be downgraded"
    if offline and not baseline.offline:
        yield "the original cannot be rendered as SQL"
