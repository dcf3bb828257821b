"""constant default own values

Revision ID: 67b2ed91e724
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "67b2ed91e724"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("slug", sa.String(360), unique=True, server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("users", "slug")
