"""new table

Revision ID: b2d35ea12040
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "b2d35ea12040"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("text", sa.Text()))
    op.add_column("notes", sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=False))


def downgrade() -> None:
    op.drop_table("notes")
