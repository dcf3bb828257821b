'''drop index keyword

Revision ID: 2509d6ca286f
Revises: base
Create Date: 2019-03-10 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '2509d6ca286f'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.drop_index('ix_orders_status', table_name='orders', postgresql_concurrently=True)


def downgrade():
    op.create_index('ix_orders_status', 'orders', ['status'], unique=False)
