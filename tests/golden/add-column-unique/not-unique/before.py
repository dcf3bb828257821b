"""not unique

Revision ID: f963f574d901
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "f963f574d901"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("phone", sa.String(32), unique=False, comment="not unique: families share one"))


def downgrade() -> None:
    op.drop_column("users", "phone")
