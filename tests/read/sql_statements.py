"""SQL statements and the ops they stand for: the table behind test_sql.py and test_sql_text.py."""

from __future__ import annotations

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Expr, Name, Table, TypeExpr
from migfix.model.ops import Column, Default, Op, Reference, TableConstraint


def table(text: str) -> Table:
    schema, _, name = text.rpartition(".")
    return Table(Name(name), Name(schema) if schema else None)


def sql(text: str) -> Expr:
    return Expr(code=f'sa.text("{text}")', value=text)


def key(name: str) -> Expr:
    return Expr(code=f'"{name}"', value=name)


def expression(text: str) -> Expr:
    return Expr(code=f'sa.text("{text}")')


def names(text: str) -> tuple[Name, ...]:
    return tuple(map(Name, text.split()))


def default(text: str) -> Default:
    return Default(expr=sql(text), kind="sql")


INT = TypeExpr(code="int", name="Integer")
TEXT = TypeExpr(code="text", name="Text")
T = table("t")


def column(name: str = "x", type: TypeExpr = INT, **more: object) -> Column:
    return Column(name=Name(name), type=type, **more)  # type: ignore[arg-type]


def add(*made: Op, **more: object) -> tuple[Op, ...]:
    return (ops.AddColumn(table=T, column=column(**more)), *made)  # type: ignore[arg-type]


def alter(**more: object) -> tuple[Op, ...]:
    return (ops.AlterColumn(table=T, column=Name("x"), **more),)  # type: ignore[arg-type]


def run(text: str, tag: str, *tables: str, rerunnable: bool = False) -> tuple[Op, ...]:
    return (ops.RunSql(sql=text, tag=tag, tables=tuple(map(table, tables)), rerunnable=rerunnable),)


def same(text: str, tag: str, *tables: str, rerunnable: bool = False) -> tuple[str, tuple[Op, ...]]:
    """A row whose op is the statement itself."""
    return text, run(text, tag, *tables, rerunnable=rerunnable)


def index(*columns: Expr, name: str | None = "i", **more: object) -> tuple[Op, ...]:
    given = {"table": T, **more}
    return (ops.CreateIndex(name=Name(name) if name else None, columns=columns, **given),)  # type: ignore[arg-type]


def foreign(**more: object) -> tuple[Op, ...]:
    given = {"name": Name("fk"), "local_cols": names("p_id"), "remote_cols": names("id"), **more}
    return (ops.CreateForeignKey(table=T, referent=table("p"), **given),)  # type: ignore[arg-type]


