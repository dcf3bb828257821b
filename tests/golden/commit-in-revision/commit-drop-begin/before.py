'''commit drop begin

Revision ID: 03e42764b136
Revises: base
Create Date: 2019-03-04 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '03e42764b136'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.execute('COMMIT;')
    op.execute('DROP INDEX CONCURRENTLY IF EXISTS ix_orders_status')
    op.execute('BEGIN;')


def downgrade():
    op.create_index('ix_orders_status', 'orders', ['status'])
