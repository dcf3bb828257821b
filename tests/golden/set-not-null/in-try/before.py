"""in try

Revision ID: 1824774199d2
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "1824774199d2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    try:
        op.alter_column("users", "status", existing_type=sa.String(20), nullable=False)
    except Exception:
        print("users.status has empty values")


def downgrade() -> None:
    op.alter_column("users", "status", existing_type=sa.String(20), nullable=True)
