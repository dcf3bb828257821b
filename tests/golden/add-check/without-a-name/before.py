"""without a name

Revision ID: 5e35866b0521
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "5e35866b0521"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(None, "orders", "total >= 0 AND user_id > 0")


def downgrade() -> None:
    op.drop_constraint("orders_check", "orders", type_="check")
