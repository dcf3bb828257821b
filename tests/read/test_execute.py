"""SQL strings, SQLAlchemy Core statements and sessions, by every way they reach the database."""

from __future__ import annotations

import pytest
from reading import kinds, module, ops, placed, sites, upgrade, whys

from migfix.model.maybe import UNKNOWN
from migfix.model.ops import Delete, Harmless, Insert, Opaque, RunSql, Update

UPDATE = "UPDATE t SET a = 1"

WAYS = [
    f'op.execute("{UPDATE}")',
    f'op.execute(sqltext="{UPDATE}")',
    f'op.execute(sa.text("{UPDATE}"))',
    f'op.execute(sa.text("{UPDATE}").execution_options(autocommit=True))',
    f'op.execute(sa.sql.text("{UPDATE}"))',
    f'from sqlalchemy import text\nop.execute(text("{UPDATE}"))',
    f'from sqlalchemy.sql.expression import text as q\nop.execute(q("{UPDATE}"))',
    f'op.get_bind().execute(sa.text("{UPDATE}"))',
    f'conn = op.get_bind()\nconn.execute(sa.text("{UPDATE}"))',
    f'conn = op.get_bind()\nresult = conn.execute(sa.text("{UPDATE}"))',
    f'conn = op.get_bind()\nprint(conn.execute(sa.text("{UPDATE}")).rowcount)',
    f'conn = op.get_bind()\nconn.exec_driver_sql("{UPDATE}")',
    f'conn = op.get_bind()\nwith conn.begin_nested():\n    conn.execute(sa.text("{UPDATE}"))',
    f'with op.get_bind() as conn:\n    conn.execute(sa.text("{UPDATE}"))',
    f'op.get_context().execute("{UPDATE}")',
    f'op.get_context().bind.execute(sa.text("{UPDATE}"))',
    f'context.execute("{UPDATE}")',
    f'from sqlalchemy.orm import Session\nSession(bind=op.get_bind()).execute(sa.text("{UPDATE}"))',
    f'from sqlalchemy import orm\nwith orm.Session(op.get_bind()) as s:\n    s.execute(sa.text("{UPDATE}"))',
    f'from sqlalchemy.orm import sessionmaker\ns = sessionmaker(bind=op.get_bind())()\ns.execute(sa.text("{UPDATE}"))',
    f'SQL = "{UPDATE}"\nop.execute(SQL)',
    f'statement = sa.text("{UPDATE}")\nop.execute(statement)',
    'op.execute("UPDATE t " "SET a = 1")',
    'op.execute("UPDATE t " + "SET a = 1")',
    'T = "t"\nop.execute(f"UPDATE {T} SET a = 1")',
    'op.execute("UPDATE %s SET a = 1" % "t")',
    'op.execute("UPDATE {} SET a = 1".format("t"))',
    f'import textwrap\nop.execute(textwrap.dedent("{UPDATE}"))',
    f'op.execute(sa.DDL("{UPDATE}"))',
    f'cursor = op.get_bind().connection.cursor()\ncursor.execute("{UPDATE}")',
    f'for sql in ["{UPDATE}"]:\n    op.execute(sql)',
    f'with op.batch_alter_table("t") as b:\n    b.execute("{UPDATE}")',
]


@pytest.mark.parametrize("source", WAYS)
def test_sql_is_read_by_whatever_way_it_runs(source: str) -> None:
    (found,) = [s for s in sites(source) if not isinstance(s.placed.op, Harmless)]
    assert isinstance(found.placed.op, Update)
    assert (found.placed.spelling, found.sql, found.placed.op.assignments) == ("sql", UPDATE, (("a", "1"),))


def test_several_statements_share_a_python_statement() -> None:
    found = sites('op.execute("""\n    UPDATE t SET a = 1;\n    DELETE FROM t;\n""")')
    assert [(s.placed.statement, s.placed.part) for s in found] == [(0, 0), (0, 1)]
    assert [s.sql for s in found] == ["UPDATE t SET a = 1", "DELETE FROM t"]
    assert [(s.placed.span.line, s.placed.span.column) for s in found] == [(11, 8), (12, 8)]


def test_the_span_of_a_short_string_is_the_sql() -> None:
    (found,) = placed('op.execute("DELETE FROM t")')
    assert (found.span.column, found.span.end_column) == (16, 29)


def test_bind_parameters_are_named() -> None:
    source = 'op.execute(sa.text("UPDATE t SET a = :x WHERE id > :low").bindparams(x=1, low=low))'
    (found,) = ops(source)
    assert isinstance(found, Update)
    assert found.parameters == ("x", "low")


