"""new table

Revision ID: 71f638e2e81b
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "71f638e2e81b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("vouchers", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("vouchers", sa.Column("worth", sa.Integer(), sa.CheckConstraint("worth > 0", name="worth_positive")))


def downgrade() -> None:
    op.drop_table("vouchers")
