"""new table

Revision ID: 017269fa4fbf
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "017269fa4fbf"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("coupons", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("coupons", sa.Column("code", sa.String(20), unique=True))


def downgrade() -> None:
    op.drop_table("coupons")
