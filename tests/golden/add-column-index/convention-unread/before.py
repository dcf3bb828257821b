"""convention unread

Revision ID: 6600ab8a11c4
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "6600ab8a11c4"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("shop_id", sa.Integer(), index=True))


def downgrade() -> None:
    op.drop_column("orders", "shop_id")
