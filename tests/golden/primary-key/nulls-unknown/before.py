"""nulls unknown

Revision ID: 61a9e94c16fe
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "61a9e94c16fe"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # legacy is older than our migrations
    op.create_primary_key("legacy_pkey", "legacy", ["id"])


def downgrade() -> None:
    op.drop_constraint("legacy_pkey", "legacy", type_="primary")
