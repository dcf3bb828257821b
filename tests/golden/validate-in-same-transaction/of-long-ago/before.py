"""of long ago

Revision ID: c8772f5e4330
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "c8772f5e4330"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # added by hand during the incident of May
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_by_hand")


def downgrade() -> None:
    pass
