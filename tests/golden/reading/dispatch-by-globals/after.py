"""dispatch by globals"""

import sqlalchemy as sa
from alembic import op

revision = "41b3fd9d5154"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade(name="engine1"):
    globals()[f"upgrade_{name}"]()


def downgrade(name="engine1"):
    globals()[f"downgrade_{name}"]()


def upgrade_engine1():
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_total", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_orders_total", "orders", ["total"], postgresql_concurrently=True)


def downgrade_engine1():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_total", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
