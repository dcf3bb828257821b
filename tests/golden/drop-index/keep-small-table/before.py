"""the status is shown no more

Revision ID: 4d81be20f6a9
Revises: base
Create Date: 2025-06-16 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "4d81be20f6a9"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.drop_index("ix_orders_status", table_name="orders")


def downgrade() -> None:
    op.create_index("ix_orders_status", "orders", ["status"])
