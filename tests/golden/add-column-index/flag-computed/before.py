"""flag computed

Revision ID: e62ad70634cd
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "e62ad70634cd"
down_revision = "base"
branch_labels = None
depends_on = None


INDEXED = not bool(0)


def upgrade() -> None:
    op.add_column("orders", sa.Column("shop_id", sa.Integer(), index=INDEXED and bool(op)))


def downgrade() -> None:
    op.drop_column("orders", "shop_id")
