"""default gives all a value

Revision ID: 930903714ed9
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "930903714ed9"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("tier", sa.String(20), server_default="free"))
    op.alter_column("users", "tier", nullable=False)


def downgrade() -> None:
    op.drop_column("users", "tier")
