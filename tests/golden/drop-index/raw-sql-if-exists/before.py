'''raw sql if exists

Revision ID: f04fe67f8eb9
Revises: base
Create Date: 2019-03-17 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = 'f04fe67f8eb9'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.execute('DROP INDEX IF EXISTS ix_orders_status')


def downgrade():
    op.execute('CREATE INDEX ix_orders_status ON orders (status)')
