'''new column still empty

Revision ID: 78a99c5fe9cb
Revises: base
Create Date: 2019-03-09 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '78a99c5fe9cb'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'orders', sa.Column('external_ref', sa.String(length=64), nullable=True), if_not_exists=True
    )

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f('ix_orders_external_ref'),
            table_name='orders',
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f('ix_orders_external_ref'),
            'orders',
            ['external_ref'],
            unique=True,
            postgresql_concurrently=True,
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f('ix_orders_external_ref'),
            table_name='orders',
            if_exists=True,
            postgresql_concurrently=True,
        )
    op.drop_column('orders', 'external_ref')
