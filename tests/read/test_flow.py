"""Under which circumstances a statement runs: branches, loops, blocks, guards, helpers."""

from __future__ import annotations

import pytest
from reading import kinds, module, ops, placed, sites, upgrade, whys

from migfix.model.ops import AddColumn, BulkInsert, CreateIndex, DropTable, EndTransaction, Opaque, Update

DROP = 'op.drop_table("t")'
PG_OUT = frozenset({"sqlite", "mysql", "mariadb", "mssql", "oracle"})
PG = frozenset({"postgresql"})


@pytest.mark.parametrize(
    "source",
    [
        DROP,
        f"{DROP},",
        f"_ = {DROP}",
        f"return {DROP}",
        f"x: object = {DROP}",
        f"({DROP}, 1)",
        f"if True:\n    {DROP}",
        f"for _ in [1]:\n    {DROP}",
        f"import os; {DROP}; x = 1",
        f"assert {DROP} is None",
    ],
)
def test_every_form_of_statement_holds_its_op(source: str) -> None:
    assert [DropTable] == [type(o) for o in ops(source)]


def test_statements_on_one_line_have_ids_of_their_own() -> None:
    first, second = sites('op.drop_table("t"); op.drop_table("u")')
    assert first.placed.statement != second.placed.statement
    assert (first.statement.column, first.statement.end_column) == (4, 22)
    assert (second.statement.column, second.statement.end_column) == (24, 42)


def test_columns_count_characters_not_bytes() -> None:
    (site,) = sites('x = "żółć"; op.drop_table("t")')
    assert site.statement.column == 16
    assert site.placed.span.end_column == 34


# --- dialects ---------------------------------------------------------------------------------------------------------

DIALECT_TESTS = [
    'op.get_bind().dialect.name == "postgresql"',
    '"postgresql" == op.get_bind().dialect.name',
    'op.get_context().dialect.name == "postgresql"',
    'context.get_context().dialect.name == "postgresql"',
    'op.get_bind().engine.name == "postgresql"',
    'op.get_bind().engine.dialect.name in ("postgresql",)',
    'op.get_bind().dialect.name not in ["sqlite", "mysql", "mariadb", "mssql", "oracle"]',
    'op.get_bind().dialect.name.startswith("postgres")',
    'not op.get_bind().dialect.name != "postgresql"',
    'op.get_context().impl.dialect.name.lower() == "postgresql"',
]


@pytest.mark.parametrize("test", DIALECT_TESTS)
def test_a_dialect_test_limits_both_branches(test: str) -> None:
    inside, outside, after = placed(f"if {test}:\n    {DROP}\nelse:\n    {DROP}\n{DROP}")
    assert (inside.dialects, inside.condition) == (PG, None)
    assert (outside.dialects, outside.condition) == (PG_OUT, None)
    assert (after.dialects, after.condition) == (None, None)


@pytest.mark.parametrize(
    "setup",
    [
        "bind = op.get_bind()\ndialect = bind.dialect.name",
        "conn = op.get_bind()\ndialect = conn.engine.name",
        "migration_context = op.get_context()\ndialect = migration_context.dialect.name",
        "dialect = context.get_context().dialect.name",
    ],
)
def test_a_dialect_name_may_be_held_in_a_variable(setup: str) -> None:
    (found,) = placed(f"{setup}\nif dialect == 'postgresql':\n    {DROP}")
    assert found.dialects == PG


def test_an_early_return_on_a_dialect_limits_the_rest() -> None:
    (found,) = placed(f'if op.get_bind().dialect.name == "sqlite":\n    return\n{DROP}')
    assert found.dialects is not None
    assert "sqlite" not in found.dialects
    assert found.condition is None


def test_a_dialect_helper_of_the_module_is_followed() -> None:
    found = module("""
        def is_sqlite():
            return op.get_bind().dialect.name == "sqlite"

        def upgrade():
            if not is_sqlite():
                op.drop_table("t")
    """)
    assert "sqlite" not in (found.revision.upgrade.ops[0].dialects or ())


