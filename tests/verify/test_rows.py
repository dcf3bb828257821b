"""Rows from nothing but the catalog: every type, every constraint, and a word on whatever could not be had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from migfix.errors import UsageError
from migfix.verify import Server, chosen_server, installed_servers
from migfix.verify.baseline import run_sql
from migfix.verify.catalog import data_digest
from migfix.verify.remote import RemoteServer
from migfix.verify.rows import Filled, fill
from migfix.verify.server import PORT

TYPES = """
CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('sad', 'so so', 'it''s fine');
CREATE TYPE point3 AS (x integer, y numeric(6, 2), label varchar(5));
CREATE TYPE floats AS RANGE (subtype = float8);
CREATE DOMAIN app.amount AS numeric(12, 2) NOT NULL CHECK (VALUE >= 0 AND VALUE < 500);
CREATE DOMAIN code AS varchar(8) CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE TABLE app."Every Type" (
  id serial PRIMARY KEY, big bigint GENERATED ALWAYS AS IDENTITY, small smallint, whole integer, long bigint,
  number numeric, fixed numeric(6, 4), tiny numeric(2, 2), large numeric(30, 5), hundreds numeric(4, -2),
  real4 real, real8 double precision, cash money, flag boolean, words text, word varchar(12), letters varchar(3),
  padded char(5), one char, internal "char", identifier name, folded citext, key uuid,
  day date, moment timestamp, second timestamp(0), zoned timestamptz, clock time, zoned_clock timetz, span interval,
  months interval year to month, document json, binary_document jsonb, path_in_it jsonpath, raw bytea,
  address inet, network cidr, hardware macaddr, hardware8 macaddr8, bits bit(12), one_bit bit, some_bits varbit,
  five_bits bit varying(5), vector tsvector, query tsquery, position pg_lsn, object oid, pairs hstore,
  feeling mood, feelings mood[], made point3, several point3[], numbers integer[], names varchar(6)[][], keys uuid[],
  "order" integer, "quoted ""name" text, mf_i integer, n integer, s text, amount app.amount, code code, codes code[],
  price_of numeric(8, 2) GENERATED ALWAYS AS (fixed * 2) STORED,
  p point, l line, segment lseg, rectangle box, way path, shape polygon, ring circle,
  ints int4range, longs int8range, nums numrange, days daterange, times tsrange, zoned_times tstzrange, own floats
);
"""
CONSTRAINTS = """
CREATE EXTENSION btree_gist;
CREATE TABLE tenants (id integer PRIMARY KEY, name varchar(3) NOT NULL UNIQUE, kind text NOT NULL);
CREATE TABLE users (tenant_id integer NOT NULL REFERENCES tenants, id integer NOT NULL, email text NOT NULL,
  boss integer, buddy integer, PRIMARY KEY (tenant_id, id), deleted_at timestamptz,
  FOREIGN KEY (tenant_id, boss) REFERENCES users (tenant_id, id));
CREATE UNIQUE INDEX ON users (lower(email));
CREATE TABLE tasks (id bigserial PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenants, author integer NOT NULL,
  reader integer, parent_id bigint REFERENCES tasks, root_id bigint NOT NULL REFERENCES tasks, position integer NOT NULL,
  FOREIGN KEY (tenant_id, author) REFERENCES users, FOREIGN KEY (tenant_id, reader) REFERENCES users,
  UNIQUE (parent_id, position));
CREATE TABLE members (tenant_id integer REFERENCES tenants, task_id bigint REFERENCES tasks,
  PRIMARY KEY (tenant_id, task_id));
