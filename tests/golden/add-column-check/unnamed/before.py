"""unnamed

Revision ID: 232d8123426c
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "232d8123426c"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("discount", sa.Integer(), sa.CheckConstraint("discount >= 0"), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "discount")