def test_a_dialect_test_and_another_keep_both() -> None:
    inside, outside = placed(f'if op.get_bind().dialect.name == "postgresql" and x():\n    {DROP}\nelse:\n    {DROP}')[
        1:
    ]
    assert inside.dialects == PG
    assert inside.condition is not None
    assert outside.dialects is None
    assert outside.condition is not None


def test_nested_dialect_tests_intersect() -> None:
    (found,) = placed(
        'd = op.get_bind().dialect.name\nif d in ("postgresql", "sqlite"):\n    if d != "sqlite":\n        ' + DROP
    )
    assert found.dialects == PG


def test_sql_in_another_databases_branch_says_so() -> None:
    found = upgrade('if op.get_bind().dialect.name == "sqlite":\n    op.execute("PRAGMA foreign_keys=OFF")')
    assert whys(found) == ["SQL for sqlite, which is not read"]


# --- conditions and guards --------------------------------------------------------------------------------------------


def test_an_unknown_test_is_a_condition_of_both_branches() -> None:
    first, second, after = placed(f"if flag:\n    {DROP}\nelse:\n    {DROP}\n{DROP}")
    assert (first.condition, second.condition, after.condition) == ("if flag", "if not (flag)", None)


@pytest.mark.parametrize(
    "test",
    [
        'not sa.inspect(op.get_bind()).has_table("t")',
        '"t" not in sa.inspect(op.get_bind()).get_table_names()',
        '"t" not in tables',
        "not inspector.has_table(NAME)",
        'not table_exists("t")',
        'not _table_exists("t")',
        "NAME not in tables",
    ],
)
def test_an_early_return_on_existence_is_a_guard(test: str) -> None:
    found = module(f"""
        from project.migrations import table_exists
        NAME = "t"

        def _table_exists(name):
            bind = op.get_bind()
            return sa.inspect(bind).has_table(name)

        def upgrade():
            inspector = sa.inspect(op.get_bind())
            tables = inspector.get_table_names()
            if {test}:
                return
            op.drop_column("t", "c")
    """)
    body = found.revision.upgrade
    assert [g.tables for g in body.guards] == [("t",)]
    assert [p.condition for p in body] == ["after a guard that may return"]


def test_a_guard_by_catalog_query_is_seen_through_a_helper() -> None:
    found = module("""
        def column_there(table, column):
            sql = "SELECT 1 FROM information_schema.columns WHERE table_name = :t"
            return op.get_bind().execute(sa.text(sql), {"t": table}).scalar() is not None

        def upgrade():
            if column_there("t", "c"):
                return
            op.drop_table("t")
    """)
    assert len(found.revision.upgrade.guards) == 1


def test_an_early_return_on_anything_else_is_a_condition_only() -> None:
    found = upgrade(f"if context.is_offline_mode():\n    return\n{DROP}")
    assert found.revision.upgrade.guards == ()
    assert [p.condition for p in found.revision.upgrade] == ["after a guard that may return"]


def test_a_branch_that_raises_is_no_guard() -> None:
    (found,) = placed(f"if flag:\n    raise ValueError('no')\n{DROP}")
    assert found.condition is None


def test_a_guard_around_one_op_is_its_condition() -> None:
    found = upgrade(f'inspector = sa.inspect(op.get_bind())\nif inspector.has_table("t"):\n    {DROP}')
    assert found.revision.upgrade.guards == ()
    assert [p.condition for p in found.revision.upgrade] == ['if inspector.has_table("t")']


def test_a_return_deep_in_a_branch_reaches_what_follows() -> None:
    found = placed(f"if a:\n    if b:\n        return\n    {DROP}\n{DROP}")
    assert all(p.condition and "after a guard" in p.condition for p in found)


