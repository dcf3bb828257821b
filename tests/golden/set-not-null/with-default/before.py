"""with default

Revision ID: 53633937f5d2
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "53633937f5d2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column(
        "users",
        "status",
        existing_type=sa.String(20),
        server_default="active",
        nullable=False,
    )  # every account starts active


def downgrade() -> None:
    op.alter_column("users", "status", existing_type=sa.String(20), server_default=None, nullable=True)
