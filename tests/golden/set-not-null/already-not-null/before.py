"""already not null

Revision ID: 15cfdbccb158
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "15cfdbccb158"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("users", "email", existing_type=sa.String(320), nullable=False)
    op.alter_column("users", "imported", existing_type=sa.Text(), existing_nullable=False, nullable=False)


def downgrade() -> None:
    pass
