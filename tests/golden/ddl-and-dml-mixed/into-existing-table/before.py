'''into existing table

Revision ID: 9ac412dabdfb
Revises: base
Create Date: 2019-03-15 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '9ac412dabdfb'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('orders', sa.Column('source', sa.String(length=10), nullable=True))
    op.execute("""
        INSERT INTO orders (id, number, source)
        SELECT id + 100000, 'C' || id, 'crm' FROM customers
        ON CONFLICT (number) DO NOTHING
    """)


def downgrade():
    op.execute("DELETE FROM orders WHERE source = 'crm'")
    op.drop_column('orders', 'source')
