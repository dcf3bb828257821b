"""new table

Revision ID: 99db6252eccc
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "99db6252eccc"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("links", sa.Column("a", sa.Integer(), nullable=False), sa.Column("b", sa.Integer(), nullable=False))
    op.create_primary_key("links_pkey", "links", ["a", "b"])


def downgrade() -> None:
    op.drop_table("links")
