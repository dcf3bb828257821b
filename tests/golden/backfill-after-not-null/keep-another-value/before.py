'''keep another value

Revision ID: f3f12ff23652
Revises: base
Create Date: 2019-03-20 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = 'f3f12ff23652'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('orders', sa.Column('channel', sa.String(length=20), server_default='web', nullable=False))
    op.execute("UPDATE orders SET channel = 'shop' WHERE channel IS NULL")


def downgrade():
    op.drop_column('orders', 'channel')
