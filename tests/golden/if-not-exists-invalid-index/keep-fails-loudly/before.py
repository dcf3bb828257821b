"""keep fails loudly

Revision ID: a1a6d98219f3
Revises: base
Create Date: 2025-06-22 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "a1a6d98219f3"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_total", "orders", ["total"], postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("ix_orders_total", table_name="orders")
