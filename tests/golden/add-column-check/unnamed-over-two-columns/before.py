"""unnamed over two columns

Revision ID: 5dd05e4e1ba5
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "5dd05e4e1ba5"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("paid", sa.Numeric(10, 2), sa.CheckConstraint("paid <= total")))


def downgrade() -> None:
    op.drop_column("orders", "paid")
