"""Orders by user."""

import sqlalchemy as sa
from alembic import op

revision = "orders_by_user"
down_revision = "base"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_user_id", table_name="orders", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "ix_orders_user_id",
            "orders",
            ["user_id"],
            postgresql_concurrently=True,
            postgresql_where=sa.text("total > 0"),
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_user_id", table_name="orders", if_exists=True, postgresql_concurrently=True)
