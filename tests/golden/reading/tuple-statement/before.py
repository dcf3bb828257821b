"""tuple statement"""

import sqlalchemy as sa
from alembic import op

revision = "e42feb8e0034"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("orders", sa.Column("channel", sa.String(20))),
    op.create_index("ix_orders_total", "orders", ["total"]),


def downgrade():
    op.drop_index("ix_orders_total", table_name="orders"),
    op.drop_column("orders", "channel"),
