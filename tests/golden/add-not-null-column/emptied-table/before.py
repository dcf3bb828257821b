"""emptied table

Revision ID: 1851e1cd715a
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "1851e1cd715a"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # orders are imported anew every night
    op.execute("TRUNCATE orders")
    op.add_column("orders", sa.Column("currency", sa.String(3), nullable=False))


def downgrade() -> None:
    op.drop_column("orders", "currency")
