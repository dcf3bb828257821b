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
    op.add_column('orders', sa.Column('external_ref', sa.String(length=64), nullable=True))
    op.create_index(op.f('ix_orders_external_ref'), 'orders', ['external_ref'], unique=True)


def downgrade():
    op.drop_index(op.f('ix_orders_external_ref'), table_name='orders')
    op.drop_column('orders', 'external_ref')
