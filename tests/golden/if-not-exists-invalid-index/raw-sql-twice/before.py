'''raw sql twice

Revision ID: 476a6e5b871e
Revises: base
Create Date: 2019-03-16 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '476a6e5b871e'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute('CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_orders_total ON orders (total)')
        op.execute('''
            CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix_orders_lower_number
            ON orders (lower(number))
        ''')


def downgrade():
    op.execute('DROP INDEX IF EXISTS ix_orders_lower_number')
    op.execute('DROP INDEX IF EXISTS ix_orders_total')
