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
    """Yield the first and the last key of successive batches of rows; one range for all in offline mode."""
    if op.get_context().as_sql:
        yield -(2**63), 2**63 - 1
        return
    bind, edges = op.get_bind(), f"SELECT min({key}), max({key}) FROM"
    first = sa.text(f"{edges} (SELECT {key} FROM {table} ORDER BY {key} LIMIT {size}) AS batch")
    after = sa.text(f"{edges} (SELECT {key} FROM {table} WHERE {key} > :last ORDER BY {key} LIMIT {size}) AS batch")
    low, high = bind.execute(first).one()
    while high is not None:
        yield low, high
        low, high = bind.execute(after, {"last": high}).one()
