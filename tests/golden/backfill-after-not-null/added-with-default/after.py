"""added with default

Revision ID: 6d18a2558258
Revises: base
Create Date: 2025-06-26 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "6d18a2558258"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:

    # Add the column nullable; new rows get the default from now on.
    op.add_column("orders", sa.Column("channel", sa.String(length=20), nullable=True), if_not_exists=True)
    op.alter_column("orders", "channel", existing_type=sa.String(length=20), server_default="web")

    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        for low, high in _key_ranges("orders", "id"):
            op.execute(
                sa.text(
                    "UPDATE orders SET channel = 'web' "
                    "WHERE id BETWEEN :low AND :high AND channel IS NULL"
                ).bindparams(low=low, high=high)
            )

    # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the table.
    op.drop_constraint(op.f("ck_orders_channel_filled"), "orders", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_orders_channel_filled"), "orders", "channel IS NOT NULL", postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_channel_filled")
        op.alter_column("orders", "channel", existing_type=sa.String(length=20), nullable=False)
        op.drop_constraint(op.f("ck_orders_channel_filled"), "orders", type_="check")


def downgrade() -> None:
    op.drop_column("orders", "channel")


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
