"""core dml

Revision ID: b2ccc81f4c33
Revises: base
Create Date: 2025-06-11 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "b2ccc81f4c33"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    orders = sa.table("orders", sa.column("status", sa.String))

    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        for low, high in _key_ranges("orders", "id"):
            op.execute(
                sa.text(
                    "UPDATE orders SET status = 'new' "
                    "WHERE id BETWEEN :low AND :high AND status IS NULL"
                ).bindparams(low=low, high=high)
            )


def downgrade() -> None:
    pass


def _key_ranges(table: str, key: str, size: int = 5000):
    """Yield the first and the last key of each batch of rows; offline, one range for all."""
    if op.get_context().as_sql:
        yield -(2**63), 2**63 - 1
        return
    edges, rows = f"SELECT min({key}), max({key}) FROM", f"SELECT {key} FROM {table}"
    first = sa.text(f"{edges} ({rows} ORDER BY {key} LIMIT {size}) AS batch")
    after = sa.text(f"{edges} ({rows} WHERE {key} > :last ORDER BY {key} LIMIT {size}) AS batch")
    bind = op.get_bind()
    low, high = bind.execute(first).one()
    while high is not None:
        yield low, high
        low, high = bind.execute(after, {"last": high}).one()
