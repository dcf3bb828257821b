"""nulls are possible

Revision ID: b7f1361caa04
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "b7f1361caa04"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("users", "status", existing_type=sa.String(20), nullable=False)


def downgrade() -> None:
    op.alter_column("users", "status", existing_type=sa.String(20), nullable=True)