ALTER_TABLE: list[tuple[str, tuple[Op, ...]]] = [
    ("ALTER TABLE t ADD COLUMN x int", add()),
    ("ALTER TABLE t ADD x int", add()),
    ("alter table ONLY t add column x int", add()),
    ("ALTER TABLE t * ADD COLUMN x int", add()),
    ("ALTER TABLE ONLY (t) ADD COLUMN x int", add()),
    ("ALTER TABLE s.t ADD COLUMN x int", (ops.AddColumn(table=table("s.t"), column=column()),)),
    ('ALTER TABLE "S"."T t" ADD COLUMN "X" int', (ops.AddColumn(table=table("S.T t"), column=column("X")),)),
    ("ALTER TABLE T ADD COLUMN X int", add()),
    ("ALTER TABLE t ADD COLUMN größe int", add(name="größe")),
    ("ALTER TABLE t ADD COLUMN x int NOT NULL", add(nullable=False)),
    ("ALTER TABLE t ADD COLUMN x int NULL", add()),
    ("ALTER TABLE t ADD COLUMN x int DEFAULT 0 NOT NULL", add(server_default=default("0"), nullable=False)),
    (
        "ALTER TABLE t ADD COLUMN x int DEFAULT (1 + 2), ADD y int",
        (*add(server_default=default("(1 + 2)")), *add(name="y")),
    ),
    (
        "ALTER TABLE t ADD COLUMN x text DEFAULT 'a, b)' UNIQUE",
        add(type=TEXT, server_default=default("'a, b)'"), unique=True),
    ),
    (
        "ALTER TABLE t ADD COLUMN x text DEFAULT 'ü'::text NOT NULL",
        add(type=TEXT, server_default=default("'ü'::text"), nullable=False),
    ),
    (
        "ALTER TABLE t ADD COLUMN x timestamptz DEFAULT now()",
        add(
            type=TypeExpr(code="timestamptz", name="DateTime", args=("timezone=True",)), server_default=default("now()")
        ),
    ),
    ("ALTER TABLE t ADD COLUMN x int PRIMARY KEY", add(primary_key=True, nullable=False)),
    ("ALTER TABLE t ADD COLUMN x int UNIQUE", add(unique=True)),
    ("ALTER TABLE t ADD COLUMN x int CHECK (x > (1))", add(checks=(sql("x > (1)"),))),
    (
        "ALTER TABLE t ADD COLUMN x int CONSTRAINT c CHECK (x > 1)",
        add(checks=(sql("x > 1"),), check_names=(Name("c"),)),
    ),
    (
        "ALTER TABLE t ADD COLUMN x int REFERENCES p",
        (
            ops.AddColumn(
                table=T,
                column=column(references=(Reference(table=table("p"), column=UNKNOWN),)),
                inline_references=True,
            ),
        ),
    ),
    (
        "ALTER TABLE t ADD COLUMN x int CONSTRAINT fk REFERENCES s.p (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED",
        (
            ops.AddColumn(
                table=T,
                column=column(
                    references=(
                        Reference(
                            table=table("s.p"),
                            column="id",
                            name=Name("fk"),
                            extra=(("ondelete", '"SET NULL"'), ("deferrable", "True"), ("initially", '"DEFERRED"')),
                        ),
                    )
                ),
                inline_references=True,
            ),
        ),
    ),
    (
        "ALTER TABLE t ADD COLUMN x int CONSTRAINT u UNIQUE DEFERRABLE",
        add(ops.CreateUniqueConstraint(name=Name("u"), table=T, columns=names("x"), deferrable=True)),
    ),
    (
        "ALTER TABLE t ADD COLUMN x int CONSTRAINT pk PRIMARY KEY",
        add(ops.CreatePrimaryKey(name=Name("pk"), table=T, columns=names("x")), nullable=False),
    ),
    (
        "ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (y * 2) STORED",
        add(computed=sql("y * 2"), computed_persisted=True),
    ),
    (
        "ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (y * 2) VIRTUAL",
        add(computed=sql("y * 2"), computed_persisted=False),
    ),
    ("ALTER TABLE t ADD COLUMN x int GENERATED BY DEFAULT AS IDENTITY (START 5)", add(identity=True, nullable=False)),
    ("ALTER TABLE t ADD COLUMN IF NOT EXISTS x int", (ops.AddColumn(table=T, column=column(), if_not_exists=True),)),
    (
        "ALTER TABLE IF EXISTS t ADD COLUMN x int",
        (ops.AddColumn(table=T, column=column(), extra=(("table_if_exists", "True"),)),),
    ),
    (
        "ALTER TABLE t ADD COLUMN x text DEFAULT 'a' COLLATE \"C\"",
        add(
            type=TypeExpr(code='text COLLATE "C"', name="Text", args=('collation="C"',)), server_default=default("'a'")
        ),
    ),
    same("ALTER TABLE t ADD COLUMN x text STORAGE EXTERNAL", "ALTER TABLE", "t"),
    same("ALTER TABLE t ADD COLUMN x int CHECK (x > 1) NO INHERIT", "ALTER TABLE", "t"),
    same("ALTER TABLE t ADD COLUMN x int REFERENCES p NOT ENFORCED", "ALTER TABLE", "t", "p"),
    ("ALTER TABLE t DROP COLUMN x", (ops.DropColumn(table=T, column=Name("x")),)),
    ("ALTER TABLE t DROP COLUMN IF EXISTS x", (ops.DropColumn(table=T, column=Name("x"), if_exists=True),)),
    ("ALTER TABLE t DROP x CASCADE", (ops.DropColumn(table=T, column=Name("x"), extra=(("cascade", "True"),)),)),
    ("ALTER TABLE t ALTER COLUMN x SET NOT NULL", alter(nullable=False)),
    ("ALTER TABLE t ALTER x DROP NOT NULL", alter(nullable=True)),
    ("ALTER TABLE t ALTER COLUMN x SET DEFAULT coalesce(1, 2)", alter(server_default=default("coalesce(1, 2)"))),
    ("ALTER TABLE t ALTER COLUMN x DROP DEFAULT", alter(server_default=None)),
    ("ALTER TABLE t ALTER COLUMN x TYPE int", alter(type_=INT)),
    (
        "ALTER TABLE t ALTER COLUMN x SET DATA TYPE int USING x::int",
        alter(type_=INT, postgresql_using=Expr(code='"x::int"', value="x::int")),
    ),
    (
        'ALTER TABLE t ALTER COLUMN x TYPE text COLLATE pg_catalog."C" USING f(x, 1)',
        alter(
            type_=TypeExpr(code='text COLLATE pg_catalog."C"', name="Text", args=('collation="pg_catalog.C"',)),
            postgresql_using=Expr(code='"f(x, 1)"', value="f(x, 1)"),
        ),
    ),
    ("ALTER TABLE t RENAME COLUMN x TO y", alter(new_column_name=Name("y"))),
    ("ALTER TABLE t RENAME x TO y", alter(new_column_name=Name("y"))),
    ("ALTER TABLE s.t RENAME TO u", (ops.RenameTable(table=table("s.t"), new_name=Name("u")),)),
    same("ALTER TABLE IF EXISTS t RENAME TO u", "ALTER TABLE", "t"),
    same("ALTER TABLE t RENAME CONSTRAINT a TO b", "ALTER TABLE", "t"),
    same("ALTER TABLE t SET SCHEMA s", "ALTER TABLE", "t"),
    same("ALTER TABLE t ALTER COLUMN x SET STORAGE EXTERNAL", "ALTER TABLE", "t", rerunnable=True),
    same("ALTER TABLE t OWNER TO o", "ALTER TABLE", "t", rerunnable=True),
    same("ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1, 2)", "ALTER TABLE", "t", "p"),
    same("ALTER TABLE t ENABLE TRIGGER ALL", "ALTER TABLE", "t", rerunnable=True),
    (
        "ALTER TABLE t /* a, b */ ALTER x SET NOT NULL, -- c, d\n SET (fillfactor = 70, autovacuum_enabled = off), DROP z",
        (
            *alter(nullable=False),
            *run("ALTER TABLE t SET (fillfactor = 70, autovacuum_enabled = off)", "ALTER TABLE", "t", rerunnable=True),
            ops.DropColumn(table=T, column=Name("z")),
        ),
    ),
    same("ALTER INDEX i RENAME TO j", "ALTER INDEX", "i"),
    same("ALTER VIEW v RENAME COLUMN a TO b", "ALTER TABLE", "v"),
    same("ALTER SEQUENCE s OWNED BY t.x", "ALTER SEQUENCE", "s", rerunnable=True),
]

