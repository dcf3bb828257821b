"""Fills one table after the other: plans it, inserts in rounds until the number is reached, moves its sequences on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from migfix.verify.rows_catalog import Column, Key, Reference, Table
from migfix.verify.rows_fit import Fit, Fitter
from migfix.verify.rows_later import fill_later, sweep
from migfix.verify.rows_order import Place
from migfix.verify.rows_plan import (
    ROW,
    Plan,
    Target,
    add_keys,
    add_references,
    add_self_references,
    add_shapes,
    quoted,
)
from migfix.verify.rows_types import Shape, shape

if TYPE_CHECKING:
    import psycopg

ROUNDS = 6
SKIPPING = "ON CONFLICT DO NOTHING"
BROKEN = ("08", "53", "57", "58")
"""Classes of errors that are not about rows: connection, disk and memory, the operator, the system."""
MOST_TRIED = 20
"""How many rows may be made for each that a CHECK lets through."""
COUNTED = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1, "numeric": 2**63 - 1}
"""The types that a sequence counts in, with their last number."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of one table; `why` says what kept it from being filled, wholly or in part."""

    table: str
    rows: int = 0
    why: str = ""
    notes: list[str] = field(default_factory=list)


class Insertion:
    """Fills tables over one connection in autocommit mode; keys are kept in temporary tables until that is closed."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        tables: Mapping[int, Table],
        *,
        counts: Mapping[int, int],
        clean: Collection[tuple[int, str]],
        seed: int,
    ) -> None:
        self.connection = connection
        self.tables = tables
        self.counts = counts
        self.clean = clean
        self.seed = seed
        self._targets: dict[tuple[str, tuple[str, ...]], Target] = {}
        self._later: list[tuple[Plan, Reference]] = []
        self._filled: list[Table] = []
        self._foretold: set[str] = set()

    def fill(self, place: Place) -> Outcome:
        """Fill the table whose turn it is."""
        table = place.table
        outcome = Outcome(table=table.name)
        if table.foreign:
            outcome.why = "it is a foreign table: its rows are elsewhere"
        if outcome.why or self.counts[table.oid] <= 0:
            return outcome
        first = self._number(f"SELECT count(*) FROM {table.name}")
        plan = Plan(table=table, rows=self.counts[table.oid], seed=self.seed, first=first)
        outcome.why = self._planned(plan, place, outcome) or ""
        if not outcome.why:
            self._insert(plan, outcome)
        if outcome.rows:
            self._filled.append(table)
            self._move_sequences(table)
            self._later += [(plan, reference) for reference in plan.later]
        return outcome

    def finish(self) -> Iterator[Outcome]:
        """Fill the references that had to wait, check those that were foretold, and let the planner know the rows."""
        import psycopg

        for plan, reference in self._later:
            try:
                fill_later(self.connection, plan, reference, self._target(reference))
            except psycopg.Error as error:
                note = f"{plan.table.name}: {reference.name} stays NULL ({_words(error)})"
                yield Outcome(table=plan.table.name, notes=[note])
        if self._foretold:
            for name, gone in sweep(self.connection, self._filled).items():
                yield Outcome(table=name, notes=[f"{name}: {gone} rows removed, what they referenced is not there"])
        if self._filled:
            self._execute(f"VACUUM (ANALYZE) {', '.join(table.name for table in self._filled)}")

    def _planned(self, plan: Plan, place: Place, outcome: Outcome) -> str | None:
        """Complete the plan; answers why it cannot be."""
        table = place.table
        for reference in table.references:
            if reference.name in place.ahead and (why := self._foretell(reference)):
                return why
        if why_not := add_references(plan, self._target, later=place.later):
            return why_not
        keyed = {name for key in table.keys for name in key.columns}
        cleaned = [column.name for column in table.columns if (table.oid, column.name) in self.clean]
        fitter = Fitter(self.connection, plan)
        fit = fitter.fit(self._own(plan), plain={*keyed, *cleaned})
        outcome.notes += fit.notes
        if fit.impossible:
            return fit.impossible
        add_shapes(plan, fit.shapes, sequences=self._sequences(plan))
        self._keep_null_out(plan, fit, cleaned)
        add_keys(plan, (*table.keys, *(Key(name="being kept clean", columns=(name,)) for name in cleaned)))
        if why_not := add_self_references(plan):
            return why_not
        if not plan.columns:
            return "it has no column that takes a value"
        return fitter.patterns() or None

    def _own(self, plan: Plan) -> list[Column]:
        """Columns that hold values of their own."""
        own_references = {c for found in plan.table.references if found.target == plan.table.oid for c in found.columns}
        return [
            column
            for column in plan.table.columns
            if not column.generated and plan.feed(column.name) is None and column.name not in own_references
        ]

    def _keep_null_out(self, plan: Plan, fit: Fit, cleaned: Collection[str]) -> None:
        for feed in plan.feeds:
            feed.nullable -= fit.filled | set(cleaned)

    def _sequences(self, plan: Plan) -> dict[str, Shape]:
        """Columns that count, and where they go on."""
        found: dict[str, Shape] = {}
        for column in plan.table.columns:
            if _counts(column) and plan.feed(column.name) is None:
                found[column.name] = self._counting(plan.table, column, first=plan.first)
                left = found[column.name].size or plan.rows
                if left < plan.rows:
                    plan.rows, plan.short = left, f"{column.name} {column.type.name} has only {left} numbers left"
        return found

    def _counting(self, table: Table, column: Column, *, first: int) -> Shape:
        highest = self._number(f"SELECT coalesce(max({quoted(column.name)}), 0)::bigint FROM {table.name}")
        following = self._number(f"SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM {column.sequence}")
        base = max(highest + 1, following)
        size = max(COUNTED[column.type.base] - base + 1, 0)
        return Shape(sql=f"CAST({base} + {{n}} - {first} AS {column.type.name})", size=size)

    def _move_sequences(self, table: Table) -> None:
        for column in table.columns:
            if _counts(column):
                self._execute(
                    f"SELECT setval('{column.sequence}'::regclass, greatest(max({quoted(column.name)})::bigint,"
                    f" (SELECT last_value FROM {column.sequence}))) FROM {table.name}"
                )

    def _insert(self, plan: Plan, outcome: Outcome) -> None:
        """In rounds: rows that a condition or a conflict kept out are made again with other numbers."""
        import psycopg

        start = plan.first
        for round_ in range(ROUNDS):
            missing = plan.rows - outcome.rows
            if missing <= 0:
                break
            filtered = plan.filtered < 1
            span = int(missing / max(plan.filtered, 1 / MOST_TRIED) * 1.1) + 1 if filtered else missing
            try:
                added = self._round(plan, start, span, missing)
            except psycopg.Error as error:
                if self.connection.closed or (error.sqlstate or "").startswith(BROKEN):
                    raise
                if outcome.rows or round_ or not self._reduce(plan, outcome, _words(error)):
                    outcome.why = _words(error)
                    break
                continue
            outcome.rows += added
            start += span
            if not added:
                break
            plan.filtered = min(plan.filtered, added / span) if filtered else 1.0
        asked = self.counts[plan.table.oid]
        if outcome.rows < asked and not outcome.why:
            said = plan.short or f"the rest conflicts with {self._obstacles(plan)}"
            outcome.why = f"{outcome.rows} of {asked} rows: {said}"

    def _round(self, plan: Plan, start: int, span: int, most: int) -> int:
        rows = plan.select(f"generate_series({start}, {start + span - 1})", conditions=plan.conditions)
        limit = f" LIMIT {most}" if plan.filtered < 1 else ""
        columns = ", ".join(map(quoted, plan.columns))
        insert = f"INSERT INTO {plan.table.name} ({columns}) OVERRIDING SYSTEM VALUE {rows}{limit}"
        if any(key.deferrable for key in plan.table.keys):
            return self._execute(insert)
        return (self._without_conflict(insert) if plan.distinct else None) or self._execute(f"{insert} {SKIPPING}")

    def _without_conflict(self, insert: str) -> int | None:
        """Without looking for conflicts, in half the time; None when there was one."""
        import psycopg

        try:
            return self._execute(insert)
        except (psycopg.errors.UniqueViolation, psycopg.errors.ExclusionViolation):
            return None

    def _reduce(self, plan: Plan, outcome: Outcome, why: str) -> bool:
        """Leave every column to NULL or its default that can be left; False when that changes nothing."""
        keyed = {name for key in plan.table.keys for name in key.columns}
        needed = {column.name for column in plan.table.columns if column.not_null and column.default is None}
        kept = [feed for feed in plan.feeds if feed.columns.keys() & (keyed | needed) or feed.fixed]
        if len(kept) == len(plan.feeds) or not kept:
            return False
        names = {name for feed in plan.feeds if feed not in kept for name in feed.columns}
        plan.feeds = kept
        plan.patterns = [pattern for pattern in plan.patterns if not names & set(pattern.columns)]
        plan.conditions, plan.filtered = [], 1.0
        outcome.notes.append(f"{plan.table.name}: {', '.join(sorted(names))} left to NULL or default ({why})")
        return True

    def _obstacles(self, plan: Plan) -> str:
        names = [("exclusion constraint " if key.exclusion else "") + key.name for key in plan.table.keys]
        return ", ".join(names) or "its conditions"

    def _target(self, reference: Reference) -> Target:
        """The keys of a referenced table, numbered in their own order."""
        place = reference.target_name, reference.target_columns
        if place not in self._targets:
            columns = [quoted(name) for name in reference.target_columns]
            named = ", ".join(f"{name} AS c{number}" for number, name in enumerate(columns))
            filled = " AND ".join(f"{name} IS NOT NULL" for name in columns)
            order = f"row_number() OVER (ORDER BY {', '.join(columns)}) - 1"
            query = f"SELECT {order} AS n, {named} FROM {reference.target_name} WHERE {filled}"
            self._targets[place] = self._kept(query)
        return self._targets[place]

    def _foretell(self, reference: Reference) -> str:
        """The keys that a table further down will get; empty, or why they cannot be known."""
        target = self.tables[reference.target]
        columns = [target.column(name) for name in reference.target_columns]
        if len(columns) != 1 or any(check.columns == reference.target_columns for check in target.checks):
            return f"{reference.name} closes a circle of NOT NULL references over a key that cannot be foretold"
        first = self._number(f"SELECT count(*) FROM {target.name}")
        column = columns[0]
        values = self._counting(target, column, first=first) if _counts(column) else shape(column.type, column.name)
        series = f"generate_series({first}, {first + self.counts[target.oid] - 1}) AS s({ROW})"
        query = f"SELECT {ROW} - {first} AS n, {values.at(ROW)} AS c0 FROM {series}"
        self._targets[reference.target_name, reference.target_columns] = self._kept(query)
        self._foretold.add(reference.name)
        return ""

    def _kept(self, query: str) -> Target:
        relation = f"migfix_keys_{len(self._targets)}"
        size = self._execute(f"CREATE TEMPORARY TABLE {relation} AS {query}")
        return Target(relation=f"pg_temp.{relation}", size=size)

    def _execute(self, statement: str) -> int:
        text: Any = statement
        return self.connection.execute(text).rowcount

    def _number(self, query: str) -> int:
        text: Any = query
        row = self.connection.execute(text).fetchone()
        return int(row[0]) if row else 0


def _counts(column: Column) -> bool:
    return column.sequence is not None and column.type.base in COUNTED


def _words(error: psycopg.Error) -> str:
    """The server's message and detail."""
    said = error.diag.message_primary or str(error).strip()
    detail = error.diag.message_detail
    return f"{said} ({detail})" if detail else said
