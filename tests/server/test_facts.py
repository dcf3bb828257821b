"""What `facts.effect` says of an op, measured: the op is spelled by our own emitter, run by Alembic, and looked at.

Locks come from pg_locks, rewrites from pg_relation_filenode, rows read from the transaction's own statistics.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from migfix.emit.spell import Speller
from migfix.emit.style import Style
from migfix.facts import effect
from migfix.facts.effects import _EFFECTS
from migfix.model import ops
from migfix.model.maybe import Expr, Name, Table, TypeExpr
from migfix.model.target import Target
from migfix.verify import Runner, Server

ROWS = 2000
T, P = Table(Name("t")), Table(Name("p"))
SCHEMA = f"""
CREATE TABLE p (id integer PRIMARY KEY);
INSERT INTO p SELECT generate_series(1, 50);
CREATE TABLE t (id integer NOT NULL, a integer NOT NULL, n integer, p_id integer, s varchar(20), r int4range,
                CONSTRAINT t_old_check CHECK (a > -1));
INSERT INTO t SELECT g, g, g, 1 + mod(g, 50), 'x', int4range(g, g + 1) FROM generate_series(1, {ROWS}) g;
ALTER TABLE t ADD CONSTRAINT t_old_fk FOREIGN KEY (p_id) REFERENCES p;
ALTER TABLE t ADD CONSTRAINT t_unchecked CHECK (n > 0) NOT VALID;
ALTER TABLE t ADD CONSTRAINT t_unchecked_fk FOREIGN KEY (p_id) REFERENCES p NOT VALID;
CREATE UNIQUE INDEX t_n ON t (n);
CREATE UNIQUE INDEX t_id ON t (id);
ANALYZE;
"""
STRENGTH = [
    "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE", "ACCESS EXCLUSIVE",
]  # fmt: skip
INTEGER = TypeExpr(code="sa.Integer()", name="Integer")
PLAIN = ops.Column(name=Name("c"), type=INTEGER)
TO_P = ops.Reference(table=P, column="id")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """An op to measure. `sql` where no directive says it; `prepare` runs and commits before; `since` which major."""

    op: ops.Op
    sql: str | None = None
    prepare: str | None = None
    since: int = 0


def _default(sql: str) -> ops.Default:
    return ops.Default(expr=Expr(code=f"sa.text({sql!r})", value=sql), kind="sql")


def _add(**changes: object) -> ops.AddColumn:
    return ops.AddColumn(table=T, column=replace(PLAIN, **changes))  # type: ignore[arg-type]


def _index(**changes: object) -> ops.CreateIndex:
    made = ops.CreateIndex(name=Name("t_a"), table=T, columns=(Expr(code="'a'", value="a"),))
    return replace(made, **changes)  # type: ignore[arg-type]


def _alter(**changes: object) -> ops.AlterColumn:
    return ops.AlterColumn(table=T, column=Name("n"), **changes)  # type: ignore[arg-type]


POSITIVE = Expr(code="'n > 0'", value="n > 0")
FOREIGN = ops.CreateForeignKey(
    name=Name("t_fk"), table=T, referent=P, local_cols=(Name("p_id"),), remote_cols=(Name("id"),)
)
CHECK = ops.CreateCheckConstraint(name=Name("t_ck"), table=T, condition=POSITIVE)
UUID = TypeExpr(code="sa.Uuid()", name="Uuid")
FACTS: dict[str, Fact] = {
    "add column": Fact(op=_add()),
    "add column, constant default": Fact(op=_add(server_default=_default("7"), nullable=False)),
    "add column, now()": Fact(op=_add(type=TypeExpr(code="sa.DateTime()"), server_default=_default("now()"))),
    "add column, volatile default": Fact(op=_add(type=UUID, server_default=_default("gen_random_uuid()"))),
    "add column, foreign key": Fact(op=_add(references=(TO_P,))),
    "add column, inline foreign key": Fact(op=replace(_add(references=(TO_P,)), inline_references=True)),
    "add column, inline foreign key and default": Fact(
        op=replace(_add(references=(TO_P,), server_default=_default("1")), inline_references=True)
    ),
    "add column, check": Fact(op=_add(checks=(Expr(code="sa.CheckConstraint('c > 0')", value="c > 0"),))),
    "add column, unique": Fact(op=_add(unique=True)),
    "add column, index": Fact(op=_add(index=True)),
    "add column, identity": Fact(
        op=_add(identity=True), sql="ALTER TABLE t ADD c integer GENERATED ALWAYS AS IDENTITY"
    ),
    "add column, stored": Fact(
        op=_add(computed=Expr(code="", value="a * 2"), computed_persisted=True),
        sql="ALTER TABLE t ADD c integer GENERATED ALWAYS AS (a * 2) STORED",
    ),
    "add column, virtual": Fact(
        op=_add(computed=Expr(code="", value="a * 2"), computed_persisted=False),
        sql="ALTER TABLE t ADD c integer GENERATED ALWAYS AS (a * 2) VIRTUAL",
        since=18,
    ),
    "drop column": Fact(op=ops.DropColumn(table=T, column=Name("s"))),
    "set not null": Fact(op=_alter(nullable=False)),
    "drop not null": Fact(op=ops.AlterColumn(table=T, column=Name("a"), nullable=True)),
    "set default": Fact(op=_alter(server_default=_default("1"))),
    "drop default": Fact(op=_alter(server_default=None)),
    "rename column": Fact(op=_alter(new_column_name=Name("m"))),
    "widen a type": Fact(
        op=ops.AlterColumn(table=T, column=Name("a"), type_=TypeExpr(code="sa.BigInteger()", name="BigInteger"))
    ),
    "rename table": Fact(op=ops.RenameTable(table=T, new_name=Name("u")), sql="ALTER TABLE t RENAME TO u"),
    "drop table": Fact(op=ops.DropTable(table=T)),
    "create index": Fact(op=_index()),
    "create unique index": Fact(op=_index(unique=True)),
    "drop index": Fact(op=ops.DropIndex(name=Name("t_n"), table=T)),
    "unique constraint": Fact(op=ops.CreateUniqueConstraint(name=Name("uq"), table=T, columns=(Name("a"),))),
    "primary key": Fact(op=ops.CreatePrimaryKey(name=Name("pk"), table=T, columns=(Name("id"),))),
    "exclude": Fact(
        op=ops.CreateExcludeConstraint(name=Name("ex"), table=T),
        sql="ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING gist (r WITH &&)",
    ),
    "foreign key": Fact(op=FOREIGN),
    "foreign key, not valid": Fact(op=replace(FOREIGN, not_valid=True)),
    "check": Fact(op=CHECK),
    "check, not valid": Fact(op=replace(CHECK, not_valid=True)),
    "not null, not valid": Fact(op=ops.SetNotNullNotValid(name=Name("nn"), table=T, column=Name("n")), since=18),
    "not null by constraint": Fact(
        op=ops.SetNotNullNotValid(name=Name("nn"), table=T, column=Name("n"), not_valid=False), since=18
    ),
    "drop check": Fact(op=ops.DropConstraint(name=Name("t_old_check"), table=T, type_="check")),
    "drop foreign key": Fact(op=ops.DropConstraint(name=Name("t_old_fk"), table=T, type_="foreignkey")),
    "validate check": Fact(op=ops.ValidateConstraint(name=Name("t_unchecked"), table=T)),
    "validate foreign key": Fact(op=ops.ValidateConstraint(name=Name("t_unchecked_fk"), table=T)),
    "unique using index": Fact(
        op=ops.AddConstraintUsingIndex(name=Name("t_n"), table=T, kind="unique", index=Name("t_n"))
    ),
    "primary key using index": Fact(
        op=ops.AddConstraintUsingIndex(name=Name("t_id"), table=T, kind="primary", index=Name("t_id"))
    ),
    "update": Fact(op=ops.Update(table=T, sql="UPDATE t SET s = 'y'")),
    "delete": Fact(op=ops.Delete(table=T, sql="DELETE FROM t WHERE s = 'z'")),
    "insert": Fact(op=ops.Insert(table=T, sql="INSERT INTO t (id, a) VALUES (0, 0)")),
    "bulk insert": Fact(op=ops.BulkInsert(table=T), sql="INSERT INTO t (id, a) VALUES (0, 0)"),
    "truncate": Fact(op=ops.Truncate(tables=(T,)), sql="TRUNCATE t"),
}
CONCURRENT: dict[str, ops.Op] = {
    "create index concurrently": _index(concurrently=True),
    "drop index concurrently": ops.DropIndex(name=Name("t_n"), table=T, concurrently=True),
}


@contextlib.contextmanager
def tables(server: Server) -> Iterator[sa.Engine]:
    """A database with t and p."""
    with server.scratch() as database:
        made = sa.create_engine(server.url(database), poolclass=sa.NullPool)
        with made.begin() as connection:
            for statement in SCHEMA.split(";"):
                if statement.strip():
                    connection.exec_driver_sql(statement)
        yield made
        made.dispose()


@pytest.fixture
def engine(runner: Runner) -> Iterator[sa.Engine]:
    with tables(runner.server) as made:
        yield made


def _run(fact: Fact, connection: sa.Connection) -> None:
    if fact.sql is not None:
        connection.exec_driver_sql(fact.sql)
        return
    code = Speller(style=Style(), alembic=(1, 20)).statement(fact.op, room=1000)
    assert code is not None, "neither Alembic nor SQL can say it"
    exec(code, {"op": Operations(MigrationContext.configure(connection)), "sa": sa})


@dataclass(frozen=True, kw_only=True)
class Measured:
    lock: str | None
    referent_lock: str | None
    rows: int
    rewritten: bool
    built: bool


def _relation(connection: sa.Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT CAST(CAST('{name}' AS regclass) AS oid)").scalar_one())


def _lock(connection: sa.Connection, relation: int, *, pid: str = "pg_backend_pid()") -> str | None:
    query = f"SELECT mode FROM pg_locks WHERE relation = {relation} AND pid = {pid} AND granted"
    modes = [_words(mode) for mode in connection.exec_driver_sql(query).scalars()]
    return max(modes, key=STRENGTH.index, default=None)


def _words(mode: str) -> str:
    return "".join(f" {c}" if c.isupper() else c for c in mode.removesuffix("Lock")).strip().upper()


def _indexes(connection: sa.Connection, table: int) -> set[int]:
    return set(connection.exec_driver_sql(f"SELECT indexrelid FROM pg_index WHERE indrelid = {table}").scalars())


def _filenode(connection: sa.Connection, table: int) -> object:
    return connection.exec_driver_sql(f"SELECT pg_relation_filenode({table})").scalar()


def _read(connection: sa.Connection, table: int) -> int:
    query = f"SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_all_tables WHERE relid = {table}"
    return int(connection.exec_driver_sql(query).scalar() or 0)


def measured(fact: Fact, engine: sa.Engine) -> Measured:
    if fact.prepare:
        with engine.begin() as connection:
            connection.exec_driver_sql(fact.prepare)
    with engine.connect() as connection:
        table, parent = _relation(connection, "t"), _relation(connection, "p")
        indexes, file = _indexes(connection, table), _filenode(connection, table)
        connection.rollback()
        _run(fact, connection)
        rows = _read(connection, table)
        return Measured(
            lock=_lock(connection, table),
            referent_lock=_lock(connection, parent),
            rows=rows,
            rewritten=_filenode(connection, table) != file and rows >= ROWS,
            built=bool(_indexes(connection, table) - indexes),
        )


def _blocking(lock: str | None) -> str | None:
    """Locks up to ROW SHARE on the other table only read it."""
    return None if lock in (None, "ACCESS SHARE", "ROW SHARE") else lock


@pytest.mark.parametrize("name", FACTS)
def test_an_effect_is_what_a_server_does(name: str, engine: sa.Engine, runner: Runner) -> None:
    fact = FACTS[name]
    if runner.server.major < fact.since:
        return
    said = effect(fact.op, Target(pg_version=runner.server.major))
    found = measured(fact, engine)
    assert (found.lock, said.rewrites, said.builds) == (said.lock, found.rewritten, found.built)
    assert said.long == (found.rows >= ROWS)
    if not isinstance(fact.op, ops.DropTable | ops.DropColumn):
        assert _blocking(found.referent_lock) == said.referent_lock


@pytest.mark.parametrize("name", CONCURRENT)
def test_a_concurrent_build_blocks_nobody(name: str, engine: sa.Engine) -> None:
    """A writer that does not end keeps it waiting; what it holds by then is seen from outside."""
    op = CONCURRENT[name]
    with engine.connect() as writer, engine.connect() as observer:
        writer.exec_driver_sql("UPDATE t SET s = 'w' WHERE id = 1")
        pids: list[int] = []

        def run() -> None:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                pids.append(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
                _run(Fact(op=op), connection)

        builder = threading.Thread(target=run)
        builder.start()
        lock = None
        for _ in range(500):
            lock = _lock(observer, _relation(observer, "t"), pid=str(pids[0])) if pids else None
            if lock is not None:
                break
            time.sleep(0.01)
        writer.rollback()
        observer.rollback()
        builder.join()
    assert lock == effect(op, Target()).lock


def test_every_effect_is_measured() -> None:
    assert {type(f.op) for f in FACTS.values()} | {type(op) for op in CONCURRENT.values()} == set(_EFFECTS)


PROVEN = """
ALTER TABLE t ADD CONSTRAINT t_n_filled CHECK (n IS NOT NULL) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT t_n_filled
"""


def test_a_validated_check_spares_set_not_null_the_scan(engine: sa.Engine) -> None:
    assert measured(Fact(op=_alter(nullable=False), prepare=PROVEN), engine).rows == 0


def test_an_unvalidated_check_does_not(engine: sa.Engine) -> None:
    prepare = PROVEN.partition(";")[0]
    assert measured(Fact(op=_alter(nullable=False), prepare=prepare), engine).rows == ROWS


def test_a_validated_check_of_two_columns_proves_both(engine: sa.Engine) -> None:
    prepare = PROVEN.replace("n IS NOT NULL", "s IS NOT NULL AND n IS NOT NULL")
    assert measured(Fact(op=_alter(nullable=False), prepare=prepare), engine).rows == 0


def test_a_primary_key_over_an_index_reads_the_table_when_a_column_may_be_null(engine: sa.Engine) -> None:
    key = ops.AddConstraintUsingIndex(name=Name("t_n"), table=T, kind="primary", index=Name("t_n"))
    assert measured(Fact(op=key), engine).rows == ROWS


def test_a_validated_check_spares_the_primary_key_the_scan(engine: sa.Engine) -> None:
    key = ops.AddConstraintUsingIndex(name=Name("t_n"), table=T, kind="primary", index=Name("t_n"))
    assert measured(Fact(op=key, prepare=PROVEN), engine).rows == 0


def test_set_not_null_validates_a_native_constraint_under_its_own_lock(engine: sa.Engine, runner: Runner) -> None:
    if runner.server.major < 18:
        return
    native = "ALTER TABLE t ADD CONSTRAINT nn NOT NULL n NOT VALID"
    assert measured(Fact(op=_alter(nullable=False), prepare=native), engine).rows == ROWS


def test_validate_lets_others_write_to_both_tables(engine: sa.Engine) -> None:
    found = measured(FACTS["validate foreign key"], engine)
    assert (found.lock, found.referent_lock) == ("SHARE UPDATE EXCLUSIVE", "ROW SHARE")