def test_a_certain_test_leaves_one_branch() -> None:
    found = module("""
        def change(upgrade):
            if upgrade:
                op.create_index("ix", "t", ["a"])
            else:
                op.drop_index("ix")

        def upgrade():
            change(upgrade=True)

        def downgrade():
            change(upgrade=False)
    """)
    assert kinds(found) == ["CreateIndex"]
    assert [type(p.op).__name__ for p in found.revision.downgrade] == ["DropIndex"]
    assert [p.fixed for p in found.revision.upgrade] == ["downgrade() also calls change(): rewriting it changes both"]
    assert [p.condition for p in found.revision.upgrade] == [None]


# --- try, with, autocommit --------------------------------------------------------------------------------------------


def test_everything_in_a_try_is_fixed() -> None:
    found = placed(f"try:\n    {DROP}\nexcept Exception:\n    {DROP}\nelse:\n    {DROP}\nfinally:\n    {DROP}\n{DROP}")
    assert [p.condition for p in found] == ["try", "try", "except", None, None]
    assert all((p.fixed or "").startswith("inside a try") for p in found[:4])
    assert found[4].fixed is None


def test_suppress_is_a_try() -> None:
    (found,) = placed(f"import contextlib\nwith contextlib.suppress(Exception):\n    {DROP}")
    assert found.condition == "try"
    assert found.fixed is not None


@pytest.mark.parametrize(
    "block",
    [
        "op.get_context().autocommit_block()",
        "ctx.autocommit_block()",
        "context.get_context().autocommit_block()",
    ],
)
def test_an_autocommit_block_numbers_each_statement(block: str) -> None:
    found = placed(f"ctx = op.get_context()\n{DROP}\nwith {block}:\n    {DROP}\n    {DROP}\n{DROP}\n{DROP}")
    assert [p.autocommit for p in found] == [False, True, True, False, False]
    numbers = [p.transaction for p in found]
    assert sorted(numbers) == numbers
    assert len(set(numbers)) == 4
    assert numbers[3] == numbers[4]


def test_a_commit_ends_the_transaction() -> None:
    found = placed(f'bind = op.get_bind()\n{DROP}\nbind.commit()\n{DROP}\nop.execute("COMMIT")\n{DROP}')
    assert [p.transaction for p in found] == [0, 0, 1, 1, 2]
    assert [(p.op.verb, p.op.how) for p in found[1:2] if isinstance(p.op, EndTransaction)] == [
        ("commit", "bind.commit")
    ]
    assert isinstance(found[3].op, EndTransaction)


def test_a_block_of_begin_commits_at_its_end() -> None:
    found = placed(f"bind = op.get_bind()\nwith bind.begin():\n    {DROP}\n{DROP}")
    assert [type(p.op).__name__ for p in found] == ["EndTransaction", "DropTable", "EndTransaction", "DropTable"]
    assert found[1].transaction < found[3].transaction


def test_a_savepoint_keeps_its_statements() -> None:
    (found,) = placed(f"with op.get_bind().begin_nested():\n    {DROP}")
    assert found.fixed == "inside a savepoint"


def test_a_foreign_context_manager_is_reported_and_keeps_its_statements() -> None:
    found = module("""
        from project.db import without_foreign_keys

        def upgrade():
            with without_foreign_keys(op):
                op.drop_table("t")
    """)
    assert kinds(found) == ["Opaque", "DropTable"]
    assert "project.db" in whys(found)[0]
    assert found.revision.upgrade.ops[1].fixed is not None
    assert found.revision.upgrade.ops[1].condition is not None


def test_a_context_manager_of_the_file_that_acts_is_reported() -> None:
    found = module("""
        from contextlib import contextmanager

        @contextmanager
        def no_keys():
            op.drop_constraint("fk", "t")
            yield
            op.create_foreign_key("fk", "t", "p", ["a"], ["b"])

        def upgrade():
            with no_keys():
                op.drop_table("t")
    """)
    assert kinds(found) == ["Opaque", "DropTable"]