CREATE TABLE profiles (tenant_id integer NOT NULL, user_id integer NOT NULL, bio text, UNIQUE (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users);
CREATE TABLE versions_of (task_id bigint NOT NULL REFERENCES tasks, version integer NOT NULL, current boolean NOT NULL,
  UNIQUE (task_id, version));
CREATE UNIQUE INDEX ON versions_of (task_id) WHERE current;
CREATE TABLE eggs (id serial PRIMARY KEY, hen_id integer NOT NULL);
CREATE TABLE hens (id serial PRIMARY KEY, egg_id integer NOT NULL REFERENCES eggs, favourite integer REFERENCES eggs);
ALTER TABLE eggs ADD FOREIGN KEY (hen_id) REFERENCES hens DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE lefts (id serial PRIMARY KEY, right_id integer);
CREATE TABLE rights (id serial PRIMARY KEY, left_id integer NOT NULL REFERENCES lefts);
ALTER TABLE lefts ADD FOREIGN KEY (right_id) REFERENCES rights;
CREATE TABLE bookings (room integer NOT NULL, during tstzrange NOT NULL, EXCLUDE USING gist (room WITH =, during WITH &&));
CREATE TABLE flags (on_ boolean NOT NULL, mood text NOT NULL CHECK (mood IN ('a', 'b', 'c')), UNIQUE (on_, mood));
CREATE TABLE logs (id bigserial, at date NOT NULL, level text NOT NULL, UNIQUE (id, at, level)) PARTITION BY RANGE (at);
CREATE TABLE logs_old PARTITION OF logs FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE logs_new PARTITION OF logs FOR VALUES FROM ('2023-01-01') TO ('2024-01-01') PARTITION BY LIST (level);
CREATE TABLE logs_loud PARTITION OF logs_new FOR VALUES IN ('error', 'fatal');
CREATE TABLE shards (id integer PRIMARY KEY, body text) PARTITION BY HASH (id);
CREATE TABLE shards_0 PARTITION OF shards FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shards_1 PARTITION OF shards FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE pieces (shard_id integer NOT NULL REFERENCES shards, at date, log_id bigint, level text,
  FOREIGN KEY (log_id, at, level) REFERENCES logs (id, at, level));
CREATE TABLE derived (a text NOT NULL DEFAULT 'x', b text GENERATED ALWAYS AS (upper(a)) STORED UNIQUE);
CREATE TABLE clashing (a integer UNIQUE DEFERRABLE INITIALLY DEFERRED, b text, UNIQUE NULLS NOT DISTINCT (b));
"""
CONDITIONS = """
CREATE TABLE {name} (id serial PRIMARY KEY, a {type}, b {other}, {check});
"""
SATISFIABLE = {
    "from": ("integer", "text", "CHECK (a > 0)"),
    "negative": ("integer", "text", "CHECK (a < 0)"),
    "between": ("integer", "text", "CHECK (a BETWEEN 1 AND 5)"),
    "share": ("numeric(6, 4)", "text", "CHECK (a > 0 AND a < 1)"),
    "percent": ("real", "text", "CHECK (a >= -1 AND a <= 1)"),
    "one of": ("text", "text", "CHECK (a IN ('new', 'done', 'it''s'))"),
    "one of, varchar": ("varchar(20)", "text", "CHECK (a::text = ANY (ARRAY['x y', 'z']))"),
    "one of numbers": ("smallint", "text", "CHECK (a IN (10, 20, 30))"),
    "not empty": ("text", "text", "CHECK (length(a) > 0 AND a <> '')"),
    "long enough": ("text", "text", "CHECK (char_length(a) >= 40)"),
    "short enough": ("text", "text", "CHECK (length(a) <= 4)"),
    "exactly": ("text", "text", "CHECK (length(a) = 64)"),
    "lower": ("text", "text", "CHECK (a = lower(a))"),
    "upper": ("text", "text", "CHECK (a = upper(a))"),
    "slug": ("text", "text", "CHECK (a ~ '^[a-z0-9-]+$')"),
    "email": ("text", "text", "CHECK (a ~* '^[^@]+@[^@]+[.][a-z]+$')"),
    "prefix": ("text", "text", "CHECK (a LIKE 'wf_%')"),
    "version": ("text", "text", r"CHECK (a ~ '^v[0-9]+\.[0-9]+\.[0-9]+$')"),
    "cents": ("bigint", "text", "CHECK (a % 100 = 0 AND a > 0)"),
    "currency": ("char(3)", "text", "CHECK (a ~ '^[A-Z]{3}$')"),
    "after": ("timestamptz", "text", "CHECK (a > '2030-01-01')"),
    "within": ("date", "text", "CHECK (a >= '1990-01-01' AND a < '1990-02-01')"),
    "object": ("jsonb", "text", "CHECK (jsonb_typeof(a) = 'object')"),
    "array": ("jsonb", "text", "CHECK (jsonb_typeof(a) = 'array')"),
    "some": ("text[]", "text", "CHECK (cardinality(a) BETWEEN 1 AND 3)"),
    "never null": ("integer", "text", "CHECK (a IS NOT NULL)"),
    "always null": ("integer", "text", "CHECK (a IS NULL)"),
    "true": ("boolean", "text", "CHECK (a)"),
    "order": ("integer", "integer", "CHECK (a < b)"),
    "times": ("timestamptz", "timestamptz", "CHECK (b IS NULL OR b >= a)"),
    "exactly one": ("integer", "integer", "CHECK (num_nonnulls(a, b) = 1)"),
    "both or none": ("integer", "text", "CHECK ((a IS NULL) = (b IS NULL))"),
    "by kind": ("integer", "text", "CHECK (b = 'x' AND a IS NULL OR b = 'y' AND a > 3)"),
    "implied": ("text", "integer", "CHECK (a IN ('p', 'q')), CHECK (a <> 'p' OR b = 7)"),
}


MAJORS = sorted({found.major for found in installed_servers()}, reverse=True)


@pytest.fixture(scope="module", params=MAJORS or [None], ids=lambda major: f"pg{major}")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Every installed major; with none at all this fails, it is not skipped."""
    with Server(chosen_server(request.param)) as started:
        yield started


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    with server.scratch() as name:
        yield name


def query(server: Server, database: str, sql: Any) -> list[tuple[Any, ...]]:
    with server.connect(database) as connection:
        return connection.execute(sql).fetchall()


def counts(filled: Filled) -> dict[str, int]:
    return dict(filled.tables)


def assert_constraints_hold(server: Server, database: str) -> None:
    """Foreign keys were not checked while rows came in: let the server check every constraint from the beginning."""
    text: Any = """
        SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname),
          format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
        FROM pg_constraint k WHERE k.contype IN ('f', 'c') AND k.conrelid <> 0 AND k.conparentid = 0 AND k.conislocal"""
    with server.connect(database) as connection:
        for drop, add in connection.execute(text).fetchall():
            connection.execute(drop)
            connection.execute(add)


def test_every_type_has_values(server: Server, database: str) -> None:
    run_sql(server, database, TYPES)
    filled = fill(server, database, rows=400)
    assert (filled.unfilled, filled.short, filled.notes) == ((), (), ())
    table = 'app."Every Type"'
    assert counts(filled) == {table: 400}
    row = query(server, database, f"SELECT to_jsonb(t) FROM {table} t ORDER BY id LIMIT 1 OFFSET 57")[0][0]
    assert row["code"] is None or len(row["code"]) == 3
    for (column,) in query(
        server,
        database,
        f"SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0",
    ):
        present = query(server, database, f"SELECT count({column}), count(DISTINCT {column}::text) FROM {table}")[0]
        assert present[0] >= 300, column
        assert present[1] >= 2, column


def test_nullable_columns_have_nulls_and_others_repeat(server: Server, database: str) -> None:
    run_sql(server, database, "CREATE TABLE t (id serial PRIMARY KEY, a text, b text NOT NULL, c text UNIQUE)")
    fill(server, database, rows=2000)
    (a, b, distinct, c) = query(
        server, database, "SELECT count(*) - count(a), count(b), count(DISTINCT b), count(DISTINCT c) - count(c) FROM t"
    )[0]
    assert 100 < a < 300
    assert b == 2000
    assert 300 < distinct < 600
    assert c == 0


def test_columns_can_be_kept_clean(server: Server, database: str) -> None:
    run_sql(server, database, "CREATE TABLE t (id serial PRIMARY KEY, a text DEFAULT 'x', b integer)")
    fill(server, database, rows=1000, clean=["t.a", "public.t.b"])
    assert query(server, database, "SELECT count(DISTINCT a), count(DISTINCT b) FROM t") == [(1000, 1000)]


def test_keys_and_references_of_all_sorts_hold(server: Server, database: str) -> None:
    run_sql(server, database, CONSTRAINTS if server.major >= 15 else CONSTRAINTS.replace("NULLS NOT DISTINCT", ""))
    filled = fill(server, database, rows=600)
    assert filled.unfilled == ()
    assert dict(filled.short).keys() == {"public.flags"}
    assert "flags_on__mood_key allows only 6 different values of on_, mood" in dict(filled.short)["public.flags"]
    assert {name: rows for name, rows in filled.tables if rows != 600} == {"public.flags": 6}
    assert_constraints_hold(server, database)
    linked = "SELECT count(parent_id) > 400, count(DISTINCT author) > 100, count(reader) > 400, count(*) FILTER (WHERE id = root_id) < 20 FROM tasks"
    assert query(server, database, linked) == [(True, True, True, True)]
    assert query(server, database, "SELECT count(right_id) FROM lefts") == [(300,)]
    assert query(server, database, "SELECT count(boss) > 100 FROM users") == [(True,)]
    assert query(server, database, "SELECT count(*) > 100 FROM logs_loud") == [(True,)]
    assert query(server, database, "SELECT count(DISTINCT tenant_id) > 50 FROM members") == [(True,)]
    assert query(server, database, "INSERT INTO hens (egg_id) VALUES (1) RETURNING id") == [(601,)]


@pytest.mark.parametrize("name", SATISFIABLE)
def test_a_check_is_satisfied_in_every_row(name: str, server: Server, database: str) -> None:
    type_, other, check = SATISFIABLE[name]
    run_sql(server, database, CONDITIONS.format(name=f'"{name}"', type=type_, other=other, check=check))
    filled = fill(server, database, rows=500)
    assert (filled.unfilled, filled.short) == ((), ())
    assert list(counts(filled).values()) == [500]


def test_what_cannot_be_filled_is_named_with_the_reason(server: Server, database: str) -> None:
    run_sql(
        server,
        database,
        """
        CREATE TABLE impossible (id serial PRIMARY KEY, a integer NOT NULL CHECK (a > 5 AND a < 3));
        CREATE TABLE child (id serial PRIMARY KEY, parent integer NOT NULL REFERENCES impossible);
        CREATE TABLE loose (id serial PRIMARY KEY, parent integer REFERENCES impossible);
        CREATE TABLE left_null (id serial PRIMARY KEY, a integer CHECK (a > 5 AND a < 3));
        CREATE TABLE signed (id serial PRIMARY KEY, a text NOT NULL, b text NOT NULL, CHECK (md5(a || b) = 'x'));
        CREATE TABLE divided (id serial PRIMARY KEY, a integer NOT NULL, c integer GENERATED ALWAYS AS (1 / (a - a)) STORED);
        CREATE TABLE few (code char(1) PRIMARY KEY);
        CREATE TABLE round (at timestamp(0) NOT NULL, room integer NOT NULL CHECK (room IN (1, 2)));
        CREATE UNIQUE INDEX one_a_day ON round ((at::date), room);
        """,
    )
    filled = fill(server, database, rows=5000, only=None)
    assert dict(filled.unfilled) == {
        "public.impossible": "a integer: no value was found that satisfies impossible_a_check",
        "public.child": "child_parent_fkey references public.impossible, which has no rows:"
        " a integer: no value was found that satisfies impossible_a_check",
        "public.signed": "no row was found that satisfies signed_check",
        "public.divided": "division by zero",
    }
    assert dict(filled.short).keys() == {"public.few", "public.round"}
    assert (
        dict(filled.short)["public.few"] == "36 of 5000 rows: public.few_pkey allows only 36 different values of code"
    )
    assert "the rest conflicts with public.one_a_day" in dict(filled.short)["public.round"]
    assert filled.notes == (
        "public.left_null.a is NULL in every row (no value was found that satisfies left_null_a_check)",
    )
    assert counts(filled)["public.loose"] == 5000


def test_only_named_tables_and_their_neighbours_are_filled(server: Server, database: str) -> None:
    run_sql(
        server,
        database,
        """
        CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (id serial PRIMARY KEY, a_id integer REFERENCES a);
        CREATE TABLE c (id serial PRIMARY KEY, b_id integer REFERENCES b, d_id integer NOT NULL);
        CREATE TABLE d (id serial PRIMARY KEY); ALTER TABLE c ADD FOREIGN KEY (d_id) REFERENCES d;
        CREATE TABLE e (id serial PRIMARY KEY, c_id integer REFERENCES c); CREATE TABLE f (id serial PRIMARY KEY);
        """,
    )
    filled = fill(server, database, rows=50, only=["b", "new_table"], per_table={"public.d": 7})
    assert counts(filled) == {"public.a": 50, "public.b": 50, "public.d": 7, "public.c": 50}
    assert filled.unfilled == (("new_table", "there is no such table before the revision"),)


def test_a_table_that_is_not_there_cannot_have_a_number_of_rows(server: Server, database: str) -> None:
    run_sql(server, database, "CREATE TABLE a (id serial PRIMARY KEY)")
    with pytest.raises(UsageError, match=r"no table b before the revision; there are: public\.a"):
        fill(server, database, rows=5, per_table={"b": 6})
    with pytest.raises(UsageError, match="no column x in a"):
        fill(server, database, rows=5, clean=["a.x"])


def test_the_same_seed_makes_the_same_rows(server: Server) -> None:
    digests = []
    for seed in (1, 1, 2):
        with server.scratch() as database:
            run_sql(
                server, database, CONSTRAINTS if server.major >= 15 else CONSTRAINTS.replace("NULLS NOT DISTINCT", "")
            )
            fill(server, database, rows=300, seed=seed)
            with server.connect(database) as connection:
                digests.append(data_digest(connection))
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_rows_that_are_there_stay_and_more_can_follow(server: Server, database: str) -> None:
    run_sql(
        server, database, "CREATE TABLE t (id serial PRIMARY KEY, name varchar(40) UNIQUE, up integer REFERENCES t)"
    )
    run_sql(server, database, "INSERT INTO t (id, name) VALUES (5, 'mine'), (900, 'other')")
    assert counts(fill(server, database, rows=100)) == {"public.t": 100}
    assert counts(fill(server, database, rows=100)) == {"public.t": 100}
    assert query(server, database, "SELECT count(*), min(id), max(id) FROM t") == [(202, 5, 1100)]
    assert_constraints_hold(server, database)


def test_triggers_stay_off_and_it_is_said(server: Server, database: str) -> None:
    run_sql(
        server,
        database,
        """
        CREATE TABLE t (id serial PRIMARY KEY);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
        """,
    )
    filled = fill(server, database, rows=10)
    assert filled.notes == ("1 trigger was off while rows were inserted",)
    assert counts(filled) == {"public.t": 10}


def test_a_partition_stands_for_its_table(server: Server, database: str) -> None:
    run_sql(
        server,
        database,
        """
        CREATE TABLE logs (id integer) PARTITION BY RANGE (id);
        CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (1) TO (1000);
        CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM (1000) TO (9000);
        """,
    )
    filled = fill(server, database, rows=500, only=["public.logs_1"])
    assert (counts(filled), filled.unfilled) == ({"public.logs": 500}, ())
    assert query(server, database, "SELECT (SELECT count(*) FROM logs_1) > 20, (SELECT count(*) FROM logs_2) > 20") == [
        (True, True)
    ]


def test_a_role_that_may_only_make_databases_is_enough(server: Server) -> None:
    """Its foreign keys are checked and its triggers fire."""
    with server.connect("postgres") as connection:
        connection.execute("CREATE ROLE app LOGIN CREATEDB")
    url = f"postgresql://app@/postgres?host={server.folder}&port={PORT}"
    with RemoteServer(url) as remote, remote.scratch() as database:
        sql = CONSTRAINTS.replace("CREATE EXTENSION btree_gist;", "CREATE EXTENSION btree_gist SCHEMA public;")
        sql += """
            CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TRIGGER watch BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION watch();"""
        run_sql(remote, database, sql if server.major >= 15 else sql.replace("NULLS NOT DISTINCT", ""))
        filled = fill(remote, database, rows=300)
        circle = "eggs_hen_id_fkey"
        assert [name for name, _ in filled.unfilled] in (
            ["public.eggs", "public.hens"],
            ["public.hens", "public.eggs"],
        ), circle
        assert filled.notes == ("triggers (1) fired while rows were inserted: only a superuser can keep them off",)


def test_two_hundred_thousand_rows_take_seconds(
    server: Server, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run_sql(
        server,
        database,
        """
        CREATE TABLE orders (id bigserial PRIMARY KEY, customer text NOT NULL, email varchar(200) NOT NULL UNIQUE,
          status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid')), total numeric(10, 2), note text,
          paid boolean NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), shipped_on date, document jsonb);
        CREATE INDEX ON orders (created_at);
        """,
    )
    filled = fill(server, database)
    with capsys.disabled():
        print(f" [200,000 rows of ten columns in {filled.seconds:.2f} s]", end="")
    assert filled.rows == 200_000
    assert filled.seconds < 20
