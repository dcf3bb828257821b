"""Decides where each column's values come from, and writes the one SELECT that makes all rows of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from migfix.verify.rows_catalog import Key, Reference, Table
from migfix.verify.rows_types import Shape

ROW = "mf_i"
"""The number of a row, from 0, in every expression of a plan."""
REPEATS = 4
"""How often a value comes back, on average, where nothing forbids it."""
NULL_EVERY = 10
"""One NULL in so many rows of a nullable column."""
FILLED = "filled"
MARKS = re.compile("(delet|archiv|remov|revok|cancel)[a-z]*(_at|_on|_by)?$")
"""Columns that are filled in one row of so many instead, or the indexes over what is not deleted would be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The keys that a reference can point to: a relation of n (0 to `size` - 1) and c0, c1, …"""

    relation: str
    size: int


Targets = Callable[[Reference], Target]


@dataclass(slots=True, kw_only=True)
class Feed:
    """What fills one column, or the columns of one reference together.

    size    how many different values there are, None: as many as rows.
    number  which of them a row gets, over ROW; None: any, so that values repeat.
    """

    columns: Mapping[str, Shape]
    size: int | None = None
    usual: int | None = None
    number: str | None = None
    fixed: bool = False
    join: str = ""
    is_reference: bool = False
    nullable: frozenset[str] = frozenset()
    required: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Columns that only some combinations satisfy; None is a column's own value, FILLED the same without NULLs."""

    columns: tuple[str, ...]
    options: tuple[tuple[str | None, ...], ...]