def test_a_plain_context_manager_changes_nothing() -> None:
    (found,) = placed(f"import warnings\nwith warnings.catch_warnings():\n    {DROP}")
    assert (found.condition, found.fixed) == (None, None)


# --- batches ----------------------------------------------------------------------------------------------------------


def test_batch_ops_run_when_the_block_ends() -> None:
    found = sites(
        'with op.batch_alter_table("t", schema="s", recreate="always") as b:\n'
        '    b.drop_column("c")\n    op.drop_table("u")\n    b.execute("UPDATE t SET a = 1")\n'
    )
    assert [type(s.placed.op).__name__ for s in found] == ["DropTable", "Update", "DropColumn"]
    last = found[2]
    assert last.batch is not None
    assert (last.batch.alias, last.batch.recreate_always, last.placed.spelling) == ("b", True, "batch")
    assert str(last.placed.op.table) == "s.t"  # type: ignore[attr-defined]
    assert (found[1].batch, found[1].placed.spelling) == (None, "sql")


def test_two_batches_in_one_with_end_inside_out() -> None:
    found = sites(
        'with op.batch_alter_table("t") as a, op.batch_alter_table("u") as b:\n    a.drop_column("x")\n    b.drop_column("y")'
    )
    assert [str(s.placed.op.table) for s in found] == ["u", "t"]  # type: ignore[attr-defined]


def test_a_batch_without_an_alias_has_no_ops() -> None:
    assert ops('with op.batch_alter_table("t"):\n    pass') == []


def test_a_wrapped_batch_is_reported() -> None:
    found = module("""
        from project.db import safe_batch

        def upgrade():
            with safe_batch("t") as b:
                b.drop_column("c")
    """)
    assert kinds(found) == ["Opaque", "Opaque"]
    assert found.revision.upgrade.ops[1].op.calls == "drop_column"  # type: ignore[attr-defined]


def test_a_wrapped_batch_of_the_file_is_reported() -> None:
    found = module("""
        from contextlib import contextmanager

        @contextmanager
        def safe_batch(name):
            with op.batch_alter_table(name) as b:
                yield b

        def upgrade():
            with safe_batch("t") as b:
                b.drop_column("c")
    """)
    assert kinds(found) == ["Opaque"]
    assert "wrapped" in whys(found)[0]


@pytest.mark.parametrize(
    "source",
    [
        'b = op.batch_alter_table("t")\nwith b as x:\n    x.drop_column("c")',
        'with op.batch_alter_table(name) as b:\n    b.drop_column("c")',
        'with op.batch_alter_table(*args) as b:\n    b.drop_column("c")',
        'import contextlib\nwith contextlib.ExitStack() as s:\n    b = s.enter_context(op.batch_alter_table("t"))\n    b.drop_column("c")',
    ],
)
def test_a_batch_that_is_not_certain_leaves_opaque_ops(source: str) -> None:
    found = [o for o in ops(source) if isinstance(o, Opaque)]
    assert found[-1].calls == "drop_column"


# --- loops ------------------------------------------------------------------------------------------------------------

LOOPS = [
    'for t in ("a", "b"):\n    op.drop_table(t)',
    'for t in ["a", "b"]:\n    op.drop_table(t)',
    'names = ["a", "b"]\nfor t in names:\n    op.drop_table(t)',
    'for t, _ in [("a", 1), ("b", 2)]:\n    op.drop_table(t)',
    'for t, _ in {"a": 1, "b": 2}.items():\n    op.drop_table(t)',
    'tables = {"a": 1, "b": 2}\nfor t in tables:\n    op.drop_table(t)',
    'for _, t in enumerate(["a", "b"]):\n    op.drop_table(t)',
    'for t, _ in zip(["a", "b"], [1, 2]):\n    op.drop_table(t)',
    'for pair in [("a", 1), ("b", 2)]:\n    op.drop_table(pair[0])',
    'for spec in [{"t": "a"}, {"t": "b"}]:\n    op.drop_table(spec["t"])',
    'for t in "a b".split():\n    op.drop_table(t)',
    'for t in reversed(["b", "a"]):\n    op.drop_table(t)',
    'for (t, (x, y)) in [("a", (1, 2)), ("b", (3, 4))]:\n    op.drop_table(t)',
    'for t in [n for n in ("a", "b")]:\n    op.drop_table(t)',
]


