"""plain

Revision ID: ca25695366a2
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "ca25695366a2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("shop_id", sa.Integer(), nullable=True), if_not_exists=True)

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
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
    op.add_column("orders", sa.Column("till_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "till_id")
    op.drop_column("orders", "shop_id")
