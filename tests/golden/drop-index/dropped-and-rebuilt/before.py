"""dropped and rebuilt"""

import sqlalchemy as sa
from alembic import op

revision = "5857c90968c5"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_index("ix_orders_status", table_name="orders")
    op.create_index("ix_orders_status", "orders", ["status", "customer_id"])


def downgrade():
    op.drop_index("ix_orders_status", table_name="orders")
    op.create_index("ix_orders_status", "orders", ["status"])
