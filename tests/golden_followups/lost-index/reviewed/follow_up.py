"""index orders state

Revision ID: cb6f1107be9b
Revises: c3
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'cb6f1107be9b'
down_revision: Union[str, Sequence[str], None] = 'c3'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # ix_orders_state_user went with user_id in c3; the index over what is left was never built.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_orders_state"),
            table_name="orders",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(op.f("ix_orders_state"), "orders", ["state"], postgresql_concurrently=True)


def downgrade() -> None:
    """Downgrade schema."""
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_orders_state"),
            table_name="orders",
            if_exists=True,
            postgresql_concurrently=True,
        )
