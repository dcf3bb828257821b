"""quay's way: everything comes in as an argument"""
import sqlalchemy as sa
from alembic import op as original_op

revision = "c00a1f15968b"
down_revision = "base"


class Tables:
    orders = "orders"


def _wrapped(op):
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_total", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_orders_total", "orders", ["total"], postgresql_concurrently=True)


def upgrade(op=original_op, tables=Tables(), tester=None):
    _wrapped(op)


def downgrade(op=original_op, tables=Tables(), tester=None):
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_total", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
