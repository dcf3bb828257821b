"""directive

Revision ID: cd119db039fd
Revises: base
Create Date: 2025-06-10 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "cd119db039fd"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    with op.get_context().autocommit_block():

        # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
        op.drop_index(op.f("ix_orders_customer_id"), table_name="orders", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            op.f("ix_orders_customer_id"),
            "orders",
            ["customer_id"],
            unique=False,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(op.f("ix_orders_customer_id"), table_name="orders", if_exists=True, postgresql_concurrently=True)
