"""constant default partial

Revision ID: 9bc75797c0cc
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "9bc75797c0cc"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("slug", sa.String(60), unique=True, server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("users", "slug")
