"""sql inline

Revision ID: ad0b85cf8c49
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "ad0b85cf8c49"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders ADD COLUMN team_id integer REFERENCES teams (id)")


def downgrade() -> None:
    op.execute("ALTER TABLE orders DROP COLUMN team_id")
