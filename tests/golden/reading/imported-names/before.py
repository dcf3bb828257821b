"""from alembic.op import …"""
from alembic.op import add_column, create_index, drop_column, drop_index
from sqlalchemy import Column, String

revision = "5f1b0c3d9e77"
down_revision = "base"


def upgrade() -> None:
    add_column("orders", Column("channel", String(20)))
    create_index("ix_orders_channel", "orders", ["channel"])


def downgrade() -> None:
    drop_index("ix_orders_channel", table_name="orders")
    drop_column("orders", "channel")
