"""partitioned

Revision ID: 36c9643f45e0
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "36c9643f45e0"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("events", sa.Column("ref", sa.String(32), unique=True))


def downgrade() -> None:
    op.drop_column("events", "ref")
