"""quay's way: everything comes in as an argument"""
import sqlalchemy as sa
from alembic import op as original_op

revision = "c00a1f15968b"
down_revision = "base"


class Tables:
    orders = "orders"


def _wrapped(op):
    op.create_index("ix_orders_total", "orders", ["total"])


def upgrade(op=original_op, tables=Tables(), tester=None):
    _wrapped(op)


def downgrade(op=original_op, tables=Tables(), tester=None):
    op.drop_index("ix_orders_total", table_name="orders")
