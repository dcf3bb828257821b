"""Fits values to types and CHECKs by trying them on the server, in the cheapest order; what does not fit is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from migfix.verify.rows_catalog import Check, Column, Table, domain_checks
from migfix.verify.rows_checks import SAMPLES, choice, literals, variants
from migfix.verify.rows_plan import FILLED, ROW, Pattern, Plan, quoted, sample
from migfix.verify.rows_types import MOMENTS, NUMBERS, TEXTS, Shape, literal, shape

if TYPE_CHECKING:
    import psycopg

CONSTANT = re.compile(r"('(?:[^']|'')*'|-?\d+(\.\d+)?|true|false)(::[\w .\"()\[\]]+)?")
WORTH_FILTERING = 0.2
HARDLY = 0.01
MOST_OPTIONS = 7
MOST_PATTERNS = 400
MOST_SORTED = 20_000
MOST_COLUMNS = 6


@dataclass(slots=True, kw_only=True)
class Fit:
    """Shapes for a table's own columns. `filled` are those without NULL; `notes` say which columns have less."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    impossible: str = ""


class Fitter:
    """Tries values for one table on a connection in autocommit mode; changes nothing."""

    def __init__(self, connection: psycopg.Connection[Any], plan: Plan) -> None:
        self.connection = connection
        self.plan = plan
        self.error = ""

    @property
    def table(self) -> Table:
        return self.plan.table

    def fit(self, columns: Sequence[Column], *, plain: Collection[str]) -> Fit:
        """Shapes that the types and the CHECKs on single columns allow; `plain` columns get no constant default."""
        result = Fit()
        for column in columns:
            checks = [check for check in self.table.checks if check.columns == (column.name,)]
            found = self._column(column, checks, plain=column.name in plain)
            if found is not None:
                result.shapes[column.name] = found
                if not column.not_null and not self._allowed(column, "NULL", checks):
                    result.filled.add(column.name)
            elif self._skipped(column, checks, result):
                result.impossible = f"{column.name} {column.type.name}: {self._why(checks)}"
                return result
        return result

    def patterns(self) -> str:
        """Make whole rows of the plan satisfy every CHECK; says why when none can."""
        checks = [check for check in self.table.checks if len(check.columns) != 1 or self._is_referring(check)]
        for group in _connected(checks):
            share = self._share(self.plan, group)
            if share >= 1.0:
                continue
            columns = tuple(dict.fromkeys(name for check in group for name in check.columns))
            if parts := [part for check in group for part in parts_of(check)]:
                share = self._combine_parts(columns, group, parts) or share
            elif share < WORTH_FILTERING and len(columns) <= MOST_COLUMNS:
                share = self._combine(columns, group) or share
            if share < HARDLY:
                names = ", ".join(check.name for check in group)
                return f"no row was found that satisfies {names}{self.error and ': ' + self.error}"
            if share < 1.0:
                self.plan.conditions += [check.expression for check in group]
                self.plan.filtered *= share
        return ""

    def _column(self, column: Column, checks: Sequence[Check], *, plain: bool) -> Shape | None:
        """The first shape that the server takes and the CHECKs allow."""
        if parts := [part for check in checks for part in parts_of(check)]:
            return self._divided(column, parts, [check for check in checks if not check.parts])
        own = self._elements(column) or shape(column.type, column.name)
        text = " ".join(check.expression for check in checks)
        for values in self._tried(column, own, text, plain=plain) if checks else _usual(column, own, plain=plain):
            if self._passes(column, values, checks):
                return values
        single = (*literals(column.type, text), *(f"CAST({literal(value)} AS {column.type.name})" for value in SAMPLES))
        allowed = [value for value in dict.fromkeys(single) if self._allowed(column, value, checks)]
        return choice(column.type, allowed) if allowed else None

    def _divided(self, column: Column, parts: Sequence[Check], others: Sequence[Check]) -> Shape | None:
        """Every partition in turn; they share no value, so that different numbers give different ones here too."""
        tried = [self._column(column, [part, *others], plain=True) for part in parts]
        found = [one for one in tried if one is not None]
        if not found:
            return None
        turns = len(found)
        picks = " ".join(f"WHEN {place} THEN {one.at(f'{{n}} / {turns}')}" for place, one in enumerate(found))
        sizes, usual = [one.size for one in found if one.size], [one.usual for one in found if one.usual]
        return Shape(
            sql=f"CASE {{n}} % {turns} {picks} END",
            size=min(sizes) * turns if sizes else None,
            usual=min(usual) * turns if usual else None,
        )

    def _elements(self, column: Column) -> Shape | None:
        """An array whose elements have CHECKs of their own."""
        element = column.type.element
        if column.type.kind != "a" or element is None or not element.checks:
            return None
        one = replace(column, type=element, default=None)
        found = self._column(one, tuple(domain_checks([one])), plain=True)
        array = f"CAST(ARRAY[{found.sql}] AS {column.type.name})" if found else f"CAST('{{}}' AS {column.type.name})"
        return Shape(sql=array, size=found.size if found else 1)

    def _tried(self, column: Column, own: Shape, text: str, *, plain: bool) -> Iterator[Shape]:
        """Few listed values beat many invented ones: a list in a CHECK is what the application writes."""
        yield from _usual(column, own, plain=plain)
        if column.type.base not in TEXTS or "= ANY" not in text:
            yield from variants(column.type, own, text)

    def _skipped(self, column: Column, checks: Sequence[Check], result: Fit) -> bool:
        """Leave a column to NULL or its default; True when it has neither."""
        why = self._why(checks)
        if column.default is not None:
            result.notes.append(f"{self.table.name}.{column.name} has its default in every row ({why})")
        elif not column.not_null:
            result.notes.append(f"{self.table.name}.{column.name} is NULL in every row ({why})")
        return column.default is None and column.not_null

    def _why(self, checks: Sequence[Check]) -> str:
        names = ", ".join(check.name for check in checks)
        return f"no value was found that satisfies {names}" if names else self.error or "no value of this type is known"

    def _passes(self, column: Column, values: Shape, checks: Sequence[Check]) -> bool:
        if values.size == 0:
            return False
        return self._hold(column, values.at(ROW), checks, sample(self.plan))

    def _allowed(self, column: Column, value: str, checks: Sequence[Check]) -> bool:
        return self._hold(column, value, checks, "(SELECT 0)")

    def _hold(self, column: Column, value: str, checks: Sequence[Check], rows: str) -> bool:
        conditions = " AND ".join(f"({check.expression}) IS NOT FALSE" for check in checks) or "true"
        cast = f"CAST({value} AS {column.type.name})"
        found = self._ask(
            f"SELECT bool_and({conditions}), count({quoted(column.name)}) FROM"
            f' (SELECT {cast} AS {quoted(column.name)} FROM {rows} AS s({ROW}) OFFSET 0) AS "row"'
        )
        return bool(found and found[0])

    def _ask(self, query: str) -> tuple[Any, ...] | None:
        """One row; None when the server refuses, whose words are kept."""
        import psycopg

        text: Any = query
        try:
            return self.connection.execute(text).fetchone()
        except (psycopg.DataError, psycopg.ProgrammingError, psycopg.NotSupportedError, psycopg.InternalError) as error:
            self.error = " ".join(str(error).split("\n")[:1])
        except psycopg.Error as error:
            if self.connection.closed:
                raise
            self.error = str(error).split("\n")[0]
        return None

    def _is_referring(self, check: Check) -> bool:
        feeds = [self.plan.feed(name) for name in check.columns]
        return any(feed is not None and (feed.is_reference or feed.fixed) for feed in feeds)

    def _share(self, plan: Plan, checks: Sequence[Check]) -> float:
        """How many of the sampled rows satisfy all of them, from 0 to 1."""
        holds = " AND ".join(f"({check.expression}) IS NOT FALSE" for check in checks)
        rows = plan.select(sample(plan))
        found = self._ask(f'SELECT count(*), count(*) FILTER (WHERE {holds}) FROM ({rows}) AS "row"')
        return found[1] / found[0] if found and found[0] else 0.0

    def _combine(self, columns: tuple[str, ...], checks: Sequence[Check]) -> float | None:
        """Look for combinations of own value, NULL and mentioned literals; adds the best to the plan."""
        text = " ".join(check.expression for check in checks)
        plain = [self._options(name, "") for name in columns]
        found = self._tried_options(columns, checks, plain)
        if all(share < 1.0 for share, _ in found):
            found += self._tried_options(columns, checks, [self._options(name, text) for name in columns])
        best = max((share for share, _ in found), default=0.0)
        chosen = tuple(dict.fromkeys(option for share, option in found if share == best))
        if not chosen:
            return None
        self.plan.patterns.append(Pattern(columns=columns, options=chosen[:MOST_OPTIONS]))
        return best

    def _combine_parts(self, columns: tuple[str, ...], group: Sequence[Check], parts: Sequence[Check]) -> float | None:
        """One combination for each partition; the worst share among them."""
        others = [check for check in group if not check.parts]
        found: list[tuple[float, tuple[str | None, ...]]] = []
        for part in parts:
            options = [self._options(name, part.expression) for name in columns]
            found += sorted(self._tried_options(columns, [part, *others], options, most=1), key=lambda pair: -pair[0])[
                :1
            ]
        if not found:
            return None
        self.plan.patterns.append(Pattern(columns=columns, options=tuple(option for _, option in found)))
        return min(share for share, _ in found)

    def _tried_options(
        self,
        columns: tuple[str, ...],
        checks: Sequence[Check],
        options: Sequence[Sequence[str | None]],
        *,
        most: int = MOST_OPTIONS,
    ) -> list[tuple[float, tuple[str | None, ...]]]:
        """Combinations that some rows survive, with the share of those."""
        found: list[tuple[float, tuple[str | None, ...]]] = []
        for option in islice(sorted(islice(product(*options), MOST_SORTED), key=_dullness), MOST_PATTERNS):
            trial = replace(self.plan, patterns=[*self.plan.patterns, Pattern(columns=columns, options=(option,))])
            share = self._share(trial, checks)
            if share > HARDLY:
                found.append((share, option))
            if sum(share >= 1.0 for share, _ in found) >= most:
                break
        return found

    def _options(self, name: str, text: str) -> list[str | None]:
        """What a column may hold in a combination; literals are those that `text` mentions."""
        column, feed = self.table.column(name), self.plan.feed(name)
        if feed is None or column.generated:
            return [None]
        options: list[str | None] = [None] if column.not_null else [FILLED]
        if not feed.is_reference and not feed.fixed and feed.number is None and text:
            allowed = [check for check in self.table.checks if check.columns == (name,)]
            shapes = islice(variants(column.type, shape(column.type, name), text), MOST_OPTIONS)
            ranges = [found.at(ROW) for found in shapes] if column.type.base in MOMENTS | NUMBERS else []
            values = [value for value in literals(column.type, text) if self._allowed(column, value, allowed)]
            options += [value for value in ranges if self._hold(column, value, allowed, sample(self.plan))]
            options += islice(values, MOST_OPTIONS)
        return options if column.not_null else [*options, f"CAST(NULL AS {column.type.name})"]


