'''subquery into new column

Revision ID: 3f2a2cd9b3fb
Revises: base
Create Date: 2019-03-08 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '3f2a2cd9b3fb'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('orders', sa.Column('country', sa.String(length=2), nullable=True))
    op.execute('''
        UPDATE orders SET country = (SELECT c.country FROM customers c WHERE c.id = orders.customer_id)
        WHERE customer_id IS NOT NULL
    ''')


def downgrade():
    op.drop_column('orders', 'country')
