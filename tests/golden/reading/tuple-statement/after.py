"""tuple statement"""

import sqlalchemy as sa
from alembic import op

revision = "e42feb8e0034"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("orders", sa.Column("channel", sa.String(20)), if_not_exists=True),

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_total", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_orders_total", "orders", ["total"], postgresql_concurrently=True),


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_total", table_name="orders", if_exists=True, postgresql_concurrently=True
        ),
    op.drop_column("orders", "channel"),
