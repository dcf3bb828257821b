"""constant default

Revision ID: a65eb28a90da
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "a65eb28a90da"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("is_admin", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("users", sa.Column("tier", sa.String(20), server_default="free", nullable=False))
    op.add_column("users", sa.Column("seen_at", sa.DateTime(), server_default=sa.func.now(), nullable=False))


def downgrade() -> None:
    op.drop_column("users", "seen_at")
    op.drop_column("users", "tier")
    op.drop_column("users", "is_admin")
