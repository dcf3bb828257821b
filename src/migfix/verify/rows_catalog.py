"""What the catalog says about every user table that rows must respect: columns, types, keys, references and CHECKs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from migfix.verify.catalog import USER_SCHEMA
from migfix.verify.rows_types import ColumnType, type_reader

if TYPE_CHECKING:
    import psycopg

RELATIONS = f"""
SELECT c.oid::bigint, c.oid::regclass::text, c.relkind = 'f'
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND c.relpersistence <> 't' AND {USER_SCHEMA}
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 2
"""
COLUMNS = """
SELECT a.attrelid::bigint, a.attname::text, a.atttypid::bigint, a.atttypmod, a.attnotnull, a.attgenerated <> '',
  pg_get_expr(d.adbin, d.adrelid), (
    SELECT s.oid::regclass::text FROM pg_depend p JOIN pg_class s ON s.relkind = 'S' AND s.oid =
      CASE WHEN p.refclassid = 'pg_class'::regclass AND p.classid = 'pg_attrdef'::regclass THEN p.refobjid ELSE p.objid END
    WHERE (p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid AND p.refclassid = 'pg_class'::regclass)
      OR (p.classid = 'pg_class'::regclass AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype = 'i')
    ORDER BY 1 LIMIT 1)
FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY(%s) ORDER BY a.attrelid, a.attnum
"""
KEYS = """
SELECT i.indrelid::bigint, i.indexrelid::regclass::text, i.indisexclusion, pg_get_expr(i.indexprs, i.indrelid),
  coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), ARRAY(
    SELECT a.attname::text FROM generate_series(0, i.indnkeyatts - 1) AS place
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[place] ORDER BY place),
  i.indpred IS NOT NULL, NOT i.indimmediate
FROM pg_index i WHERE (i.indisunique OR i.indisexclusion) AND i.indrelid = ANY(%s)
ORDER BY i.indisprimary DESC, i.indexrelid::regclass::text
"""
REFERENCES = """
SELECT k.conrelid::bigint, k.conname::text, coalesce(pg_partition_root(k.confrelid), k.confrelid)::bigint,
  k.confrelid::regclass::text, k.confmatchtype = 'f',
  ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY place),
  ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY place)
FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = ANY(%s) ORDER BY k.conname
"""
CHECKS = """
SELECT k.conrelid::bigint, k.conname::text, pg_get_expr(k.conbin, k.conrelid), ARRAY(
  SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey) ORDER BY a.attnum)
FROM pg_constraint k WHERE k.contype = 'c' AND k.conrelid = ANY(%s) ORDER BY k.conname
"""
PARTITIONS = """
SELECT c.oid::bigint, coalesce(array_agg(pg_get_partition_constraintdef(t.relid)) FILTER (WHERE t.isleaf AND t.level > 0),
  '{}'), array_agg(t.relid::text) FILTER (WHERE t.level > 0) FROM pg_class c, pg_partition_tree(c.oid) t WHERE c.relkind = 'p' AND c.oid = ANY(%s) GROUP BY c.oid
"""
VALUE = re.compile(r"\bVALUE\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. `sequence` feeds it by default; `default` is an expression as the server prints it."""

    name: str
    type: ColumnType
    not_null: bool
    generated: bool
    default: str | None = None
    sequence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A unique or exclusion index over columns: those inside its expressions, those that generated ones come from."""

    name: str
    columns: tuple[str, ...]
    exclusion: bool = False
    nulls_conflict: bool = False
    partial: bool = False
    deferrable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A foreign key: `target` is the oid of the table (of the root, for a partition), `target_name` the relation."""

    name: str
    columns: tuple[str, ...]
    target: int
    target_name: str
    target_columns: tuple[str, ...]
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A condition over columns of a row; `parts` are those of partitions, each of which should get rows."""

    name: str
    expression: str
    columns: tuple[str, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that can be filled, or could be if it were not `foreign`."""

    oid: int
    name: str
    foreign: bool
    columns: tuple[Column, ...] = ()
    keys: tuple[Key, ...] = ()
    references: tuple[Reference, ...] = ()
    checks: tuple[Check, ...] = ()
    partitions: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def is_versions(self) -> bool:
        """Alembic's own table, under whatever name."""
        return [column.name for column in self.columns] == ["version_num"]

    def is_named(self, name: str) -> bool:
        """With or without schema, with or without quotes; a partition's name is that of its table."""
        plain = name.replace('"', "")
        known = [known.replace('"', "") for known in (self.name, *self.partitions)]
        return any(plain in {full, full.partition(".")[2]} for full in known)


