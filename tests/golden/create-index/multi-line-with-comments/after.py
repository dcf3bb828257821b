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
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f('ix_orders_placed_at'),
            table_name='orders',
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f('ix_orders_placed_at'),
            'orders',
            [sa.text('placed_at DESC')],  # newest first
            unique=False,  # several a second
            postgresql_concurrently=True,
        )
        op.drop_index(
            'ix_orders_user_id', table_name='orders', if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            'ix_orders_user_id',
            'orders',
            ['user_id'],
            postgresql_using='btree',
            postgresql_concurrently=True,
        ),


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(
            'ix_orders_user_id', table_name='orders', if_exists=True, postgresql_concurrently=True
        )
        op.drop_index(
            op.f('ix_orders_placed_at'),
            table_name='orders',
            if_exists=True,
            postgresql_concurrently=True,
        )
