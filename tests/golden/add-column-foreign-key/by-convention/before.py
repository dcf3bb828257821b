"""by convention

Revision ID: c849901bd889
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "c849901bd889"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id")))


def downgrade() -> None:
    op.drop_column("orders", "team_id")