@pytest.mark.parametrize("source", LOOPS)
def test_a_loop_over_literals_is_unrolled(source: str) -> None:
    found = placed(source)
    assert [str(p.op.table) for p in found] == ["a", "b"]  # type: ignore[attr-defined]
    assert [p.iteration for p in found] == [0, 1]
    assert len({p.statement for p in found}) == 1
    assert all(p.op.table.name.varies for p in found)  # type: ignore[attr-defined]
    assert [(p.looped, p.condition) for p in found] == [(False, None)] * 2


def test_names_made_in_a_loop_keep_their_spelling() -> None:
    (first, _) = ops('for t in ("a", "b"):\n    op.create_index(f"ix_{t}", t, ["c"])')
    assert isinstance(first, CreateIndex)
    assert first.name is not None
    assert (first.name.text, first.name.code, first.name.varies) == ("ix_a", 'f"ix_{t}"', True)
    assert (first.table.name.text, first.table.name.code) == ("a", "t")


def test_columns_come_out_of_a_loop() -> None:
    found = ops('for c in (sa.Column("a", sa.Integer()), sa.Column("b", sa.Integer())):\n    op.add_column("t", c)')
    assert [o.column.name.text for o in found if isinstance(o, AddColumn)] == ["a", "b"]


@pytest.mark.parametrize(
    "source",
    [
        f"for t in op.get_bind().execute(sa.text('SELECT 1')):\n    {DROP}",
        f"for t in names:\n    {DROP}",
        f"while True:\n    {DROP}\n    break",
        f"for t in range(10 ** 9):\n    {DROP}",
        f"names = []\nnames.append('x')\nfor t in names:\n    {DROP}",
    ],
)
def test_a_loop_over_something_unknown_runs_any_number_of_times(source: str) -> None:
    found = [p for p in placed(source) if isinstance(p.op, DropTable)]
    assert [(p.looped, p.condition) for p in found] == [(True, "loop over something unknown")]


def test_names_changed_in_an_unknown_loop_are_not_certain() -> None:
    found = ops('t = "a"\nfor x in rows:\n    op.drop_table(t)\n    t = x\nop.drop_table(t)')
    assert [Opaque, Opaque] == [type(o) for o in found]


def test_continue_and_break_make_the_rest_conditional() -> None:
    found = placed('for t in ("a", "b"):\n    if flag:\n        break\n    op.drop_table(t)')
    assert all(p.condition for p in found)
    (found_one,) = placed('for t in ("a", "b"):\n    if t == "a":\n        continue\n    op.drop_table(t)')
    assert (str(found_one.op.table), found_one.condition) == ("b", None)  # type: ignore[attr-defined]


def test_a_backfill_by_key_ranges_reads_as_a_looped_update() -> None:
    found = module('''
        def upgrade():
            with op.get_context().autocommit_block():
                for low, high in _key_ranges("users", "id"):
                    op.execute(
                        sa.text("UPDATE users SET e = lower(m) WHERE id BETWEEN :low AND :high AND e IS NULL")
                        .bindparams(low=low, high=high)
                    )

        def _key_ranges(table: str, key: str, size: int = 5000):
            """Yield ranges."""
            if context.is_offline_mode():
                yield -(2**63), 2**63 - 1
                return
            bind = op.get_bind()
            batch = sa.text(f"SELECT min({key}), max({key}) FROM (SELECT {key} FROM {table} WHERE {key} > :after ORDER BY {key} LIMIT {size}) b")
            low, high = bind.execute(batch, {"after": -(2**63)}).one()
            while high is not None:
                yield low, high
                low, high = bind.execute(batch, {"after": high}).one()
    ''')
    (found_one,) = found.revision.upgrade
    assert isinstance(found_one.op, Update)
    assert found_one.op.parameters == ("low", "high")
    assert (found_one.looped, found_one.autocommit, found_one.fixed) == (True, True, None)


