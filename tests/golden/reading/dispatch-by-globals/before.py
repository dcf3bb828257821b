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
    op.create_index("ix_orders_total", "orders", ["total"])


def downgrade_engine1():
    op.drop_index("ix_orders_total", table_name="orders")
