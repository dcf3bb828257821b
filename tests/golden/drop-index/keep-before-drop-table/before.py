'''keep before drop table

Revision ID: 465125eee2f2
Revises: base
Create Date: 2019-03-15 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '465125eee2f2'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.drop_index('ix_orders_status', table_name='orders')
    op.drop_table('orders')


def downgrade():
    op.create_table('orders',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(20), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(20), nullable=True),
    sa.Column('total', sa.Numeric(12, 2), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name='orders_customer_id_fkey'),
    sa.PrimaryKeyConstraint('id', name='orders_pkey'),
    sa.UniqueConstraint('number', name='uq_orders_number'),
    )
    op.create_index('ix_orders_status', 'orders', ['status'], unique=False)