# --- helpers ----------------------------------------------------------------------------------------------------------


def test_a_helper_is_followed_once_for_each_call() -> None:
    found = module("""
        def create_idx(table, name, *, unique=False):
            _create(name, table, unique)

        def _create(name, table, unique):
            op.create_index(name, table, ["c"], unique=unique)

        def upgrade():
            create_idx("t", "ix_t")
            create_idx("u", name="ix_u", unique=True)
    """)
    body = found.revision.upgrade
    assert [
        (p.op.name.text, p.op.name.code, p.op.name.varies)  # type: ignore[attr-defined]
        for p in body
    ] == [("ix_t", "name", True), ("ix_u", "name", True)]
    assert [p.op.unique for p in body] == [False, True]  # type: ignore[attr-defined]
    assert [p.iteration for p in body] == [0, 1]
    assert [p.fixed for p in body] == [None, None]
    assert [s.function for s in found.upgrade] == ["_create", "_create"]


def test_a_helper_given_op_is_followed() -> None:
    found = module("""
        def drop(o, name):
            o.drop_table(name)

        def upgrade():
            drop(op, "t")
    """)
    assert kinds(found) == ["DropTable"]
    assert found.upgrade[0].alias == "o"


def test_a_nested_function_is_followed() -> None:
    assert [
        str(o.table)  # type: ignore[attr-defined]
        for o in ops('name = "t"\ndef drop():\n    op.drop_table(name)\ndrop()')
    ] == ["t"]


def test_a_helper_in_an_unknown_loop_is_fixed() -> None:
    found = module("""
        def drop(name):
            op.drop_table("t")

        def upgrade():
            for x in rows():
                drop(x)
    """)
    last = found.revision.upgrade.ops[-1]
    assert last.looped
    assert "drop()" in (last.fixed or "")


@pytest.mark.parametrize(
    ("definition", "why"),
    [
        ("def f():\n    op.drop_table('t')\n    f()", "calls itself"),
        ("def f():\n    op.drop_table('t')\n    yield 1", "generator"),
        ("async def f():\n    op.drop_table('t')", "asynchronous"),
        ("@retry\ndef f():\n    op.drop_table('t')", "decorators"),
        ("def f(a):\n    op.drop_table('t')", ""),
        ("def f(*, a):\n    op.drop_table('t')", ""),
    ],
)
def test_a_helper_that_cannot_be_followed_is_opaque(definition: str, why: str) -> None:
    found = upgrade(f"{definition}\nf()")
    if why:
        assert why in whys(found)[-1]
    assert kinds(found)


def test_a_helper_that_only_computes_is_nothing() -> None:
    found = module("""
        def slug(text):
            return text.lower().replace(" ", "-")

        def walk(node):
            for child in node["children"]:
                walk(child)

        def upgrade():
            print(slug("A"))
            walk({})
            op.drop_table("t")
    """)
    assert kinds(found) == ["DropTable"]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("from project.util import create_index\ncreate_index('ix', 't', ['a'])", "project.util"),
        ("import project.util as u\nu.seed()", "project.util"),
        ("from . import helpers\nhelpers.seed(op.get_bind())", "helpers"),
        ("globals()[f'upgrade_{x}']()", "cannot tell"),
        ("getattr(op, name)('t')", "run time"),
        ("exec('op.drop_table(1)')", "exec"),
        ("eval(code)", "eval"),
        ("import os\nos.system('psql')", "os.system"),
        ("import subprocess\nsubprocess.run(['psql'])", "subprocess"),
        ("metadata = sa.MetaData()\nmetadata.create_all(op.get_bind())", "create_all"),
        ("op.invoke(operation)", "op.invoke"),
        ("op.run_async(go)", "op.run_async"),
        ("from functools import partial\npartial(op.drop_table, 't')()", "partial"),
        ("unknown()", "not defined"),
        ("print(seed_everything())", "not defined"),
        ("op.get_bind().engine.connect()", "connection of its own"),
    ],
)
def test_what_cannot_be_read_is_opaque_with_a_reason(source: str, why: str) -> None:
    assert any(why in w for w in whys(upgrade(source))), whys(upgrade(source))


