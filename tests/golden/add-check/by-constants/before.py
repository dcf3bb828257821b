"""by constants

Revision ID: ad7a5f96bb32
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "ad7a5f96bb32"
down_revision = "base"
branch_labels = None
depends_on = None


TABLE = "orders"
NAME = "orders_total_positive"


def upgrade() -> None:
    op.create_check_constraint(NAME, TABLE, "total >= 0"),


def downgrade() -> None:
    op.drop_constraint(NAME, TABLE, type_="check")
