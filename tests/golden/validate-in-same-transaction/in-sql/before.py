"""in sql

Revision ID: a3a24b7aa3e3
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "a3a24b7aa3e3"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no lock: NOT VALID first, then VALIDATE
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0) NOT VALID")
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive")


def downgrade() -> None:
    op.execute("ALTER TABLE orders DROP CONSTRAINT orders_total_positive")
