"""dropped and rebuilt"""

import sqlalchemy as sa
from alembic import op

revision = "5857c90968c5"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # Drop without queueing readers behind an ACCESS EXCLUSIVE lock.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_status", table_name="orders", if_exists=True, postgresql_concurrently=True
        )

        # Build without blocking writes.
        op.create_index(
            "ix_orders_status", "orders", ["status", "customer_id"], postgresql_concurrently=True
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_status", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_orders_status", "orders", ["status"], postgresql_concurrently=True)
