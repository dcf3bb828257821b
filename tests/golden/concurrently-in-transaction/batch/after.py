"""batch"""

import sqlalchemy as sa
from alembic import op

revision = "aef6b21b604a"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(20)), if_not_exists=True)

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_channel", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_orders_channel", "orders", ["channel"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_channel", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_column("channel")
