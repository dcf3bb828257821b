from alembic import op
from sqlalchemy import Column, DateTime

revision = '0349c81e093c'
down_revision = 'base'


def upgrade():
    op.add_column('orders', Column('placed_at', DateTime(timezone=True), nullable=False))


def downgrade():
    op.drop_column('orders', 'placed_at')
