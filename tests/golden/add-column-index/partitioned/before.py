"""partitioned

Revision ID: a6ef575e7076
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "a6ef575e7076"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("events", sa.Column("kind", sa.String(10), index=True))


def downgrade() -> None:
    op.drop_column("events", "kind")
