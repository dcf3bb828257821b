"""Each directive of Alembic as the op it stands for."""

from __future__ import annotations

import pytest
from reading import ops as read_ops
from reading import placed

from migfix.model import ops
from migfix.model.maybe import UNKNOWN, Expr, Name, Table, TypeExpr

T = Table(Name("t"))
ST = Table(Name("t"), Name("s"))
INTEGER = TypeExpr(code="sa.Integer()", name="Integer")


def column(name: str = "c", **given: object) -> ops.Column:
    return ops.Column(name=Name(name), **{"type": INTEGER, **given})  # type: ignore[arg-type]


def default(code: str, value: str | None, kind: str) -> ops.Default:
    return ops.Default(expr=Expr(code=code, value=UNKNOWN if value is None else value), kind=kind)  # type: ignore[arg-type]


def keys(*names: str) -> tuple[Expr, ...]:
    return tuple(Expr(code=repr(n).replace("'", '"'), value=n) for n in names)


CASES: list[tuple[str, ops.Op]] = [
    ('op.drop_table("t")', ops.DropTable(table=T)),
    ('op.drop_table("t", schema="s", if_exists=True)', ops.DropTable(table=ST, if_exists=True)),
    ('op.rename_table("t", "u")', ops.RenameTable(table=T, new_name=Name("u"))),
    ('op.rename_table("t", "u", schema="s")', ops.RenameTable(table=ST, new_name=Name("u"))),
    ('op.add_column("t", sa.Column("c", sa.Integer()))', ops.AddColumn(table=T, column=column())),
    ('op.add_column("t", column=sa.Column("c", sa.Integer()))', ops.AddColumn(table=T, column=column())),
    (
        'op.add_column(table_name="t", column=sa.Column(name="c", type_=sa.Integer()), schema="s", if_not_exists=True)',
        ops.AddColumn(table=ST, column=column(), if_not_exists=True),
    ),
    ('op.drop_column("t", "c")', ops.DropColumn(table=T, column=Name("c"))),
    (
        'op.drop_column("t", "c", schema="s", mssql_drop_default=True)',
        ops.DropColumn(table=ST, column=Name("c"), extra=(("mssql_drop_default", "True"),)),
    ),
    ('op.alter_column("t", "c")', ops.AlterColumn(table=T, column=Name("c"))),
    ('op.alter_column("t", "c", nullable=False)', ops.AlterColumn(table=T, column=Name("c"), nullable=False)),
    ('op.alter_column("t", "c", nullable=flag)', ops.AlterColumn(table=T, column=Name("c"), nullable=UNKNOWN)),
    (
        'op.alter_column("t", "c", existing_type=sa.Integer(), existing_nullable=True, type_=sa.String(length=50))',
        ops.AlterColumn(
            table=T,
            column=Name("c"),
            type_=TypeExpr(code="sa.String(length=50)", name="String", args=("50",)),
            existing_type=INTEGER,
            existing_nullable=True,
        ),
    ),
    (
        'op.alter_column("t", "c", server_default=None)',
        ops.AlterColumn(table=T, column=Name("c"), server_default=None),
    ),
    (
        'op.alter_column("t", "c", server_default="x")',
        ops.AlterColumn(table=T, column=Name("c"), server_default=default('"x"', "x", "literal")),
    ),
    (
        'op.alter_column("t", "c", server_default=sa.text("now()"), existing_server_default=False)',
        ops.AlterColumn(table=T, column=Name("c"), server_default=default('sa.text("now()")', "now()", "sql")),
    ),
    (
        'op.alter_column("t", "c", new_column_name="d", comment="x")',
        ops.AlterColumn(table=T, column=Name("c"), new_column_name=Name("d"), comment=Expr(code='"x"', value="x")),
    ),
    (
        'op.alter_column("t", "c", comment=None, postgresql_using="c::int", mysql_charset="utf8")',
        ops.AlterColumn(
            table=T,
            column=Name("c"),
            comment=None,
            postgresql_using=Expr(code='"c::int"', value="c::int"),
            extra=(("mysql_charset", '"utf8"'),),
        ),
    ),
    ('op.create_index("ix", "t", ["a"])', ops.CreateIndex(name=Name("ix"), table=T, columns=keys("a"))),
    (
        'op.create_index(op.f("ix"), "t", ["a", "b"], unique=True, schema="s")',
        ops.CreateIndex(name=Name("ix", final=True), table=ST, columns=keys("a", "b"), unique=True),
    ),
    (
        'op.create_index("ix", "t", [sa.text("lower(a)"), sa.text("b"), sa.column("c"), sa.func.lower("d")])',
        ops.CreateIndex(
            name=Name("ix"),
            table=T,
            columns=(
                Expr(code='sa.text("lower(a)")'),
                Expr(code='sa.text("b")', value="b"),
                Expr(code='sa.column("c")', value="c"),
                Expr(code='sa.func.lower("d")'),
            ),
        ),
    ),
    (
        'op.create_index("ix", "t", ("a",), postgresql_where=sa.text("a > 1"), postgresql_using="gin", '
        "postgresql_concurrently=True, if_not_exists=True, postgresql_include=['b'])",
        ops.CreateIndex(
            name=Name("ix"),
            table=T,
            columns=keys("a"),
            concurrently=True,
            if_not_exists=True,
            where=Expr(code='sa.text("a > 1")', value="a > 1"),
            using="gin",
            extra=(("postgresql_include", "['b']"),),
        ),
    ),
    (
        'op.create_index("ix", "t", ["a"], sqlite_where=sa.text("a"), mssql_where=t.c.x == 1, '
        "postgresql_nulls_not_distinct=True)",
        ops.CreateIndex(
            name=Name("ix"),
            table=T,
            columns=keys("a"),
            sqlite_where=Expr(code='sa.text("a")', value="a"),
            mssql_where=Expr(code="t.c.x == 1"),
            nulls_not_distinct=True,
        ),
    ),
    ('op.create_index(None, "t", ["a"])', ops.CreateIndex(name=None, table=T, columns=keys("a"))),
    (
        'op.create_index(name="ix", tablename="t", columns=["a"])',
        ops.CreateIndex(name=Name("ix"), table=T, columns=keys("a")),
    ),
    ('op.drop_index("ix")', ops.DropIndex(name=Name("ix"), table=None)),
    ('op.drop_index("ix", schema="s")', ops.DropIndex(name=Name("ix"), table=None, schema=Name("s"))),
    (
        'op.drop_index("ix", table_name="t", schema="s", if_exists=True, postgresql_concurrently=True)',
        ops.DropIndex(name=Name("ix"), table=ST, concurrently=True, if_exists=True),
    ),
    ('op.drop_index("ix", "t")', ops.DropIndex(name=Name("ix"), table=T)),
    (
        'op.create_unique_constraint("uq", "t", ["a", "b"])',
        ops.CreateUniqueConstraint(name=Name("uq"), table=T, columns=(Name("a"), Name("b"))),
    ),
    (
        'op.create_unique_constraint(None, source="t", local_cols=["a"], deferrable=True, initially="DEFERRED")',
        ops.CreateUniqueConstraint(name=None, table=T, columns=(Name("a"),), deferrable=True, initially="DEFERRED"),
    ),
    (
        'op.create_primary_key("pk", "t", ["a"])',
        ops.CreatePrimaryKey(name=Name("pk"), table=T, columns=(Name("a"),)),
    ),
    (
        'op.create_foreign_key("fk", "t", "p", ["p_id"], ["id"], ondelete="CASCADE")',
        ops.CreateForeignKey(
            name=Name("fk"),
            table=T,
            referent=Table(Name("p")),
            local_cols=(Name("p_id"),),
            remote_cols=(Name("id"),),
            extra=(("ondelete", '"CASCADE"'),),
        ),
    ),
    (
        'op.create_foreign_key(None, source_table="t", referent_table="p", local_cols=["a"], remote_cols=["b"], '
        'source_schema="s", referent_schema="r", postgresql_not_valid=True)',
        ops.CreateForeignKey(
            name=None,
            table=ST,
            referent=Table(Name("p"), Name("r")),
            local_cols=(Name("a"),),
            remote_cols=(Name("b"),),
            not_valid=True,
        ),
    ),
    (
        'op.create_check_constraint("ck", "t", "a > 0", schema="s", postgresql_not_valid=True)',
        ops.CreateCheckConstraint(
            name=Name("ck"), table=ST, condition=Expr(code='"a > 0"', value="a > 0"), not_valid=True
        ),
    ),
    (
        'op.create_check_constraint(op.f("ck"), "t", sa.column("a") > 0)',
        ops.CreateCheckConstraint(name=Name("ck", final=True), table=T, condition=Expr(code='sa.column("a") > 0')),
    ),
    (
        'op.create_exclude_constraint("ex", "t", ("a", "="), where="b")',
        ops.CreateExcludeConstraint(name=Name("ex"), table=T, extra=(("where", '"b"'),)),
    ),
    (
        'op.drop_constraint("uq", "t", type_="unique")',
        ops.DropConstraint(name=Name("uq"), table=T, type_="unique"),
    ),
    (
        'op.drop_constraint("fk", "t", "foreignkey", schema="s", if_exists=True)',
        ops.DropConstraint(name=Name("fk"), table=ST, type_="foreignkey", if_exists=True),
    ),
    (
        'op.create_table_comment("t", "it\'s", existing_comment=None)',
        ops.RunSql(sql="COMMENT ON TABLE t IS 'it''s'", tag="COMMENT", tables=(T,), rerunnable=True),
    ),
    (
        'op.drop_table_comment("t")',
        ops.RunSql(sql="COMMENT ON TABLE t IS NULL", tag="COMMENT", tables=(T,), rerunnable=True),
    ),
    ('op.bulk_insert(sa.table("t", sa.column("a")), [{"a": 1}])', ops.BulkInsert(table=T)),
    ('op.bulk_insert(Model.__table__, [{"a": 1}])', ops.BulkInsert(table=UNKNOWN)),
    (
        'op.create_table("t", sa.Column("c", sa.Integer()), if_not_exists=True, mysql_engine="InnoDB")',
        ops.CreateTable(table=T, columns=(column(),), if_not_exists=True, extra=(("mysql_engine", '"InnoDB"'),)),
    ),
    (
        'op.create_table("t", sa.Column("c", sa.Integer()), postgresql_partition_by="RANGE (c)")',
        ops.CreateTable(table=T, columns=(column(),), partitioned=True),
    ),
    (
        'op.create_table("t", sa.Column("c", sa.Integer()), sa.PrimaryKeyConstraint("c", name=op.f("pk")), '
        'sa.UniqueConstraint("c"), sa.ForeignKeyConstraint(["c"], ["s.p.id"], ondelete="CASCADE"), '
        'sa.CheckConstraint("c > 0", name="ck"))',
        ops.CreateTable(
            table=T,
            columns=(column(),),
            constraints=(
                ops.TableConstraint(kind="primary", name=Name("pk", final=True), columns=("c",)),
                ops.TableConstraint(kind="unique", name=None, columns=("c",)),
                ops.TableConstraint(kind="foreign", name=None, columns=("c",), referent=Table(Name("p"), Name("s"))),
                ops.TableConstraint(kind="check", name=Name("ck"), condition=Expr(code='"c > 0"', value="c > 0")),
            ),
        ),
    ),
    (
        'op.create_table("t", sa.Column("c", sa.Integer()), *extra_columns())',
        ops.CreateTable(table=T, columns=(column(),), complete=False),
    ),
    (
        'op.create_table("t", build("x"), sa.Column("c", sa.Integer()))',
        ops.CreateTable(table=T, columns=(column(),), complete=False),
    ),
]


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[s for s, _ in CASES])
def test_a_directive_reads_as_its_op(source: str, expected: ops.Op) -> None:
    found = [o for o in read_ops(source) if not isinstance(o, ops.Opaque)]
    assert [expected] == found


