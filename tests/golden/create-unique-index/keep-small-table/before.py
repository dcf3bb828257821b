'''keep small table

Revision ID: 7a5932ae8da1
Revises: base
Create Date: 2019-03-11 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '7a5932ae8da1'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_customers_email', 'customers', ['email'], unique=True)  # 300 rows, for ever


def downgrade():
    op.drop_index('ix_customers_email', table_name='customers')