@dataclass(slots=True, kw_only=True)
class Plan:
    """How one table is filled; made step by step."""

    table: Table
    rows: int
    seed: int
    first: int = 0
    feeds: list[Feed] = field(default_factory=list)
    later: list[Reference] = field(default_factory=list)
    patterns: list[Pattern] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    filtered: float = 1.0
    short: str = ""

    def feed(self, column: str) -> Feed | None:
        return next((feed for feed in self.feeds if column in feed.columns), None)

    def select(self, series: str, *, conditions: Sequence[str] = ()) -> str:
        """All rows whose numbers `series` gives, a set of bigint."""
        parts: dict[str, str] = {}
        bare: dict[str, str] = {}
        joins: list[str] = []
        for place, feed in enumerate(self.feeds):
            number = self._number(feed, place)
            if feed.join:
                joins.append(feed.join.replace("{n}", number))
            for name, values in feed.columns.items():
                bare[name] = values.at(number)
                parts[name] = self._nulls(feed, place, name, bare[name])
        for place, pattern in enumerate(self.patterns):
            for position, name in enumerate(pattern.columns):
                parts[name] = self._picked(pattern, place, position, own=parts[name], bare=bare[name])
        columns = ", ".join(f"{expression} AS {quoted(name)}" for name, expression in parts.items()) or "1"
        required = [feed.required for feed in self.feeds if feed.required]
        inner = f"SELECT {columns} FROM {series} AS s({ROW}) {' '.join(joins)}"
        if required:
            inner += f" WHERE {' AND '.join(required)}"
        names = ", ".join(quoted(name) for name in parts)
        where = f" WHERE {' AND '.join(f'({part}) IS NOT FALSE' for part in conditions)}" if conditions else ""
        return f'SELECT {names} FROM ({inner}) AS "row"{where}'

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for feed in self.feeds for name in feed.columns)

    @property
    def distinct(self) -> bool:
        """Whether a column that counts the rows keeps them apart in every unique index."""
        counted = {name for feed in self.feeds if feed.number == ROW for name in feed.columns}
        counted -= {name for pattern in self.patterns for name in pattern.columns}
        return all(counted.intersection(key.columns) and not key.exclusion for key in self.table.keys)

    def drawn(self, salt: str, of: int | str) -> str:
        """A number below `of` that looks random and depends on the row and the seed only."""
        return f"((hashint8extended({ROW}, {self._salt(salt)}) & 9223372036854775807) % {of})"

    def _number(self, feed: Feed, place: int) -> str:
        if feed.number is not None:
            return feed.number
        limit = min(feed.size or inf, feed.usual or inf, max(self.rows // REPEATS, 1) if not feed.is_reference else inf)
        return self.drawn(f"number {place}", max(int(min(limit, 10**9)), 1))

    def _nulls(self, feed: Feed, place: int, name: str, expression: str) -> str:
        if name not in feed.nullable:
            return expression
        sign = "=" if MARKS.search(name) else "<>"
        return f"CASE WHEN {self.drawn(f'null {place}', NULL_EVERY)} {sign} 0 THEN {expression} END"

    def _picked(self, pattern: Pattern, place: int, position: int, *, own: str, bare: str) -> str:
        picks = [(number, option[position]) for number, option in enumerate(pattern.options)]
        cases = " ".join(
            f"WHEN {number} THEN {bare if value == FILLED else value}" for number, value in picks if value is not None
        )
        if not cases:
            return own
        return f"CASE {self.drawn(f'pattern {place}', len(pattern.options))} {cases} ELSE {own} END"

    def _salt(self, text: str) -> int:
        """FNV-1a over seed, table and text: the same on every machine, unlike hash()."""
        value = 2166136261
        for byte in f"{self.seed} {self.table.name} {text}".encode():
            value = (value ^ byte) * 16777619 % 2**32
        return value


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def add_references(plan: Plan, targets: Targets, *, later: Collection[str]) -> str | None:
    """Feed the columns of all foreign keys; those named in `later` wait. Answers what makes the table unfillable."""
    table = plan.table
    taken: set[str] = set()
    for reference in sorted(table.references, key=lambda found: (found.name in later, -len(found.columns), found.name)):
        free = [name for name in reference.columns if name not in taken]
        nullable = [name for name in free if not table.column(name).not_null]
        if reference.target == table.oid:
            continue
        if reference.name in later:
            plan.later.append(reference)
            plan.feeds.append(_nothing(plan, nullable))
            free = nullable
        else:
            target = targets(reference)
            if not target.size and not (free and len(nullable) == len(free)):
                return f"{reference.name} references {reference.target_name}, which has no rows"
            plan.feeds.append(_referring(plan, reference, target, free=free) if target.size else _nothing(plan, free))
        taken.update(free)
    return None


def add_shapes(plan: Plan, shapes: Mapping[str, Shape], *, sequences: Mapping[str, Shape]) -> None:
    """Feed the columns that no foreign key does; `sequences` are counted up row by row."""
    for name, values in {**shapes, **sequences}.items():
        if plan.feed(name) is None:
            column = plan.table.column(name)
            nullable = frozenset() if column.not_null or name in sequences else frozenset({name})
            feed = Feed(columns={name: values}, size=values.size, usual=values.usual, nullable=nullable)
            if name in sequences:
                feed.number, feed.fixed = ROW, True
            plan.feeds.append(feed)


def add_self_references(plan: Plan) -> str | None:
    """A row refers to an earlier one, where the key of that can be told from its number; else it is filled later."""
    for reference in plan.table.references:
        if reference.target != plan.table.oid:
            continue
        free = [name for name in reference.columns if plan.feed(name) is None]
        keys = [plan.feed(name) for name in reference.target_columns]
        values = {name: feed.columns[name] for name, feed in zip(reference.target_columns, keys, strict=True) if feed}
        known = all(feed is not None and feed.number == ROW and not feed.join for feed in keys)
        if known and len(free) == len(reference.columns):
            earlier = plan.drawn(reference.name, f"greatest({ROW}, 1)")
            own = dict(zip(reference.columns, (values[name] for name in reference.target_columns), strict=True))
            nullable = frozenset(name for name in free if not plan.table.column(name).not_null)
            plan.feeds.append(Feed(columns=own, number=earlier, fixed=True, nullable=nullable))
        elif all(plan.table.column(name).not_null for name in free):
            return f"{reference.name} references the table itself with NOT NULL columns and a key that is not a number"
        else:
            plan.feeds.append(_nothing(plan, free))
        plan.later.append(reference)
    return None


def add_keys(plan: Plan, keys: Sequence[Key]) -> None:
    """Number the feeds of every unique or exclusion index so that no two rows agree in all of them."""
    for key in sorted(keys, key=lambda found: (found.partial, len(found.columns))):
        feeds = list(
            {id(feed): feed for name in key.columns for feed in [plan.feed(name)] if feed is not None}.values()
        )
        if not feeds or any(feed.number == ROW for feed in feeds):
            continue
        _without_nulls(feeds, key)
        open_ = [feed for feed in feeds if feed.number is None and not feed.fixed]
        endless = [feed for feed in open_ if not feed.is_reference and (feed.size or inf) >= plan.first + plan.rows]
        if endless:
            endless[0].number = ROW
        elif open_:
            known = all(plan.feed(name) is not None for name in key.columns) and len(open_) == len(feeds)
            _spread(plan, key, open_, limits=known and not key.partial and not any(feed.nullable for feed in feeds))


def _without_nulls(feeds: list[Feed], key: Key) -> None:
    if key.nulls_conflict:
        for feed in feeds:
            feed.nullable = frozenset()


def _spread(plan: Plan, key: Key, feeds: list[Feed], *, limits: bool) -> None:
    """As the digits of a number: each feed counts up when the one before it is through, and starts one further on."""
    stride, previous = 1, ""
    for feed in sorted(feeds, key=lambda found: -(found.size or 0)):
        size = feed.size or plan.rows
        feed.number = f"({ROW} / {stride} + {previous}) % {size}" if previous else f"{ROW} % {size}"
        stride, previous = stride * size, feed.number
        if stride >= plan.rows and not key.partial:
            break
    if limits and stride < plan.rows:
        plan.rows = stride
        plan.short = f"{key.name} allows only {stride} different values of {', '.join(key.columns)}"


def _nothing(plan: Plan, columns: Collection[str]) -> Feed:
    """NULL for now."""
    nulls = {name: Shape(sql=f"CAST(NULL AS {plan.table.column(name).type.name})") for name in columns}
    return Feed(columns=nulls, number="0", fixed=True)


def _referring(plan: Plan, reference: Reference, target: Target, *, free: Collection[str]) -> Feed:
    """Rows of the referenced table; where other references decided some columns already, rows that agree in those."""
    alias = f"k{len(plan.feeds)}"
    names = {name: f"{alias}.c{place}" for place, name in enumerate(reference.columns)}
    nullable = frozenset(name for name in free if not plan.table.column(name).not_null)
    if reference.full and len(nullable) < len(reference.columns):
        nullable = frozenset()
    if len(free) == len(reference.columns):
        join = f"LEFT JOIN {target.relation} AS {alias} ON {alias}.n = {{n}}"
        columns = {name: Shape(sql=names[name]) for name in free}
        return Feed(columns=columns, size=target.size, join=join, is_reference=True, nullable=nullable)
    return _agreeing(plan, reference, target, free=free, alias=alias)


def _agreeing(plan: Plan, reference: Reference, target: Target, *, free: Collection[str], alias: str) -> Feed:
    place = {name: number for number, name in enumerate(reference.columns)}
    shared = [name for name in reference.columns if name not in free]
    groups = ", ".join(f"c{place[name]}" for name in shared)
    arrays = "".join(f", array_agg(c{place[name]} ORDER BY n) AS a{place[name]}" for name in free)
    on = " AND ".join(f"{alias}.c{place[name]} = {_fed(plan, name)}" for name in shared)
    join = f"LEFT JOIN (SELECT {groups}, count(*) AS m{arrays} FROM {target.relation} GROUP BY {groups}) AS {alias} ON {on}"
    pick = plan.drawn(reference.name, f"{alias}.m") + " + 1"
    columns = {name: Shape(sql=f"{alias}.a{place[name]}[{pick}]") for name in free}
    strict = not free or any(plan.table.column(name).not_null for name in free)
    return Feed(columns=columns, number="0", fixed=True, join=join, required=f"{alias}.m IS NOT NULL" if strict else "")


def _fed(plan: Plan, name: str) -> str:
    feed = plan.feed(name)
    assert feed is not None
    return next(values.sql for column, values in feed.columns.items() if column == name)


def sample(plan: Plan) -> str:
    """A few hundred row numbers from the beginning, the end and between."""
    return f"(SELECT DISTINCT g FROM unnest(ARRAY[{', '.join(map(str, _numbers(plan)))}]::bigint[]) AS g)"


def _numbers(plan: Plan) -> Iterator[int]:
    step = max(plan.rows // 97, 1)
    last = plan.first + plan.rows
    yield from range(plan.first, min(plan.first + 40, last))
    yield from range(plan.first, last, step)
    yield from range(max(last - 40, plan.first), last)
