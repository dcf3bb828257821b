"""type at the same time

Revision ID: 6eb425f41cd3
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "6eb425f41cd3"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("users", "status", type_=sa.Text(), existing_type=sa.String(20), nullable=False)


def downgrade() -> None:
    op.alter_column("users", "status", type_=sa.String(20), existing_type=sa.Text(), nullable=True)
