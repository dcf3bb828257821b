"""convention unread

Revision ID: 406e58608307
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "406e58608307"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("total_positive", "orders", "total >= 0")


def downgrade() -> None:
    op.drop_constraint("total_positive", "orders", type_="check")
