"""keep helper for both directions"""

import sqlalchemy as sa
from alembic import op

revision = "d4abdd23f8cc"
down_revision = "base"
branch_labels = None
depends_on = None


def _change(upgrade=True):
    if upgrade:
        op.create_index("ix_orders_total", "orders", ["total"])
    else:
        op.drop_index("ix_orders_total", table_name="orders")


def upgrade():
    _change(upgrade=True)


def downgrade():
    _change(upgrade=False)