@pytest.mark.parametrize(
    "source",
    [
        "pass",
        '"""docstring"""',
        "x = 1",
        "print('x')",
        "import logging\nlog = logging.getLogger(__name__)\nlog.info('x')",
        "import os, json, uuid, datetime\nx = json.loads(os.environ.get('X', '{}'))\ny = uuid.uuid4()",
        "bind = op.get_bind()\ninspector = sa.inspect(bind)\ncolumns = [c['name'] for c in inspector.get_columns('t')]",
        "t = sa.table('t', sa.column('a'))\nq = sa.select(t.c.a).where(t.c.a == 1)",
        "rows = []\nrows.append({'a': 1})\nseen = set()\nseen.add(1)\nseen.add(2)",
        "class Model:\n    __tablename__ = 'x'\nModel()",
        "rows = []\nrows.append(1)\nprint(len(rows), sorted(rows))",
        "x = sorted([3, 1])[0]\ny = f'{x}'.strip()",
        "from project.models import Thing",
        "if sa.inspect(op.get_bind()).has_table('t'):\n    print('there')",
    ],
)
def test_what_touches_no_database_is_nothing(source: str) -> None:
    assert ops(source) == []


def test_ops_in_a_lambda_or_comprehension_are_fixed() -> None:
    found = placed('f = lambda: op.drop_table("a")\n[op.drop_table("b") for x in y]')
    assert [p.fixed for p in found] == ["inside a lambda", "inside a comprehension"]
    assert [p.looped for p in found] == [False, True]


def test_ops_in_a_conditional_expression_are_conditional_and_fixed() -> None:
    found = placed('op.drop_table("a") if x else op.drop_table("b")\nx and op.drop_table("c")')
    assert [p.fixed for p in found] == ["inside a conditional expression"] * 3
    assert all(p.condition for p in found)


# --- scope ------------------------------------------------------------------------------------------------------------

IMPORTS = [
    ("from alembic import op", "op.drop_table"),
    ("from alembic import op as o", "o.drop_table"),
    ("import alembic.op as o", "o.drop_table"),
    ("import alembic", "alembic.op.drop_table"),
    ("import alembic.op", "alembic.op.drop_table"),
    ("from alembic.op import drop_table", "drop_table"),
    ("from alembic.op import drop_table as gone", "gone"),
    ("from alembic.op import *", "drop_table"),
]


@pytest.mark.parametrize(("imports", "call"), IMPORTS)
def test_op_is_found_by_scope(imports: str, call: str) -> None:
    from reading import read

    found = read(f'{imports}\nrevision = "a"\ndown_revision = None\ndef upgrade():\n    {call}("t")\n')
    assert kinds(found) == ["DropTable"]


def test_op_may_be_a_parameter() -> None:
    from reading import read

    found = read('revision = "a"\ndown_revision = None\ndef upgrade(op, tables, tester):\n    op.drop_table("t")\n')
    assert kinds(found) == ["DropTable"]


@pytest.mark.parametrize(
    "source",
    [
        "op = Something()\nop.drop_table('t')",
        "from project import op\nop.drop_table('t')",
        "for op in things:\n    op.drop_table('t')",
        "if x:\n    op = other\nop.drop_table('t')",
        "(op := thing)\nop.drop_table('t')",
        "with thing() as op:\n    op.drop_table('t')",
    ],
)
def test_a_rebound_op_is_not_ours(source: str) -> None:
    assert DropTable not in [type(o) for o in ops(source)]
    assert Opaque in [type(o) for o in ops(source)]


