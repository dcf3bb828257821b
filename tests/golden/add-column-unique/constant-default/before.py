"""constant default

Revision ID: f5c658118b11
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "f5c658118b11"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("slug", sa.String(60), unique=True, server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("users", "slug")
