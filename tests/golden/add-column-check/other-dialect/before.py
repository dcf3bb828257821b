"""other dialect

Revision ID: aa029cae84cf
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "aa029cae84cf"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "mysql":
        op.add_column("orders", sa.Column("discount", sa.Integer(), sa.CheckConstraint("discount >= 0")))
    else:
        op.add_column("orders", sa.Column("discount", sa.Integer()))


def downgrade() -> None:
    op.drop_column("orders", "discount")
