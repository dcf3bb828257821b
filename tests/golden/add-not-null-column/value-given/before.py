"""value given

Revision ID: b5f328cde95e
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "b5f328cde95e"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # free is what everybody has had so far
    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False))


def downgrade() -> None:
    op.drop_column("users", "tier")
