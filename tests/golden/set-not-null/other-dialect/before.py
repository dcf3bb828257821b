"""other dialect

Revision ID: 397f8d4dc070
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "397f8d4dc070"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "mysql":
        op.alter_column("users", "status", existing_type=sa.String(20), nullable=False)


def downgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "mysql":
        op.alter_column("users", "status", existing_type=sa.String(20), nullable=True)