COLUMNS: list[tuple[str, dict[str, object]]] = [
    ('"c", sa.Integer(), nullable=False', {"nullable": False}),
    ('"c", sa.Integer(), primary_key=True', {"nullable": False, "primary_key": True}),
    ('"c", sa.Integer(), primary_key=True, nullable=True', {"nullable": True, "primary_key": True}),
    ('"c", sa.Integer(), primary_key=key', {"nullable": UNKNOWN, "primary_key": UNKNOWN}),
    ('"c", sa.Integer(), nullable=key', {"nullable": UNKNOWN}),
    ('"c", sa.Integer(), sa.Identity(always=True)', {"nullable": False, "identity": True}),
    ('"c", sa.Integer(), index=True, unique=True', {"index": True, "unique": True}),
    ('"c", sa.Integer, nullable=True', {"type": TypeExpr(code="sa.Integer", name="Integer")}),
    ('"c", postgresql.JSONB(astext_type=sa.Text())', {"type": TypeExpr(
        code="postgresql.JSONB(astext_type=sa.Text())", name="JSONB", args=("astext_type=sa.Text()",))}),
    ('"c", sa.Numeric(scale=2, precision=10)', {"type": TypeExpr(
        code="sa.Numeric(scale=2, precision=10)", name="Numeric", args=("10", "2"))}),
    ('"c", sa.Enum("a", "b", name="e")', {"type": TypeExpr(
        code='sa.Enum("a", "b", name="e")', name="Enum", args=("'a'", "'b'", "name='e'"))}),
    ('"c", build_type()', {"type": TypeExpr(code="build_type()")}),
    ('"c", sa.Integer(), server_default="0"', {"server_default": default('"0"', "0", "literal")}),
    ('"c", sa.Integer(), server_default=None', {"server_default": None}),
    ('"c", sa.Integer(), server_default=0', {"server_default": default("0", None, "unknown")}),
    ('"c", sa.Integer(), server_default=sa.func.now()', {"server_default": default("sa.func.now()", "now()", "sql")}),
    ('"c", sa.Integer(), server_default=sa.func.current_timestamp()', {"server_default": default(
        "sa.func.current_timestamp()", "CURRENT_TIMESTAMP", "sql")}),
    ('"c", sa.Integer(), server_default=sa.false()', {"server_default": default("sa.false()", "false", "sql")}),
    ('"c", sa.Integer(), server_default=sa.func.x(1)', {"server_default": default("sa.func.x(1)", None, "unknown")}),
    ('"c", sa.Integer(), sa.FetchedValue()', {"server_default": default("sa.FetchedValue()", None, "unknown")}),
    ('"c", sa.Integer(), default=3', {"default": Expr(code="3")}),
    ('"c", sa.Integer(), sa.ForeignKey("p.id", ondelete="CASCADE")', {"references": (ops.Reference(
        table=Table(Name("p")), column="id", extra=(("ondelete", '"CASCADE"'),)),)}),
    ('"c", sa.Integer(), sa.ForeignKey("s.p.id", name=op.f("fk"), postgresql_not_valid=True)', {"references": (
        ops.Reference(table=Table(Name("p"), Name("s")), column="id", name=Name("fk", final=True), not_valid=True),)}),
    ('"c", sa.Integer(), sa.ForeignKey(parent.c.id)', {"references": (ops.Reference(table=UNKNOWN, column=UNKNOWN),)}),
    ('"c", sa.ForeignKey("p.id")', {"type": TypeExpr(code=""), "references": (
        ops.Reference(table=Table(Name("p")), column="id"),)}),
    ('"c", sa.Integer(), sa.CheckConstraint("c > 0", name="ck")', {
        "checks": (Expr(code='"c > 0"', value="c > 0"),), "check_names": (Name("ck"),)}),
    ('"c", sa.Integer(), sa.Computed("a * 2", persisted=True)', {
        "computed": Expr(code='"a * 2"', value="a * 2"), "computed_persisted": True}),
    ('"c", sa.Integer(), comment="x", autoincrement=True', {
        "comment": Expr(code='"x"', value="x"), "extra": (("autoincrement", "True"),)}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "given"), COLUMNS, ids=[s for s, _ in COLUMNS])
