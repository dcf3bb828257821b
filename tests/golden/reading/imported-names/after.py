"""from alembic.op import …"""
from alembic.op import add_column, create_index, drop_column, drop_index
from sqlalchemy import Column, String
from alembic import op

revision = "5f1b0c3d9e77"
down_revision = "base"


def upgrade() -> None:
    add_column("orders", Column("channel", String(20)), if_not_exists=True)

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_channel", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
        create_index("ix_orders_channel", "orders", ["channel"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        drop_index(
            "ix_orders_channel", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
    drop_column("orders", "channel")
