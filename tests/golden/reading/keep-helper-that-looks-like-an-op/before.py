"""keep helper that looks like an op"""

import sqlalchemy as sa
from alembic import op

revision = "2535858aeeec"
down_revision = "base"
branch_labels = None
depends_on = None


from app.migration_utils import create_index, drop_index


def upgrade():
    create_index(table_name="orders", index_name="ix_orders_total", columns=["total"])


def downgrade():
    drop_index(index_name="ix_orders_total", table_name="orders")
