"""sqlite too

Revision ID: c8a0fe3a9691
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "c8a0fe3a9691"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("shop_id", sa.Integer(), index=True))


def downgrade() -> None:
    op.drop_index("ix_orders_shop_id", table_name="orders")
    op.drop_column("orders", "shop_id")
