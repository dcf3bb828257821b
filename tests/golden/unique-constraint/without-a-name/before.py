"""without a name

Revision ID: 8815b17b07e3
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "8815b17b07e3"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint(None, "orders", ["external_id"])


def downgrade() -> None:
    op.drop_constraint("orders_external_id_key", "orders", type_="unique")
