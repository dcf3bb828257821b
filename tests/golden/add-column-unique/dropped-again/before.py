"""dropped again

Revision ID: 92f2a29e2d31
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "92f2a29e2d31"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # the table goes; keep the columns in line for the old reports until then
    op.add_column("orders", sa.Column("tmp", sa.String(32), unique=True))
    op.drop_table("orders")


def downgrade() -> None:
    raise NotImplementedError
