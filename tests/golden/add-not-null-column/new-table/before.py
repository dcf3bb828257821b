"""new table

Revision ID: 198cd61657dd
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "198cd61657dd"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("plans", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("plans", sa.Column("name", sa.String(50), nullable=False))


def downgrade() -> None:
    op.drop_table("plans")
