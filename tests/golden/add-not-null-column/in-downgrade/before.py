"""in downgrade

Revision ID: c49774cf4364
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "c49774cf4364"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("orders", "external_id")


def downgrade() -> None:
    op.add_column("orders", sa.Column("external_id", sa.String(64), nullable=False))