CONSTANTS = [
    ('NAME = "t"', "NAME"),
    ('NAME: str = "t"', "NAME"),
    ('A = "t"\nNAME = A', "NAME"),
    ('P = ""\nNAME = P + "t"', "NAME"),
    ('NAME = ("" "t")', "NAME"),
    ('NAME = "%s" % "t"', "NAME"),
    ('NAME = "{}".format("t")', "NAME"),
    ('X = "t"\nNAME = f"{X}"', "NAME"),
    ('NAMES = ["t", "u"]', "NAMES[0]"),
    ('NAMES = {"x": "t"}', 'NAMES["x"]'),
    ('class M:\n    __tablename__ = "t"', "M.__tablename__"),
    ('def name(x):\n    return x + "t"', 'name("")'),
    ('NAME = "T".lower()', "NAME"),
    ('NAME = "t" if True else "u"', "NAME"),
]


@pytest.mark.parametrize(("constants", "spelled"), CONSTANTS)
def test_constants_are_resolved(constants: str, spelled: str) -> None:
    found = module(f"\n{constants}\n\ndef upgrade():\n    op.drop_table({spelled})\n")
    (op,) = [p.op for p in found.revision.upgrade]
    assert isinstance(op, DropTable)
    assert ("t", spelled) == (op.table.name.text, op.table.name.code)


@pytest.mark.parametrize(
    "source",
    [
        'import os\nt = os.environ["T"]\nop.drop_table(t)',
        't = "a"\nt += x\nop.drop_table(t)',
        'if x:\n    t = "a"\nelse:\n    t = "b"\nop.drop_table(t)',
        't = "a"\nif x:\n    t = "b"\nop.drop_table(t)',
        't = ["a"]\nt.append("b")\nop.drop_table(t[0])',
        'd = {"x": "a"}\nd["x"] = "b"\nop.drop_table(d["x"])',
        'try:\n    t = "a"\nexcept E:\n    t = "b"\nop.drop_table(t)',
        'op.drop_table("%s" % x)',
        'op.drop_table(f"{x}")',
        'op.drop_table(f"{1:>{w}}")',
    ],
)
def test_what_is_assigned_twice_is_not_certain(source: str) -> None:
    found = [o for o in ops(source) if isinstance(o, Opaque)]
    assert found[-1].calls == "drop_table"


def test_a_column_may_be_held_in_a_variable() -> None:
    found = ops('c = sa.Column("c", sa.Integer())\nop.add_column("t", c)')
    assert [o.column.name.text for o in found if isinstance(o, AddColumn)] == ["c"]


def test_a_created_table_is_known_to_bulk_insert() -> None:
    found = ops('t = op.create_table("t", sa.Column("a", sa.Integer()))\nop.bulk_insert(t, [{"a": 1}])')
    assert [str(o.table) for o in found if isinstance(o, BulkInsert)] == ["t"]


# --- several databases ------------------------------------------------------------------------------------------------


def test_a_multi_database_revision_is_read_engine_by_engine() -> None:
    found = module("""
        def upgrade(engine_name):
            globals()["upgrade_%s" % engine_name]()

        def downgrade(engine_name):
            globals()["downgrade_%s" % engine_name]()

        def upgrade_engine1():
            op.drop_table("a")

        def upgrade_engine2():
            op.drop_table("b")

        def downgrade_engine1():
            pass
    """)
    body = found.revision.upgrade
    assert kinds(found) == ["DropTable", "DropTable"]
    assert [p.condition for p in body] == ["on engine1 only", "on engine2 only"]
    assert [s.function for s in found.upgrade] == ["upgrade_engine1", "upgrade_engine2"]
    assert len({p.transaction for p in body}) == 2
