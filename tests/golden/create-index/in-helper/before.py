"""index

Revision ID: 1b1c2a9b7d23
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "1b1c2a9b7d23"
down_revision = "base"
branch_labels = None
depends_on = None

def _index(table, column):
    op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade():
    _index("users", "team")
    _index("orders", "placed_at")


def downgrade():
    op.drop_index("ix_orders_placed_at", table_name="orders")
    op.drop_index("ix_users_team", table_name="users")
