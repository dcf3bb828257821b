"""with rename

Revision ID: 41a2378d3a4b
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "41a2378d3a4b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("users", "status", new_column_name="order", existing_type=sa.String(20), nullable=False)
    op.alter_column("users", "order", server_default="x", existing_type=sa.String(20))


def downgrade() -> None:
    op.alter_column("users", "order", new_column_name="status", server_default=None, existing_type=sa.String(20), nullable=True)
