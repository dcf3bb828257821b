"""index

Revision ID: 7c1c2a9b7d13
Revises: base
"""
from alembic import op
import sqlalchemy as sa

revision = "7c1c2a9b7d13"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade() -> None:
    op.create_index(
        op.f('ix_orders_placed_at'),
        'orders',
        [sa.text('placed_at DESC')],  # newest first
        unique=False,  # several a second
    )
    op.create_index('ix_orders_user_id', 'orders', ['user_id'], postgresql_using='btree'),


def downgrade() -> None:
    op.drop_index('ix_orders_user_id', table_name='orders')
    op.drop_index(op.f('ix_orders_placed_at'), table_name='orders')