CONSTRAINTS: list[tuple[str, tuple[Op, ...]]] = [
    (
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE (x, y)",
        (ops.CreateUniqueConstraint(name=Name("u"), table=T, columns=names("x y")),),
    ),
    (
        "ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (x) INCLUDE (y) DEFERRABLE INITIALLY DEFERRED",
        (
            ops.CreateUniqueConstraint(
                name=None,
                table=T,
                columns=names("x"),
                deferrable=True,
                initially="DEFERRED",
                nulls_not_distinct=True,
                extra=(("postgresql_include", '["y"]'),),
            ),
        ),
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (x)",
        (ops.CreatePrimaryKey(name=Name("pk"), table=T, columns=names("x")),),
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i DEFERRABLE",
        (ops.AddConstraintUsingIndex(name=Name("u"), table=T, kind="unique", index=Name("i"), deferrable=True),),
    ),
    (
        "ALTER TABLE t ADD PRIMARY KEY USING INDEX i",
        (ops.AddConstraintUsingIndex(name=Name("i"), table=T, kind="primary", index=Name("i")),),
    ),
    ("ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (p_id) REFERENCES p (id)", foreign()),
    ("ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (p_id) REFERENCES p (id) NOT VALID", foreign(not_valid=True)),
    ("ALTER TABLE t ADD FOREIGN KEY (p_id) REFERENCES p", foreign(name=None, remote_cols=())),
    (
        "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (p_id) REFERENCES p (id) MATCH FULL ON UPDATE CASCADE ON DELETE RESTRICT",
        foreign(extra=(("onupdate", '"CASCADE"'), ("ondelete", '"RESTRICT"'), ("match", '"FULL"'))),
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT c CHECK (x IN (1, 2)) NOT VALID",
        (ops.CreateCheckConstraint(name=Name("c"), table=T, condition=sql("x IN (1, 2)"), not_valid=True),),
    ),
    (
        "ALTER TABLE t ADD CHECK ((x > 1) AND (y > 2))",
        (ops.CreateCheckConstraint(name=None, table=T, condition=sql("(x > 1) AND (y > 2)")),),
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (r WITH &&)",
        (ops.CreateExcludeConstraint(name=Name("e"), table=T),),
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT nn NOT NULL x NOT VALID",
        (ops.SetNotNullNotValid(name=Name("nn"), table=T, column=Name("x")),),
    ),
    (
        "ALTER TABLE t ADD NOT NULL x",
        (ops.SetNotNullNotValid(name=None, table=T, column=Name("x"), not_valid=False),),
    ),
    same("ALTER TABLE t ADD CONSTRAINT c CHECK (x > 1) NO INHERIT", "ALTER TABLE", "t"),
    same("ALTER TABLE t ADD CONSTRAINT c CHECK (x > 1) NOT ENFORCED", "ALTER TABLE", "t"),
    same("ALTER TABLE t ADD UNIQUE (x) WITH (fillfactor = 70)", "ALTER TABLE", "t"),
    ("ALTER TABLE t VALIDATE CONSTRAINT c", (ops.ValidateConstraint(name=Name("c"), table=T),)),
    ("ALTER TABLE t DROP CONSTRAINT c", (ops.DropConstraint(name=Name("c"), table=T),)),
    ("ALTER TABLE t DROP CONSTRAINT IF EXISTS c", (ops.DropConstraint(name=Name("c"), table=T, if_exists=True),)),
]