@dataclass(slots=True)
class _Parts:
    columns: list[Column] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    partitions: tuple[str, ...] = ()


def read_tables(connection: psycopg.Connection[Any]) -> Mapping[int, Table]:
    """All user tables by oid, partitions and Alembic's own table left out; names are qualified by their schema."""
    connection.execute("SET search_path = pg_catalog")
    tables = {row[0]: Table(oid=row[0], name=row[1], foreign=row[2]) for row in connection.execute(RELATIONS)}
    parts = {oid: _Parts() for oid in tables}
    read = type_reader(connection)
    oids = list(tables)
    for row in connection.execute(COLUMNS, (oids,)).fetchall():
        parts[row[0]].columns.append(_column(row, read(row[2], row[3])))
    for row in connection.execute(KEYS, (oids,)):
        parts[row[0]].keys.append(_key(row, parts[row[0]].columns))
    for row in connection.execute(REFERENCES, (oids,)):
        parts[row[0]].references.append(_reference(row))
    for oid, name, expression, columns in connection.execute(CHECKS, (oids,)):
        parts[oid].checks.append(Check(name=name, expression=expression, columns=tuple(columns)))
    for oid, bounds, names in connection.execute(PARTITIONS, (oids,)):
        parts[oid].checks.append(_partitions(bounds, parts[oid].columns))
        parts[oid].partitions = tuple(names or ())
    connection.execute("RESET search_path")
    whole = {oid: _table(table, parts[oid]) for oid, table in tables.items()}
    return {oid: table for oid, table in whole.items() if not table.is_versions}


def mentioned(columns: list[Column], text: str) -> tuple[str, ...]:
    """The columns whose names stand in an expression."""
    return tuple(column.name for column in columns if re.search(rf"(?<![\w.]){re.escape(column.name)}(?!\w)", text))


def _table(table: Table, parts: _Parts) -> Table:
    checks = (*parts.checks, *domain_checks(parts.columns))
    return replace(
        table,
        columns=tuple(parts.columns),
        keys=tuple(parts.keys),
        references=tuple(parts.references),
        checks=checks,
        partitions=parts.partitions,
    )


def _column(row: tuple[Any, ...], type_: ColumnType) -> Column:
    return Column(
        name=row[1],
        type=type_,
        not_null=row[4] or type_.not_null,
        generated=row[5],
        default=row[6],
        sequence=row[7],
    )


def _key(row: tuple[Any, ...], columns: list[Column]) -> Key:
    inside = mentioned(columns, row[3]) if row[3] else ()
    made = {column.name: column.default or "" for column in columns if column.generated}
    origins = {name: mentioned(columns, made[name]) for name in (*row[5], *inside) if name in made}
    names = tuple(dict.fromkeys(own for name in (*row[5], *inside) for own in origins.get(name, (name,))))
    return Key(name=row[1], columns=names, exclusion=row[2], nulls_conflict=row[4], partial=row[6], deferrable=row[7])


def _reference(row: tuple[Any, ...]) -> Reference:
    return Reference(
        name=row[1],
        target=row[2],
        target_name=row[3],
        full=row[4],
        columns=tuple(row[5]),
        target_columns=tuple(row[6]),
    )


def _partitions(bounds: list[str | None], columns: list[Column]) -> Check:
    """A row must have a partition to go to: one of theirs, a default partition's condition included."""
    expression = " OR ".join(f"({bound or 'true'})" for bound in bounds) or "false"
    parts = tuple(bound for bound in bounds if bound and "satisfies_hash_partition" not in bound)
    return Check(name="partition bounds", expression=expression, columns=mentioned(columns, expression), parts=parts)


def domain_checks(columns: Iterable[Column]) -> Iterator[Check]:
    """The CHECKs of a domain, said of the column that has it."""
    for column in columns:
        quoted = '"' + column.name.replace('"', '""') + '"'
        for name, expression in column.type.checks:
            yield Check(
                name=name, expression=VALUE.sub(quoted.replace("\\", r"\\"), expression), columns=(column.name,)
            )
