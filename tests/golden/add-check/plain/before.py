"""plain

Revision ID: f2091878d0a1
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "f2091878d0a1"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("orders_total_positive", "orders", "total >= 0")


def downgrade() -> None:
    op.drop_constraint("orders_total_positive", "orders", type_="check")