def test_a_column_reads_with_its_keywords_and_items(source: str, given: dict[str, object]) -> None:
    found = [o for o in read_ops(f'op.add_column("t", sa.Column({source}))') if not isinstance(o, ops.Opaque)]
    assert [ops.AddColumn(table=T, column=column(**given))] == found


OPAQUE: list[tuple[str, str, str, tuple[Table, ...]]] = [
    ('op.create_index(f"ix_{x}", "t", ["a"])', "create_index", "computed", (T,)),
    ('op.create_index("ix", table, ["a"])', "create_index", "computed", ()),
    ('op.create_index("ix", "t", columns)', "create_index", "computed", (T,)),
    ('op.create_index("ix", "t", "a")', "create_index", "computed", (T,)),
    ('op.create_index("ix", "t", ["a"], **kw)', "create_index", "**kwargs", ()),
    ('op.create_index("ix", "t", ["a"], schema="s", **kw)', "create_index", "**kwargs", (ST,)),
    ("op.create_index(*args)", "create_index", "*args", ()),
    ('op.create_index("ix", "t")', "create_index", "missing", (T,)),
    ('op.add_column("t", make())', "add_column", "built elsewhere", (T,)),
    ('op.add_column("t", column)', "add_column", "built elsewhere", (T,)),
    ('op.add_column("t", sa.Column("c", sa.Integer(), **kw))', "add_column", "**kwargs", (T,)),
    ('op.add_column("t", sa.Column(name, sa.Integer()))', "add_column", "computed", (T,)),
    ('op.drop_constraint(None, "t")', "drop_constraint", "its name is None", (T,)),
    ('op.drop_constraint("c", "t", type_=kind)', "drop_constraint", "type_=kind is computed", (T,)),
    ('op.drop_table("t", if_exists=flag)', "drop_table", "if_exists= is computed", (T,)),
    ('op.add_column("t", db.Column("c", sa.Integer()))', "add_column", "built elsewhere", (T,)),
]


