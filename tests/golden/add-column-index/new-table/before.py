"""new table

Revision ID: 956108fa1cda
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "956108fa1cda"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("carts", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("user_id", sa.Integer(), index=True))
    op.add_column("carts", sa.Column("shop_id", sa.Integer(), index=True))


def downgrade() -> None:
    op.drop_table("carts")
