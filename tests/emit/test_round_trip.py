"""Every op that can be spelled reads back as itself: read(emit(op)) == op."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from migfix.emit.spell import Speller
from migfix.emit.style import Style
from migfix.model import ops
from migfix.model.maybe import Expr, Name, Table, TypeExpr
from migfix.read import read_revision
from migfix.read.site import Reading

HEAD = 'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "a"\ndown_revision = None\n\n\ndef upgrade():\n'
NAMES = st.one_of(
    st.sampled_from(["users", "order", "Mixed Case", "naïve", 'quo"te', "it's", "back\\slash", "x" * 63]),
    st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=20),
)
names = st.builds(Name, NAMES, final=st.booleans())
plain_names = st.builds(Name, NAMES)
tables = st.builds(Table, plain_names, st.none() | plain_names)


def _string(text: str) -> Expr:
    return Expr(code=Style().string(text), value=text)


conditions = st.sampled_from(["a > 0", "a IS NOT NULL", "status IN ('x', 'y')"]).map(
    lambda t: Expr(code=f'sa.text("{t}")', value=t)
)
types = st.sampled_from(
    [
        TypeExpr(code="sa.Integer()", name="Integer"),
        TypeExpr(code="sa.String(length=20)", name="String", args=("20",)),
        TypeExpr(code="sa.Text()", name="Text"),
    ]
)
defaults = st.sampled_from(
    [
        ops.Default(expr=Expr(code='"queued"', value="queued"), kind="literal"),
        ops.Default(expr=Expr(code='sa.text("now()")', value="now()"), kind="sql"),
    ]
)
columns = st.builds(
    ops.Column,
    name=plain_names,
    type=types,
    nullable=st.booleans(),
    server_default=st.none() | defaults,
    unique=st.booleans(),
    index=st.booleans(),
)
deferring = {"extra": st.sampled_from([(), (("ondelete", '"CASCADE"'),)])}

OPS = st.one_of(
    st.builds(
        ops.AddColumn, table=tables, column=columns, if_not_exists=st.booleans(), inline_references=st.booleans()
    ),
    st.builds(ops.DropColumn, table=tables, column=plain_names, if_exists=st.booleans()),
    st.builds(
        ops.AlterColumn,
        table=tables,
        column=plain_names,
        nullable=st.none() | st.booleans(),
        type_=st.none() | types,
        server_default=st.just(False) | st.none() | defaults,
        existing_type=st.none() | types,
    ),
    st.builds(
        ops.CreateIndex,
        name=names,
        table=tables,
        columns=st.lists(NAMES.map(_string), min_size=1, max_size=3).map(tuple),
        unique=st.booleans(),
        concurrently=st.booleans(),
        if_not_exists=st.booleans(),
        where=st.none() | conditions,
    ),
    st.builds(ops.DropIndex, name=names, table=tables, if_exists=st.booleans(), concurrently=st.booleans()),
    st.builds(
        ops.CreateUniqueConstraint,
        name=st.none() | names,
        table=tables,
        columns=st.lists(plain_names, min_size=1, max_size=3).map(tuple),
    ),
    st.builds(
        ops.CreatePrimaryKey,
        name=st.none() | names,
        table=tables,
        columns=st.lists(plain_names, min_size=1, max_size=3).map(tuple),
    ),
    st.builds(
        ops.CreateForeignKey,
        name=st.none() | names,
        table=tables,
        referent=tables,
        local_cols=st.lists(plain_names, min_size=1, max_size=2).map(tuple),
        remote_cols=st.lists(plain_names, min_size=1, max_size=2).map(tuple),
        not_valid=st.booleans(),
        **deferring,
    ),
    st.builds(ops.CreateCheckConstraint, name=names, table=tables, condition=conditions, not_valid=st.booleans()),
    st.builds(
        ops.DropConstraint,
        name=names,
        table=tables,
        type_=st.sampled_from([None, "check", "unique", "foreignkey", "primary"]),
        if_exists=st.booleans(),
    ),
    st.builds(ops.DropTable, table=tables, if_exists=st.booleans()),
    st.builds(ops.ValidateConstraint, name=plain_names, table=tables),
    st.builds(
        ops.AddConstraintUsingIndex,
        name=plain_names,
        table=tables,
        kind=st.sampled_from(["unique", "primary"]),
        index=plain_names,
    ),
    st.builds(
        ops.SetParameter,
        name=st.sampled_from(["lock_timeout", "statement_timeout"]),
        value=st.sampled_from([None, "2s", "0", "4000"]),
    ),
)


def _read_back(source: str) -> list[ops.Op]:
    body = "".join(f"    {line}\n" for line in source.rstrip("\n").split("\n"))
    reading = read_revision(HEAD + body, "revision.py")
    assert isinstance(reading, Reading), reading
    return [p.op for p in reading.revision.upgrade.ops]


@given(op=OPS, quote=st.sampled_from(['"', "'"]), room=st.sampled_from([40, 100]))
def test_an_op_reads_back_as_itself(op: ops.Op, quote: str, room: int) -> None:
    speller = Speller(style=Style(quote=quote), alembic=(1, 16))
    source = speller.statement(op, room=room)
    assert source is not None
    (found,) = _read_back(source)
    assert found == op or _requoted(found) == _requoted(op)


def _requoted(op: ops.Op) -> object:
    """A recipe's plain strings are written in the quotes of the file, so only what they say is compared."""
    return _said(op)


def _said(value):
    if isinstance(value, Expr):
        return replace(value, code=str(value.value))
    if is_dataclass(value) and not isinstance(value, (Name, TypeExpr)):
        return replace(value, **{f.name: _said(getattr(value, f.name)) for f in fields(value)})
    return tuple(_said(v) for v in value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("batch", [1000, 5000])
@pytest.mark.parametrize("key", [(("id", "Integer"),), (("id", "Uuid"),), (("tenant", "Integer"), ("id", "Uuid"))])
def test_a_backfill_reads_back_as_batched_updates(batch: int, key: tuple[tuple[str, str], ...]) -> None:
    update = ops.Update(
        table=Table(Name("users")), sql="UPDATE users SET a = 1", assignments=(("a", "1"),), where=None, simple=True
    )
    op = ops.Backfill(update=update, key=tuple((Name(n), t) for n, t in key), batch=batch)
    source = Speller(style=Style(), alembic=(1, 16)).statement(op, room=100)
    assert source is not None
    block = source.replace("\n", "\n    ")
    found = _read_back(f"with op.get_context().autocommit_block():\n    {block}")
    updates = [o for o in found if isinstance(o, ops.Update)]
    assert updates
    assert updates[-1].assignments == (("a", "1"),)
    assert updates[-1].parameters