def test_sql_of_a_loop_variable_is_read_and_kept() -> None:
    found = placed('for t in ("a", "b"):\n    op.execute(f"DELETE FROM {t}")')
    assert [str(p.op.table) for p in found if isinstance(p.op, Delete)] == ["a", "b"]
    assert all("put together" in (p.fixed or "") for p in found)


NOT_CERTAIN = [
    ('op.execute(f"UPDATE {x} SET a = 1")', "starts with UPDATE"),
    ('op.execute(f"INSERT INTO {x} VALUES (1)")', "starts with INSERT INTO"),
    ('op.execute(sa.text(f"ALTER TABLE {x} ADD y int"))', "starts with ALTER TABLE"),
    ('op.execute("DELETE FROM " + x)', "starts with DELETE FROM"),
    ('op.execute("DELETE FROM %s" % x)', "starts with DELETE FROM"),
    ('op.execute("DROP TABLE {}".format(x))', "starts with DROP TABLE"),
    ('op.execute(open("x.sql").read())', "from a file"),
    ('from pathlib import Path\nop.execute(Path("x.sql").read_text())', "from a file"),
    ('with open("x.sql") as f:\n    op.execute(f.read())', "from a file"),
    ("op.execute(sql)", "not certain"),
    ("op.execute(*args)", "*args"),
    ("op.execute(load('x'))", "load"),
    ('op.execute("THIS IS NOT SQL")', "cannot parse"),
]


@pytest.mark.parametrize(("source", "why"), NOT_CERTAIN)
def test_sql_that_is_not_certain_says_why(source: str, why: str) -> None:
    assert any(why in w for w in whys(upgrade(source))), whys(upgrade(source))


@pytest.mark.parametrize(
    "source",
    [
        'op.get_bind().execute(sa.text("SELECT 1"))',
        't = sa.table("t", sa.column("a"))\nop.get_bind().execute(sa.select(t.c.a).where(t.c.a == x))',
        't = sa.table("t", sa.column("a"))\nrows = op.get_bind().execute(t.select()).fetchall()',
        'op.execute("")',
        'op.execute("-- nothing")',
        "from sqlalchemy.orm import Session\ns = Session(bind=op.get_bind())\ns.commit()",
    ],
)
def test_a_read_is_harmless(source: str) -> None:
    assert [Harmless] == [type(o) for o in ops(source)]


TABLE = 't = sa.table("t", sa.column("a", sa.String()), sa.column("n", sa.Integer), sa.column("b"), sa.column("j", sa.JSON()))\n'

CORE: list[tuple[str, str | None]] = [
    ('op.execute(t.update().values(a="x"))', "UPDATE t SET a = 'x'"),
    ('op.execute(sa.update(t).values({"a": "it\'s"}))', "UPDATE t SET a = 'it''s'"),
    ("op.execute(sa.update(t).values({t.c.a: None}))", "UPDATE t SET a = NULL"),
    ("op.execute(t.update().where(t.c.n == 1).values(n=2))", "UPDATE t SET n = 2 WHERE n = 1"),
    ("op.execute(t.update().where(t.c.a == None).values(b=True))", "UPDATE t SET b = TRUE WHERE a IS NULL"),
    ("op.execute(t.update().where(t.c.a.is_(None)).values(n=0))", "UPDATE t SET n = 0 WHERE a IS NULL"),
    ("op.execute(t.update().where(t.c.a.isnot(None), t.c.n > 1).values(n=0))",
     "UPDATE t SET n = 0 WHERE a IS NOT NULL AND n > 1"),
    ("op.execute(t.update().values(a=t.c.b))", "UPDATE t SET a = b"),
    ("op.execute(t.update().values(a=sa.func.now()))", "UPDATE t SET a = now()"),
    ('op.execute(t.update().values(a=sa.text("lower(b)")))', "UPDATE t SET a = lower(b)"),
    ("op.get_bind().execute(t.update().values(n=1))", "UPDATE t SET n = 1"),
    ("q = t.update()\nq = q.values(n=1)\nop.execute(q)", "UPDATE t SET n = 1"),
    ("op.execute(t.update().values(n=other))", None),
    ('op.execute(t.update().values(j="x"))', None),
    ('op.execute(t.update().values(n="x"))', None),
    ('op.execute(t.update().values(a="x:y"))', None),
    ("op.execute(t.update().where(t.c.n.in_(ids)).values(n=1))", None),
    ("op.execute(t.update().values(**kw))", None),
    ("op.execute(t.update().values(values))", None),
    ("op.execute(t.update().values(n=1).returning(t.c.n))", None),
    ('op.execute(t.update().where(t.c.n == sa.bindparam("k")).values(n=1))', None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "sql"), CORE, ids=[s for s, _ in CORE])
