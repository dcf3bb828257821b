"""sqlite too

Revision ID: c8a0fe3a9691
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "c8a0fe3a9691"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.add_column("orders", sa.Column("shop_id", sa.Integer()), if_not_exists=True)

        # Build without blocking writes; an interrupted build leaves an invalid index, so drop
        # first.
        with op.get_context().autocommit_block():
            op.drop_index(
                op.f("ix_orders_shop_id"),
                table_name="orders",
                if_exists=True,
                postgresql_concurrently=True,
            )
            op.create_index(
                op.f("ix_orders_shop_id"), "orders", ["shop_id"], postgresql_concurrently=True
            )
    else:
        op.add_column("orders", sa.Column("shop_id", sa.Integer(), index=True))


def downgrade() -> None:
    op.drop_index("ix_orders_shop_id", table_name="orders")
    op.drop_column("orders", "shop_id")
