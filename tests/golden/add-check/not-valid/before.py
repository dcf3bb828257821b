"""not valid

Revision ID: b161700dd529
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "b161700dd529"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # old rows may break it; only new ones are held to it
    op.create_check_constraint("orders_total_positive", "orders", "total >= 0", postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_constraint("orders_total_positive", "orders", type_="check")