def test_a_core_update_has_sql_only_where_it_is_certain(source: str, sql: str | None) -> None:
    (found,) = [p for p in placed(TABLE + source) if isinstance(p.op, Update)]
    assert isinstance(found.op, Update)
    assert ("core", "t", UNKNOWN if sql is None else sql, sql is not None) == (
        found.spelling,
        str(found.op.table),
        found.op.sql,
        found.op.simple,
    )


@pytest.mark.parametrize(
    ("source", "table", "kind"),
    [
        ('op.execute(sa.table("t", schema="s").delete())', "s.t", Delete),
        ('op.execute(sa.delete(sa.table("t", sa.column("a"))))', "t", Delete),
        ('op.execute(sa.table("t").insert().values(a=1))', "t", Insert),
        ('op.execute(sa.insert(sa.Table("t", sa.MetaData())), [{"a": 1}])', "t", Insert),
        ('op.execute(postgresql.insert(sa.table("t")).values(a=1).on_conflict_do_nothing())', "t", Insert),
        ('T = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer(), onupdate=f))\nop.execute(T.update().values(a=1))',
         "t", Update),
        ('class M(Base):\n    __tablename__ = "t"\nop.execute(sa.update(M).values(a=1))', "t", Update),
        ('class M(Base):\n    __tablename__ = "t"\nop.execute(M.__table__.delete())', "t", Delete),
    ],
)  # fmt: skip
def test_core_statements_name_their_table(source: str, table: str, kind: type) -> None:
    (found,) = [o for o in ops(source) if isinstance(o, kind)]
    assert table == str(found.table)


def test_an_insert_says_what_it_is() -> None:
    source = 't = sa.table("t")\nop.execute({})'
    (selects,) = ops(source.format('t.insert().from_select(["a"], sa.select(sa.text("1")))'))
    (nothing,) = ops(source.format("postgresql.insert(t).values(a=1).on_conflict_do_nothing()"))
    assert isinstance(selects, Insert)
    assert isinstance(nothing, Insert)
    assert (selects.selects, selects.on_conflict_do_nothing) == (True, False)
    assert (nothing.selects, nothing.on_conflict_do_nothing) == (False, True)


@pytest.mark.parametrize(
    "source",
    [
        "op.execute(Model.__table__.update().values(a=1))",
        "from project.models import User\nop.execute(sa.update(User).values(a=1))",
        "op.execute(build())",
        "op.execute(users.update().values(a=1))",
        "op.execute(sa.schema.CreateSequence(sa.Sequence('s')))",
        'class M(Base):\n    __tablename__ = "t"\n    __table_args__ = {"schema": "s"}\nop.execute(sa.update(M).values(a=1))',
    ],
)
def test_a_core_statement_on_something_unknown_is_opaque(source: str) -> None:
    assert isinstance(ops(source)[-1], Opaque)


@pytest.mark.parametrize(
    "source",
    [
        "s.add(User(name='x'))",
        "s.query(User).update({'a': 1})",
        "users = s.query(User).all()",
        "for user in s.query(User):\n    user.name = 'x'",
        "s.bulk_save_objects([])",
        "s.merge(x)",
    ],
)
def test_an_orm_session_is_opaque(source: str) -> None:
    found = upgrade(
        f"from sqlalchemy.orm import Session\nclass User(Base):\n    pass\ns = Session(bind=op.get_bind())\n{source}\ns.commit()"
    )
    assert kinds(found) == ["Opaque", "Opaque"]
    assert all("ORM session" in w for w in whys(found))


def test_a_type_created_by_hand_is_its_sql() -> None:
    found = ops(
        'e = postgresql.ENUM("a", "b", name="e", create_type=False)\ne.create(op.get_bind(), checkfirst=True)\n'
        'sa.Enum(name="f").drop(op.get_bind())'
    )
    assert [(o.tag, o.sql, o.rerunnable) for o in found if isinstance(o, RunSql)] == [
        ("CREATE TYPE", "CREATE TYPE \"e\" AS ENUM ('a', 'b')", True),
        ("DROP TYPE", 'DROP TYPE "f"', False),
    ]


def test_sql_constants_of_the_module_are_read() -> None:
    found = module('''
        SQL = """
        UPDATE t SET a = 1
        """

        def upgrade():
            op.execute(SQL)
    ''')
    assert kinds(found) == ["Update"]
    assert found.revision.upgrade.ops[0].span.line == 8 or found.revision.upgrade.ops[0].span.line > 8


def test_a_change_of_isolation_is_opaque() -> None:
    assert "isolation" in whys(upgrade('op.get_bind().execution_options(isolation_level="AUTOCOMMIT")'))[0]
