"""index orders seller_id

Revision ID: e6b5f93a2326
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'e6b5f93a2326'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # b2 made the foreign key orders(seller_id) without an index: each DELETE of a parent row reads
    # the whole table.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_orders_seller_id"),
            table_name="orders",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f("ix_orders_seller_id"), "orders", ["seller_id"], postgresql_concurrently=True
        )


def downgrade() -> None:
    """Downgrade schema."""
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_orders_seller_id"),
            table_name="orders",
            if_exists=True,
            postgresql_concurrently=True,
        )
