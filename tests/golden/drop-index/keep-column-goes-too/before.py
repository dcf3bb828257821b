"""keep column goes too

Revision ID: 0fc87ac008b5
Revises: base
Create Date: 2025-06-16 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "0fc87ac008b5"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.drop_index("ix_orders_status", table_name="orders")
    op.drop_column("orders", "status")


def downgrade() -> None:
    op.add_column("orders", sa.Column("status", sa.String(length=20), nullable=True))
    op.create_index("ix_orders_status", "orders", ["status"])