INDEXES: list[tuple[str, tuple[Op, ...]]] = [
    ("CREATE INDEX i ON t (a)", index(key("a"))),
    ("CREATE INDEX ON t (a)", index(key("a"), name=None)),
    ("CREATE UNIQUE INDEX i ON s.t (a, b)", index(key("a"), key("b"), table=table("s.t"), unique=True)),
    ("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", index(key("a"), concurrently=True, if_not_exists=True)),
    ("CREATE INDEX i ON ONLY t (a)", index(key("a"), only=True)),
    ("CREATE INDEX i ON t USING gin (a)", index(key("a"), using="gin")),
    ("CREATE INDEX i ON t (lower(a), (a + b))", index(expression("lower(a)"), expression("(a + b)"))),
    ("CREATE INDEX i ON t (a DESC, b NULLS FIRST)", index(expression("a DESC"), expression("b NULLS FIRST"))),
    ("CREATE INDEX i ON t (a) WHERE b IS NULL", index(key("a"), where=sql("b IS NULL"))),
    ("CREATE INDEX i ON t (a) INCLUDE (b)", index(key("a"), extra=(("postgresql_include", '["b"]'),))),
    (
        "CREATE INDEX i ON t USING gin (a gin_trgm_ops) WITH (fastupdate = off) TABLESPACE x",
        index(
            key("a"),
            using="gin",
            extra=(
                ("postgresql_ops", '{"a": "gin_trgm_ops"}'),
                ("postgresql_with", '{"fastupdate": "off"}'),
                ("postgresql_tablespace", '"x"'),
            ),
        ),
    ),
    (
        "CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT WHERE (a > 1)",
        index(key("a"), unique=True, nulls_not_distinct=True, where=sql("(a > 1)")),
    ),
    ("DROP INDEX i", (ops.DropIndex(name=Name("i"), table=None),)),
    (
        "DROP INDEX CONCURRENTLY IF EXISTS s.i, j",
        (
            ops.DropIndex(name=Name("i"), table=None, schema=Name("s"), concurrently=True, if_exists=True),
            ops.DropIndex(name=Name("j"), table=None, concurrently=True, if_exists=True),
        ),
    ),
    ("REINDEX INDEX CONCURRENTLY i", (ops.Reindex(target="INDEX i", concurrently=True),)),
    ("REINDEX TABLE s.t", (ops.Reindex(target="TABLE s.t"),)),
    ("REINDEX (CONCURRENTLY false) TABLE t", (ops.Reindex(target="TABLE t"),)),
]

