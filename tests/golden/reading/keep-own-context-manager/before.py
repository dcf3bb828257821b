"""keep own context manager"""

import sqlalchemy as sa
from alembic import op

revision = "e143c92ae1ad"
down_revision = "base"
branch_labels = None
depends_on = None


import contextlib


@contextlib.contextmanager
def no_foreign_keys():
    op.drop_constraint("orders_customer_id_fkey", "orders", type_="foreignkey")
    yield
    op.create_foreign_key("orders_customer_id_fkey", "orders", "customers", ["customer_id"], ["id"])


def upgrade():
    with no_foreign_keys():
        op.create_index("ix_orders_total", "orders", ["total"])


def downgrade():
    op.drop_index("ix_orders_total", table_name="orders")
