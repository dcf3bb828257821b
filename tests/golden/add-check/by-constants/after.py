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
    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.drop_constraint(NAME, TABLE, type_="check", if_exists=True)
    op.create_check_constraint(NAME, TABLE, "total >= 0", postgresql_not_valid=True),
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive")


def downgrade() -> None:
    op.drop_constraint(NAME, TABLE, type_="check")