TABLES: list[tuple[str, tuple[Op, ...]]] = [
    ("CREATE TABLE t (x int)", (ops.CreateTable(table=T, columns=(column(),)),)),
    ("CREATE TABLE t ()", (ops.CreateTable(table=T, columns=()),)),
    (
        "CREATE TABLE IF NOT EXISTS t (id serial PRIMARY KEY, x int, CHECK (x > 1), CONSTRAINT u UNIQUE (x))",
        (
            ops.CreateTable(
                table=T,
                columns=(
                    column("id", TypeExpr(code="serial", name="Serial"), primary_key=True, nullable=False),
                    column(),
                ),
                constraints=(
                    TableConstraint(kind="check", name=None, condition=sql("x > 1")),
                    TableConstraint(kind="unique", name=Name("u"), columns=("x",)),
                ),
                if_not_exists=True,
            ),
        ),
    ),
    (
        "CREATE TABLE t (x int, y int, PRIMARY KEY (x, y), FOREIGN KEY (y) REFERENCES p (id), EXCLUDE USING gist (x WITH =))",
        (
            ops.CreateTable(
                table=T,
                columns=(column(), column("y")),
                constraints=(
                    TableConstraint(kind="primary", name=None, columns=("x", "y")),
                    TableConstraint(kind="foreign", name=None, columns=("y",), referent=table("p")),
                    TableConstraint(kind="exclude", name=None, columns=UNKNOWN),
                ),
            ),
        ),
    ),
    ("CREATE TABLE t (x int, NOT NULL x)", (ops.CreateTable(table=T, columns=(column(nullable=False),)),)),
    (
        "CREATE TABLE t (x int) PARTITION BY RANGE (x)",
        (ops.CreateTable(table=T, columns=(column(),), partitioned=True),),
    ),
    (
        "CREATE TABLE t PARTITION OF p FOR VALUES IN (1)",
        (ops.CreateTable(table=T, columns=(), complete=False, extra=(("partition_of", '["p"]'),)),),
    ),
    ("CREATE TABLE t (LIKE p INCLUDING ALL)", (ops.CreateTable(table=T, columns=(), complete=False),)),
    (
        "CREATE TABLE t (x int) INHERITS (p)",
        (ops.CreateTable(table=T, columns=(column(),), complete=False, extra=(("inherits", '["p"]'),)),),
    ),
    (
        "CREATE TEMP TABLE t (x int)",
        (ops.CreateTable(table=T, columns=(column(),), extra=(("prefixes", '["TEMPORARY"]'),)),),
    ),
    ("CREATE TABLE t AS SELECT * FROM p", (ops.CreateTable(table=T, columns=(), complete=False),)),
    ("SELECT * INTO t FROM p", (ops.CreateTable(table=T, columns=(), complete=False),)),
    (
        "DROP TABLE IF EXISTS a, s.b CASCADE",
        tuple(ops.DropTable(table=table(n), if_exists=True, extra=(("cascade", "True"),)) for n in ("a", "s.b")),
    ),
    ("DROP TABLE t", (ops.DropTable(table=T),)),
]


def update(
    text: str, *assignments: tuple[str, str], where: str | None = None, simple: bool = True, **more: object
) -> tuple[str, tuple[Op, ...]]:
    given = {"table": T, "assignments": assignments, **more}
    return text, (ops.Update(sql=text, where=where, simple=simple, **given),)  # type: ignore[arg-type]


def delete(text: str, where: str | None = None, simple: bool = True, **more: object) -> tuple[str, tuple[Op, ...]]:
    return text, (ops.Delete(table=T, sql=text, where=where, simple=simple, **more),)  # type: ignore[arg-type]


