"""no value

Revision ID: d823cbb07483
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "d823cbb07483"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("tier", sa.String(20), default="free", nullable=False))


def downgrade() -> None:
    op.drop_column("users", "tier")