@pytest.mark.parametrize(("source", "calls", "why", "tables"), OPAQUE, ids=[s for s, *_ in OPAQUE])
def test_what_is_not_literal_is_opaque_with_its_reason(
    source: str, calls: str, why: str, tables: tuple[Table, ...]
) -> None:
    found = read_ops(source)[-1]
    assert isinstance(found, ops.Opaque)
    assert (calls, tables, source) == (found.calls, found.tables, found.code)
    assert why in found.why


def test_a_directive_of_a_plugin_is_opaque() -> None:
    found = read_ops('op.create_view("v", "select 1")')[0]
    assert isinstance(found, ops.Opaque)
    assert "op.create_view" in found.why


@pytest.mark.parametrize("quiet", ["op.get_bind()", "x = op.f('a')", "op.get_context()", "bind = op.get_bind()"])
def test_what_only_hands_out_a_value_is_no_op(quiet: str) -> None:
    assert read_ops(quiet) == []


BATCH: list[tuple[str, ops.Op]] = [
    ('b.add_column(sa.Column("c", sa.Integer()))', ops.AddColumn(table=T, column=column())),
    ('b.add_column(sa.Column("c", sa.Integer()), insert_after="x")', ops.AddColumn(
        table=T, column=column(), extra=(("insert_after", '"x"'),))),
    ('b.alter_column("c", nullable=False)', ops.AlterColumn(table=T, column=Name("c"), nullable=False)),
    ('b.drop_column("c")', ops.DropColumn(table=T, column=Name("c"))),
    ('b.create_index("ix", ["a"])', ops.CreateIndex(name=Name("ix"), table=T, columns=keys("a"))),
    ('b.create_index(b.f("ix"), ["a"], unique=True)', ops.CreateIndex(
        name=Name("ix", final=True), table=T, columns=keys("a"), unique=True)),
    ('b.drop_index("ix")', ops.DropIndex(name=Name("ix"), table=T)),
    ('b.drop_index(op.f("ix"))', ops.DropIndex(name=Name("ix", final=True), table=T)),
    ('b.create_unique_constraint("uq", ["a"])', ops.CreateUniqueConstraint(
        name=Name("uq"), table=T, columns=(Name("a"),))),
    ('b.create_primary_key("pk", ["a"])', ops.CreatePrimaryKey(name=Name("pk"), table=T, columns=(Name("a"),))),
    ('b.create_foreign_key(None, "p", ["a"], ["id"])', ops.CreateForeignKey(
        name=None, table=T, referent=Table(Name("p")), local_cols=(Name("a"),), remote_cols=(Name("id"),))),
    ('b.create_check_constraint("ck", "a > 0")', ops.CreateCheckConstraint(
        name=Name("ck"), table=T, condition=Expr(code='"a > 0"', value="a > 0"))),
    ('b.drop_constraint("uq", type_="unique")', ops.DropConstraint(name=Name("uq"), table=T, type_="unique")),
    ('b.create_table_comment("x")', ops.RunSql(
        sql="COMMENT ON TABLE t IS 'x'", tag="COMMENT", tables=(T,), rerunnable=True)),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), BATCH, ids=[s for s, _ in BATCH])
def test_a_batch_directive_reads_with_the_table_of_its_block(source: str, expected: ops.Op) -> None:
    found = placed(f'with op.batch_alter_table("t") as b:\n    {source}')
    assert [(expected, "batch")] == [(p.op, p.spelling) for p in found]