def insert(text: str, **more: object) -> tuple[str, tuple[Op, ...]]:
    return text, (ops.Insert(table=T, sql=text, **more),)  # type: ignore[arg-type]


def harmless(text: str) -> tuple[str, tuple[Op, ...]]:
    return text, (ops.Harmless(code=text),)


DATA: list[tuple[str, tuple[Op, ...]]] = [
    update("UPDATE t SET a = 1", ("a", "1")),
    update("UPDATE t SET a = b, C = 'x, y = z'", ("a", "b"), ("c", "'x, y = z'")),
    update('update "t" set "A" = f(1, (2))', ("A", "f(1, (2))")),
    update("UPDATE s.t SET a = 1", ("a", "1"), table=table("s.t")),
    update("UPDATE t AS u SET a = u.b WHERE u.a IS NULL", ("a", "u.b"), where="u.a IS NULL", alias="u"),
    update("UPDATE t SET a = b IS DISTINCT FROM c WHERE x", ("a", "b IS DISTINCT FROM c"), where="x"),
    update("UPDATE t SET a = 'ä' WHERE ö = 'ü' AND b", ("a", "'ä'"), where="ö = 'ü' AND b"),
    update("UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END", ("a", "CASE WHEN b THEN 1 ELSE 2 END")),
    update(
        "UPDATE t SET a = (SELECT max(b) FROM u WHERE u.id = t.id)", ("a", "(SELECT max(b) FROM u WHERE u.id = t.id)")
    ),
    update("UPDATE t SET a = 1 -- all\nWHERE /* yes */ b", ("a", "1"), where="b"),
    update("UPDATE t SET a = ARRAY[1, 2], b = DEFAULT", ("a", "ARRAY[1, 2]"), ("b", "DEFAULT")),
    update("UPDATE t SET a = u.a FROM u WHERE u.id = t.id", ("a", "u.a"), where="u.id = t.id", simple=False),
    update("UPDATE t SET a = 1 WHERE b RETURNING c", ("a", "1"), where="b", simple=False),
    update("UPDATE ONLY t SET a = 1", ("a", "1"), simple=False),
    update("WITH w AS (SELECT 1) UPDATE t SET a = 1", ("a", "1"), simple=False),
    update("UPDATE t SET (a, b) = (1, 2) WHERE c", where="c", assignments=UNKNOWN),
    update("UPDATE t SET a[1] = 2", assignments=UNKNOWN),
    update(
        "UPDATE t SET a = :a WHERE id > :lo AND b = :a",
        ("a", ":a"),
        where="id > :lo AND b = :a",
        parameters=("a", "lo"),
    ),
    update(
        "UPDATE t SET a = :a::int WHERE b = '12:30'::time",
        ("a", ":a::int"),
        where="b = '12:30'::time",
        parameters=("a",),
    ),
    update("UPDATE t SET a = b\\:\\:int", ("a", "b\\:\\:int")),
    update("UPDATE t SET a = %s WHERE b = %(low)s", ("a", "%s"), where="b = %(low)s", parameters=("%s", "low")),
    update("UPDATE t SET a = b %% 2", ("a", "b %% 2")),
    update("UPDATE t SET a = b % s", ("a", "b % s")),
    update("UPDATE t SET a = b[1:2], c = b[:n]", ("a", "b[1:2]"), ("c", "b[:n]"), parameters=("n",)),
    update("UPDATE t SET a = 1 WHERE id IN :ids", ("a", "1"), where="id IN :ids", parameters=("ids",)),
    update("UPDATE t SET a = 1 WHERE id NOT IN :ids", ("a", "1"), where="id NOT IN :ids", parameters=("ids",)),
    update("UPDATE t SET a = ':no' /* :no */ || $$:no$$", ("a", "':no' /* :no */ || $$:no$$")),
    delete("DELETE FROM t"),
    delete("DELETE FROM t u WHERE u.a = 1", "u.a = 1", alias="u"),
    delete("DELETE FROM t USING u WHERE t.a = u.a", "t.a = u.a", simple=False),
    delete("DELETE FROM t WHERE a RETURNING b", "a", simple=False),
    delete("DELETE FROM t WHERE CURRENT OF c", "CURRENT OF c", simple=False),
    delete("DELETE FROM t WHERE a IN (SELECT a FROM u WHERE b)", "a IN (SELECT a FROM u WHERE b)"),
    insert("INSERT INTO t (a, b) VALUES (1, 'x;y'), (2, ')')"),
    insert("INSERT INTO t DEFAULT VALUES"),
    insert("INSERT INTO t VALUES (:a, :b)", parameters=("a", "b")),
    insert("INSERT INTO t SELECT 1"),
    insert("INSERT INTO t (a) SELECT a FROM u", selects=True),
    insert("INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING", on_conflict_do_nothing=True),
    insert("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2"),
    (
        "WITH d AS (DELETE FROM u) INSERT INTO t SELECT 1",
        (
            ops.Delete(table=table("u"), sql="WITH d AS (DELETE FROM u) INSERT INTO t SELECT 1"),
            ops.Insert(table=T, sql="WITH d AS (DELETE FROM u) INSERT INTO t SELECT 1"),
        ),
    ),
    (
        "WITH d AS (DELETE FROM u RETURNING *) SELECT count(*) FROM d",
        (ops.Delete(table=table("u"), sql="WITH d AS (DELETE FROM u RETURNING *) SELECT count(*) FROM d"),),
    ),
    ("TRUNCATE a, s.b", (ops.Truncate(tables=(table("a"), table("s.b"))),)),
    harmless("SELECT count(*), max(id) FROM t WHERE a = :a"),
    harmless("SELECT pg_catalog.lower('x')"),
    harmless("SHOW lock_timeout"),
    harmless("VALUES (1)"),
    same("SELECT setval('s', 1)", "SELECT"),
    same("SELECT my_function(a) FROM t", "SELECT", "t"),
    same("SELECT myschema.lower(a) FROM t", "SELECT", "t"),
    same("SELECT * FROM make_partitions(1)", "SELECT"),
    same("SELECT * FROM t FOR UPDATE", "SELECT", "t"),
    same("WITH w AS (SELECT 1) SELECT f() FROM w", "SELECT"),
]

