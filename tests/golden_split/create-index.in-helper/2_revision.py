"""index

Revision ID: 1b1c2a9b7d23
Revises: ffb0a35c2d8e
"""
import sqlalchemy as sa
from alembic import op

revision = "1b1c2a9b7d23"
down_revision = "ffb0a35c2d8e"
branch_labels = None
depends_on = None

def _index(table, column):
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            f"ix_{table}_{column}", table_name=table, if_exists=True, postgresql_concurrently=True
        )
        op.create_index(f"ix_{table}_{column}", table, [column], postgresql_concurrently=True)


def upgrade():
    _index("orders", "placed_at")


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_placed_at", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
