"""Compares where both forms end: with all rows; on the way back, there again and after crashes with few of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from migfix.verify.baseline import Question
from migfix.verify.case import Options
from migfix.verify.equality import SAME, STALL, Proof, prove
from migfix.verify.migrate import Runner

FEW = 10_000
"""Rows that say as much of the way back and of crashes as many: whatever is looped over has several batches."""
HARMLESS_SCAN = 1000
"""Rows that may be scanned under a blocking lock: about as long as a catalogue change."""

Stage = Callable[[str], AbstractContextManager[None]]
"""Says what is done now."""
FewRows = Callable[[int], AbstractContextManager[str]]
"""Makes a database with at most so many rows in each table."""


class Comparison:
    """Proves a question under a verification's options."""

    def __init__(self, question: Question, runner: Runner, options: Options, *, stage: Stage) -> None:
        self.question, self.runner, self.options, self.stage = question, runner, options, stage

    @property
    def few(self) -> int | None:
        """Rows for the way back and crashes; None: as many as for everything, as the user's own always are."""
        options = self.options
        few = max(FEW, 3 * options.batch)
        return None if self.owns_rows or max(options.rows, *options.per_table.values(), 0) <= few else few

    @property
    def owns_rows(self) -> bool:
        """The user brought them; they may be many, and are not made less."""
        return bool(self.options.database or self.options.seed_sql)

    def whole(self) -> Proof:
        """Everything on one database."""
        return self._prove(self.question, crash=self.options.crash)

    def split(self, few: int, make: FewRows) -> Proof:
        """Both ends with all rows; the rest with few, provided that the original fares on those as on all."""
        whole = self._prove(replace(self.question, back=False), crash=False)
        if any(failure.promise == SAME for failure in whole.failures):
            return whole
        with make(few) as database:
            rest = self._prove(replace(self.question, filled=database, made={}), crash=self.options.crash)
        if (rest.original_error is None) != (whole.original_error is None):
            return self._prove(replace(self.question, made={}), crash=self.options.crash)
        tried = [f"crashes and the way back were tried with {few:,} rows"] if self.options.crash else []
        return replace(
            whole,
            failures=(*whole.failures, *(failure for failure in rest.failures if failure.promise != STALL)),
            notes=tuple(dict.fromkeys([*whole.notes, *rest.notes, *tried])),
            chosen=tuple(dict.fromkeys([*whole.chosen, *rest.chosen])),
        )

    def _prove(self, question: Question, *, crash: bool) -> Proof:
        doing = "going back and there again" if question.back and not question.made else "comparing both ends"
        with self.stage(doing + (", crashing everywhere" if crash else "")):
            return prove(
                question,
                self.runner,
                per_migration=(None,),
                rows=min(HARMLESS_SCAN, self.options.rows // 10),
                batch=self.options.batch,
                crash=crash,
                every=not self.owns_rows,
                offline=False,
            )