REST: list[tuple[str, tuple[Op, ...]]] = [
    ("SET lock_timeout = '5s'", (ops.SetParameter(name="lock_timeout", value="5s"),)),
    ("SET LOCAL Statement_Timeout TO 0", (ops.SetParameter(name="statement_timeout", value="0", local=True),)),
    ("SET search_path TO a, public", (ops.SetParameter(name="search_path", value="a, public"),)),
    ("SET x.y = on", (ops.SetParameter(name="x.y", value="on"),)),
    ("SET TIME ZONE 'UTC'", (ops.SetParameter(name="timezone", value="UTC"),)),
    ("SET lock_timeout TO DEFAULT", (ops.SetParameter(name="lock_timeout", value=None),)),
    ("RESET lock_timeout", (ops.SetParameter(name="lock_timeout", value=None),)),
    ("SELECT set_config('lock_timeout', '5s', true)", (ops.SetParameter(name="lock_timeout", value="5s", local=True),)),
    same("SET CONSTRAINTS ALL DEFERRED", "SET CONSTRAINTS", rerunnable=True),
    same("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SET", rerunnable=True),
    ("BEGIN", (ops.EndTransaction(verb="begin", how="sql"),)),
    ("COMMIT", (ops.EndTransaction(verb="commit", how="sql"),)),
    ("END", (ops.EndTransaction(verb="commit", how="sql"),)),
    ("ROLLBACK", (ops.EndTransaction(verb="rollback", how="sql"),)),
    same("SAVEPOINT a", "SAVEPOINT"),
    (
        "ALTER TYPE s.e ADD VALUE IF NOT EXISTS 'x' AFTER 'y'",
        (ops.AddEnumValue(type_name="s.e", value="x", if_not_exists=True),),
    ),
    same("ALTER TYPE e RENAME VALUE 'x' TO 'y'", "ALTER TYPE"),
    same("ALTER TYPE e RENAME TO f", "ALTER TYPE"),
    same("CREATE TYPE e AS ENUM ('a', 'b')", "CREATE TYPE"),
    same("CREATE TYPE c AS (a int)", "CREATE TYPE"),
    same("DROP TYPE IF EXISTS e", "DROP TYPE", rerunnable=True),
    same("CREATE EXTENSION IF NOT EXISTS pg_trgm", "CREATE EXTENSION", rerunnable=True),
    same("CREATE EXTENSION pg_trgm", "CREATE EXTENSION"),
    same("CREATE SCHEMA IF NOT EXISTS s", "CREATE SCHEMA", rerunnable=True),
    same("CREATE VIEW v AS SELECT * FROM t JOIN s.u USING (id)", "CREATE VIEW", "t", "s.u"),
    same("CREATE OR REPLACE VIEW v AS SELECT 1", "CREATE VIEW", rerunnable=True),
    same("CREATE MATERIALIZED VIEW v AS SELECT * FROM t", "CREATE MATERIALIZED VIEW", "t"),
    same("REFRESH MATERIALIZED VIEW CONCURRENTLY v", "REFRESH MATERIALIZED VIEW", "v", rerunnable=True),
    same("DROP VIEW v", "DROP VIEW", "v"),
    same(
        "CREATE OR REPLACE FUNCTION f() RETURNS int AS $$ SELECT 1; SELECT 2 $$ LANGUAGE sql",
        "CREATE FUNCTION",
        rerunnable=True,
    ),
    same("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", "CREATE FUNCTION"),
    same("DROP FUNCTION IF EXISTS f(int)", "DROP FUNCTION", rerunnable=True),
    same("CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", "CREATE TRIGGER", "t"),
    same("DROP TRIGGER IF EXISTS g ON s.t", "DROP TRIGGER", "s.t", rerunnable=True),
    same("CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM u; DELETE FROM w)", "CREATE RULE", "t", "u", "w"),
    same("CREATE SEQUENCE IF NOT EXISTS s", "CREATE SEQUENCE", rerunnable=True),
    same("COMMENT ON TABLE s.t IS 'x'", "COMMENT", "s.t", rerunnable=True),
    same("COMMENT ON COLUMN t.a IS NULL", "COMMENT", "t", rerunnable=True),
    same("DO $do$ BEGIN EXECUTE 'x'; END $do$", "DO"),
    same("GRANT SELECT ON t TO r", "GRANT", "t", rerunnable=True),
    same("REVOKE SELECT ON t FROM r", "REVOKE", "t", rerunnable=True),
    same("VACUUM FULL t", "VACUUM", "t", rerunnable=True),
    same("ANALYZE t", "ANALYZE", "t", rerunnable=True),
    same("CLUSTER t USING i", "CLUSTER", "t", rerunnable=True),
    same("LOCK TABLE t IN SHARE MODE", "LOCK TABLE", "t", rerunnable=True),
    same("MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE", "MERGE", "t", "u"),
    same("CALL p()", "CALL"),
]

