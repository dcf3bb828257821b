"""Random revisions from the vocabulary of real ones: reading never crashes, fixing converges, the rest stays as it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

import promises
from migfix.config import read_configuration
from migfix.engine import examine, fix
from migfix.read import read_revision
from migfix.read.project import find_project
from migfix.read.workspace import Workspace, load_workspace

BASE = """\
import sqlalchemy as sa
from alembic import op

revision = "base"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a", sa.Text()),
                    sa.Column("b", sa.Integer()), sa.Column("deleted_at", sa.DateTime()))
    op.create_table("orders", sa.Column("k", sa.Uuid(), primary_key=True), sa.Column("user_id", sa.Integer()),
                    sa.Column("total", sa.Numeric()))


def downgrade():
    op.drop_table("orders")
    op.drop_table("users")
"""
DIRECTIVES = [
    'op.add_column("users", sa.Column("c", sa.String(20), nullable=True))',
    'op.add_column("users", sa.Column("d", sa.Integer(), nullable=False, server_default="0"))',
    'op.add_column("users", sa.Column("e", sa.Integer(), nullable=False))',
    'op.add_column("orders", sa.Column("f", sa.Integer(), sa.ForeignKey("users.id")))',
    'op.add_column("orders", sa.Column("g", sa.Uuid(), server_default=sa.text("gen_random_uuid()")))',
    'op.add_column("users", sa.Column("h", sa.Text(), index=True))',
    'op.add_column("users", sa.Column("i", sa.Text(), unique=True))',
    'op.alter_column("users", "a", existing_type=sa.Text(), nullable=False)',
    'op.alter_column("users", "b", nullable=False, server_default="1")',
    'op.alter_column("users", "a", new_column_name="z")',
    'op.create_index("ix_a", "users", ["a"])',
    'op.create_index(op.f("ix_b"), "users", ["b", sa.text("lower(a)")], unique=True)',
    'op.create_index("ix_t", "orders", ["total"], postgresql_concurrently=True, if_not_exists=True)',
    'op.drop_index("ix_old", table_name="users")',
    'op.drop_index("ix_old2")',
    'op.create_unique_constraint("uq_b", "users", ["b"])',
    'op.create_foreign_key("fk_u", "orders", "users", ["user_id"], ["id"], ondelete="CASCADE")',
    'op.create_foreign_key(None, "orders", "users", ["user_id"], ["id"])',
    'op.create_check_constraint("ck_total", "orders", "total > 0")',
    'op.create_primary_key("pk2", "orders", ["user_id"])',
    'op.execute("UPDATE users SET a = lower(a) WHERE a <> lower(a)")',
    'op.execute("UPDATE orders SET total = 0 WHERE total IS NULL")',
    'op.execute(sa.text("UPDATE users SET b = 1"))',
    'op.execute("CREATE INDEX ix_sql ON users (a); ALTER TABLE users ALTER COLUMN b SET NOT NULL")',
    'op.execute("ALTER TABLE orders ADD CONSTRAINT ck2 CHECK (total < 100) NOT VALID")',
    'op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck2")',
    'op.execute("DELETE FROM orders")',
    'op.execute("COMMIT")',
    'op.create_table("fresh", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("n", sa.Text()))',
    'op.create_index("ix_fresh", "fresh", ["n"])',
    'op.drop_table("orders")',
    'op.drop_column("users", "b")',
    'op.rename_table("orders", "sales")',
]
OTHERS = [
    "x = 1",
    'print("hello")',
    "pass",
    "bind = op.get_bind()",
    "op.bulk_insert(t, [])",
    "helper(op)",
    "op.nonsense()",
]
BATCHED = [
    'b.add_column(sa.Column("c", sa.String(20), nullable=True))',
    'b.add_column(sa.Column("d", sa.Integer(), nullable=False))',
    'b.alter_column("a", existing_type=sa.Text(), nullable=False)',
    'b.create_index("ix_batch", ["a"], unique=True)',
    'b.create_index(b.f("ix_batch2"), ["b"])',
    'b.drop_index("ix_old")',
    'b.create_unique_constraint("uq_batch", ["a", "b"])',
    'b.create_foreign_key("fk_batch", "orders", ["b"], ["k"])',
    'b.drop_constraint("gone", type_="check")',
    'b.drop_column("b")',
]

comment = st.sampled_from(["", "", "  # why", "  # ünïcödé", "  # noqa: X"])
spread = st.sampled_from(["", ",", ";"])


@st.composite
def line(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(DIRECTIVES + OTHERS))
    if draw(st.booleans()) and "\"'" not in text and "'" not in text:
        text = text.replace('"', "'")
    if text.startswith("op.") and not text.endswith("()") and draw(st.booleans()):
        text = text.replace("(", "(\n    ", 1)
        text = text[:-1] + draw(st.sampled_from([",\n)", "\n)", ",  # last\n)"])) if draw(st.booleans()) else text
    return text + (draw(spread) if text.startswith("op.") else "") + draw(comment)


def _indented(text: str, by: str = "    ") -> str:
    return "\n".join(by + part if part else part for part in text.split("\n"))


@st.composite
def statement(draw: st.DrawFn) -> str:
    inner = draw(st.lists(line(), min_size=1, max_size=3))
    body = "\n".join(inner)
    match draw(st.integers(0, 9)):
        case 0:
            batched = "\n".join(
                t + draw(comment) for t in draw(st.lists(st.sampled_from(BATCHED), min_size=1, max_size=4))
            )
            return f'with op.batch_alter_table("users") as b:\n{_indented(batched)}'
        case 1:
            return f'if op.get_bind().dialect.name == "{draw(st.sampled_from(["postgresql", "sqlite"]))}":\n{_indented(body)}'
        case 2:
            return f"with op.get_context().autocommit_block():\n{_indented(body)}"
        case 3:
            return f"try:\n{_indented(body)}\nexcept Exception:\n    pass"
        case 4:
            return 'for name in ("a", "b"):\n    op.create_index(f"ix_{name}", "users", [name])'
        case 5:
            return f"# a comment\n{body}\n"
        case _:
            return body


@st.composite
def revisions(draw: st.DrawFn) -> str:
    up = "\n".join(draw(st.lists(statement(), min_size=1, max_size=6)))
    down = "\n".join(draw(st.lists(line(), min_size=1, max_size=3)))
    indent = draw(st.sampled_from(["    ", "  ", "\t"]))
    text = f'"""Random."""\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = "r"\ndown_revision = "base"\n\n\ndef upgrade():\n{_indented(up)}\n\n\ndef downgrade():\n{_indented(down)}\n'
    text = text.replace("    ", indent) if indent != "\t" else "\n".join(_tabbed(part) for part in text.split("\n"))
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def _tabbed(text: str) -> str:
    bare = text.lstrip(" ")
    return "\t" * ((len(text) - len(bare)) // 4) + bare


@cache
def _project(dialects: tuple[str, ...]) -> tuple[Workspace, Path]:
    place = Path(mkdtemp())
    (place / "versions").mkdir()
    (place / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    (place / "versions" / "base.py").write_text(BASE)
    layout = find_project(place, config=place / "alembic.ini")
    configuration = read_configuration(
        place, overrides={"dialects": list(dialects)}, environ={}, values={"users.e": "0", "users.d": "1"}
    )
    return load_workspace(layout, configuration), place / "versions" / "r.py"


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(text=revisions(), sqlite=st.booleans(), review=st.booleans())
def test_a_fix_converges_and_keeps_the_rest(text: str, sqlite: bool, review: bool) -> None:
    workspace, path = _project(("postgresql", "sqlite") if sqlite else ("postgresql",))
    workspace = workspace.with_text(text, path)
    examine(workspace)
    done = fix(workspace, "r", review=review)
    assert not [why for _, why in done.left if "please report" in why]
    if done.change is None:
        return
    after = done.change.after
    promises.hold(text, after)
    assert ("\r\n" in text) == ("\r\n" in after)
    again = fix(workspace.with_text(after, path), "r", review=review)
    assert again.change is None, again.change.diff()


@settings(deadline=None, max_examples=300)
@given(st.text(), st.data())
def test_reading_never_crashes(noise: str, data: st.DataObject) -> None:
    text = data.draw(revisions())
    at = data.draw(st.integers(0, len(text)))
    read_revision(text[:at] + noise + text[at:], "r.py")
    read_revision(text[:at], "r.py")
