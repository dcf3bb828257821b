"""One revision on its way to a verdict: the state before it, rows, both forms measured, both ends compared."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from migfix.errors import ServerError
from migfix.verify.advice import is_about_rows
from migfix.verify.baseline import Made, Question, run_sql
from migfix.verify.before import before_state
from migfix.verify.case import Case, Options
from migfix.verify.catalog import relation_names
from migfix.verify.causes import offence
from migfix.verify.comparing import Comparison, Stage
from migfix.verify.copies import copy_project
from migfix.verify.crash import READS
from migfix.verify.equality import SAME, Proof
from migfix.verify.extensions import replaced_extensions
from migfix.verify.gave_up import second_run
from migfix.verify.measure import look, measure
from migfix.verify.migrate import Order, Run, Runner
from migfix.verify.preview import Preview, preview
from migfix.verify.results import Measured
from migfix.verify.rows import Filled, fill
from migfix.verify.spans import LOCK_TIMEOUT
from migfix.verify.standing import emptied
from migfix.verify.touched import touched_tables
from migfix.verify.trace import VERSIONS, traced
from migfix.verify.verdict import Compared, Offence, Verdict, stalls

TABLES = "SELECT c.oid::bigint FROM pg_class c WHERE c.relkind IN ('r', 'p')"
COUNT = "SELECT count(*) FROM {}"
SCHEMA, DATA = ("schemas differ", "left behind"), ("data differ",)
"""How a failure begins that is about the one or the other."""


class Trial:
    """One revision on its way to a verdict."""

    def __init__(self, case: Case, options: Options, runner: Runner, *, stage: Stage, folder: Path) -> None:
        self.case, self.options, self.stage = case, options, stage
        self.server, self.runner = runner.server, runner
        self.began = time.monotonic()
        self.original = copy_project(case.project, folder / "original")
        self.rewritten = copy_project(case.project, folder / "rewritten", case.files) if case.files else None
        self.upgrade = Order(argv=(*case.arguments, "upgrade", case.revision))
        self.notes: list[str] = []
        self.made: dict[Path, Made] = {}

    def verdict(self) -> Verdict:
        """Run everything and judge."""
        with self._before() as self.standing, self._without_rows() as self.empty:
            found = ", ".join(replaced_extensions(self.server, self.empty))
            self.notes += [f"a stand-in was used for the extension {found}"] if found else []
            self.tables = self._touched()
            with self.server.scratch(template=self.standing) as self.filled:
                return self._judged(self._fill(), self._counts())

    def _judged(self, found: Preview, rows: dict[str, int]) -> Verdict:
        with ExitStack() as self.ends:
            original, why = self._measured(self.original, "the original")
            rewritten, rewritten_why = None, None
            if self.rewritten is not None:
                rewritten, rewritten_why = self._measured(self.rewritten, "the rewritten form")
            proof = self._proof(found, original, rewritten)
        if proof is not None and proof.chosen:
            self.notes.append("the schema ends differently, as chosen: " + "\n".join(proof.chosen))
        if rewritten is None and _changes_nothing(original):
            self.notes.append(f"it changes nothing on a database at {self._parents}")
        return Verdict(
            revision=self.case.revision,
            path=self.case.path,
            server=f"PostgreSQL {self.server.binaries.version}",
            original=original,
            rewritten=rewritten,
            rows=rows,
            tables=self.tables,
            schema=_compared(proof, SCHEMA),
            data=_compared(proof, DATA) if proof is None or not proof.original_error else "not compared",
            offence=why or found.original,
            rewritten_offence=rewritten_why or found.rewritten,
            clean=found.clean,
            cures=self.case.cures,
            failures=tuple(self._failures(original, rewritten, proof)),
            notes=tuple(dict.fromkeys([*self.notes, *(proof.notes if proof else ())])),
            crashes=proof is not None and self.options.crash,
            max_stall=self.options.max_stall,
            seconds=time.monotonic() - self.began,
        )

    @property
    def _parents(self) -> str:
        return " and ".join(self.case.requires) or self.case.parent

    @contextmanager
    def _before(self) -> Iterator[str]:
        """A database at the revision before, without rows but for those of a copied one."""
        source = self.options.database
        with self.stage(f"copying {source}" if source else "upgrading to the revision before"):
            name = before_state(
                self.server,
                self.runner,
                self.original,
                "+".join(self.case.requires) or self.case.parent,
                schema=self.options.schema,
                source=source,
                arguments=self.case.arguments,
                origin=self.case.project,
            )
        try:
            yield name
        finally:
            self.server.drop_database(name)

    @contextmanager
    def _without_rows(self) -> Iterator[str]:
        if not self.options.database:
            yield self.standing
            return
        name = emptied(self.server, self.standing)
        try:
            yield name
        finally:
            self.server.drop_database(name)

    def _touched(self) -> tuple[str, ...]:
        """The tables that either form touches, and their neighbours by foreign key, seen on a database without rows."""
        traces = []
        with self.stage("looking which tables it touches"):
            for project in filter(None, (self.original, self.rewritten)):
                with self.server.scratch(template=self.empty) as database:
                    traces.append(traced(self.runner, project, self.upgrade, database=database))
            return touched_tables(self.server, self.empty, *traces)

    def _fill(self) -> Preview:
        """Rows into the database that all runs start from; first a look at what few of them bring about."""
        options = self.options
        if options.database and not options.seed_sql:
            self.notes.append(f"measured on the rows of {options.database}, copied")
            return Preview()
        if options.seed_sql:
            with self.stage("running the seed SQL"):
                run_sql(self.server, self.filled, options.seed_sql)
            return Preview()
        with self.stage("running both on few rows"):
            found = preview(
                self.runner,
                self.original,
                self.rewritten,
                self.upgrade,
                empty=self.empty,
                only=self.tables,
                seed=options.seed,
            )
        with self.stage(f"filling {', '.join(self.tables) or 'no table'}"):
            filled = self._fill_into(self.filled, clean=found.clean)
        self.notes += [f"{table} was not filled: {why}" for table, why in filled.unfilled]
        self.notes += [f"{table} has fewer rows: {why}" for table, why in filled.short]
        self.notes += filled.notes
        if not self.tables:
            self.notes.append("neither form touches a table that was there before, so no rows were made")
        if found.clean:
            self.notes.append(f"measured on rows without NULLs and duplicates in {', '.join(found.clean)}")
        return found

    def _fill_into(self, database: str, *, clean: Collection[str], most: int | None = None) -> Filled:
        options = self.options
        return fill(
            self.server,
            database,
            rows=options.rows if most is None else min(options.rows, most),
            per_table={t: n if most is None else min(n, most) for t, n in options.per_table.items()},
            only=self.tables,
            clean=clean,
            seed=options.seed,
        )

    def _counts(self) -> dict[str, int]:
        """Rows of every table that has some."""
        with self.server.connect(self.filled) as connection:
            names = relation_names(connection)
            tables = [names[row[0]] for row in connection.execute(TABLES) if row[0] in names]
            counts = {t: _count(connection.execute(COUNT.format(t).encode()).fetchone()) for t in sorted(tables)}
        return {table: rows for table, rows in counts.items() if rows and not VERSIONS.search(table)}

    def _measured(self, project: Path, who: str) -> tuple[Measured, Offence | None]:
        """Measure one form; where the look at it ended is kept for the comparison."""
        options, traffic = self.options, " with traffic" if self.options.traffic else ""
        with self.stage(f"running {who}{traffic}"):
            end = self.ends.enter_context(self.server.scratch(template=self.filled))
            seen = look(self.runner, project, self.upgrade, database=end, tables=self.tables, ask=self.options.traffic)
            self.made[project] = Made(trace=seen.trace, database=end)
            measured = measure(
                self.runner,
                self.server,
                project,
                self.upgrade,
                database=self.filled,
                seen=seen,
                tables=self.tables,
                traffic=options.traffic,
                long_reader=options.long_reader or None,
            )
        if not measured.code:
            return measured, None
        with self.stage(f"asking why {who} fails"):
            run = seen.trace.run if seen.trace.run.code else self._again(project)
            return measured, offence(self.server, run, template=self.filled)

    def _again(self, project: Path) -> Run:
        with self.server.scratch(template=self.filled) as database:
            return self.runner.run(project, self.upgrade, database=database)

    def _proof(self, found: Preview, original: Measured, rewritten: Measured | None) -> Proof | None:
        """The comparison of both ends; on a database without rows where both forms fail on these."""
        if self.rewritten is None or rewritten is None:
            return None
        fails = bool(original.code and rewritten.code)
        if fails:
            self.notes.append("both forms fail on these rows: the ends were compared without any")
        comparison = Comparison(self._question(fails=fails), self.runner, self.options, stage=self.stage)
        few = None if fails else comparison.few
        try:
            return comparison.split(few, partial(self._few_rows, found)) if few else comparison.whole()
        except ServerError as error:
            if not self.server.alive or not fails:
                raise
            self.notes.append(f"not compared: {error}")
            return None

    def _question(self, *, fails: bool) -> Question:
        assert self.rewritten is not None
        return Question(
            original=self.original,
            rewritten=self.rewritten,
            parent=self.case.parent,
            target=self.case.revision,
            later=self.case.later,
            accepted=self.case.accepted,
            differs=self.case.differs,
            arguments=self.case.arguments,
            filled=self.empty if fails else self.filled,
            empty=self.empty,
            made={} if fails else self.made,
        )

    @contextmanager
    def _few_rows(self, found: Preview, most: int) -> Iterator[str]:
        with self.server.scratch(template=self.standing) as few:
            self._fill_into(few, most=most, clean=found.clean)
            yield few

    def _failures(self, original: Measured, rewritten: Measured | None, proof: Proof | None) -> Iterator[str]:
        """What speaks against the form that is meant to be deployed."""
        who, judged = ("the original", original) if rewritten is None else ("the rewritten form", rewritten)
        if rewritten is not None and _changes_nothing(original) and _changes_nothing(rewritten):
            yield (
                f"neither form changes anything on a database at {self._parents}, so nothing was shown: a guard in the"
                " revision skips there; start from a schema that has what it looks for: --schema FILE.sql"
            )
        if judged.code and judged.sqlstate == LOCK_TIMEOUT:
            yield from self._gave_up(who, judged)
        elif judged.code:
            rows = " on these rows" if is_about_rows(judged.sqlstate) else ""
            yield f"{who} fails{rows}: {judged.complaint}"
        yield from stalls(judged, who=who, max_stall=self.options.max_stall)
        for failure in proof.failures if proof else ():
            yield f"{failure.promise}: {failure.evidence}"

    def _gave_up(self, who: str, judged: Measured) -> Iterator[str]:
        """A lock timeout does what it is for, if the next run arrives."""
        project, step = self.rewritten or self.original, judged.statements[-1]
        with self.stage("running it again after its lock timeout"):
            why = second_run(self.runner, project, self.upgrade, template=self.filled, tables=self.tables)
        said = f"{who} gave up after {step.seconds:.1f} s behind a reader (its lock_timeout), at {' '.join(step.sql.split())}"
        if why is not None:
            yield f"{said}; {why}"
            return
        self.notes.append(f"{said}; nobody waited longer, and run again it arrives: a deploy has to try again")


def _changes_nothing(measured: Measured) -> bool:
    return not measured.code and all(READS.match(step.sql) for step in measured.statements)


def _compared(proof: Proof | None, signs: tuple[str, ...]) -> Compared:
    """How the ends compare; the schema is looked at first, so where only the data differ it was the same."""
    if proof is None:
        return "not compared"
    wrong = [f.evidence for f in proof.failures if f.promise == SAME and not f.back]
    if any(evidence.startswith(signs) for evidence in wrong):
        return "different"
    if wrong and not (signs == SCHEMA and all(evidence.startswith(DATA) for evidence in wrong)):
        return "not compared"
    return "as chosen" if proof.chosen and signs == SCHEMA else "identical"


def _count(row: tuple[int, ...] | None) -> int:
    return row[0] if row else 0