TYPES = [
    ("varchar(20)", "String", ("20",)),
    ("character varying (20)", "String", ("20",)),
    ("varchar", "String", ()),
    ("char(3)", "CHAR", ("3",)),
    ("char", "CHAR", ()),
    ("text", "Text", ()),
    ("INTEGER", "Integer", ()),
    ("pg_catalog.int4", "Integer", ()),
    ("bigint", "BigInteger", ()),
    ("smallint", "SmallInteger", ()),
    ("numeric(10, 2)", "Numeric", ("10", "2")),
    ("double precision", "Double", ()),
    ("real", "REAL", ()),
    ("boolean", "Boolean", ()),
    ("timestamp", "DateTime", ()),
    ("timestamp with time zone", "DateTime", ("timezone=True",)),
    ("timestamptz", "DateTime", ("timezone=True",)),
    ("date", "Date", ()),
    ("time", "Time", ()),
    ("interval", "Interval", ()),
    ("uuid", "Uuid", ()),
    ("json", "JSON", ()),
    ("jsonb", "JSONB", ()),
    ("bytea", "LargeBinary", ()),
    ("bigserial", "BigSerial", ()),
    ("int[]", "ARRAY", ("int",)),
    ("mood", UNKNOWN, ()),
    ("s.text", UNKNOWN, ()),
]

STATEMENTS = ALTER_TABLE + CONSTRAINTS + INDEXES + TABLES + DATA + REST