def _usual(column: Column, own: Shape, *, plain: bool) -> Iterator[Shape]:
    """Every second value is the default, where that is a constant: the application often leaves it at that."""
    if not plain and column.default and CONSTANT.fullmatch(column.default) and column.type.kind == "b":
        mixed = f"CASE WHEN {{n}} % 2 = 0 THEN CAST({column.default} AS {column.type.name}) ELSE {own.sql} END"
        yield replace(own, sql=mixed)
    yield own


def _dullness(option: tuple[str | None, ...]) -> tuple[int, int]:
    """Own values first, then literals, NULL last."""
    nulls = sum(value is not None and value.startswith("CAST(NULL") for value in option)
    return nulls, sum(value is not None for value in option)


def _connected(checks: Sequence[Check]) -> list[list[Check]]:
    """CHECKs that share a column belong together."""
    groups: list[list[Check]] = []
    shares: Callable[[list[Check], Check], bool] = lambda group, check: any(  # noqa: E731
        set(other.columns) & set(check.columns) for other in group
    )
    for check in checks:
        joined = [group for group in groups if shares(group, check)]
        groups = [group for group in groups if group not in joined]
        groups.append([check, *(other for group in joined for other in group)])
    return groups


def parts_of(check: Check) -> list[Check]:
    """A CHECK for each partition, of which a row has to satisfy one."""
    return [Check(name=check.name, expression=part, columns=check.columns) for part in check.parts]
