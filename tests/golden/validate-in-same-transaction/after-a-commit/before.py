"""after a commit

Revision ID: 6ed3061ebec2
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "6ed3061ebec2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("orders_total_positive", "orders", "total >= 0", postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive")


def downgrade() -> None:
    op.drop_constraint("orders_total_positive", "orders", type_="check")
