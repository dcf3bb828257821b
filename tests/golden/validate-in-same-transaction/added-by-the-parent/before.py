"""added by the parent

Revision ID: 9b391ba3967d
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "9b391ba3967d"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive")


def downgrade() -> None:
    pass
