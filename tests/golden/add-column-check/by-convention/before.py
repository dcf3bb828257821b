"""by convention

Revision ID: 157e0c1329b7
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "157e0c1329b7"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'orders',
        sa.Column('rate', sa.Integer(), sa.CheckConstraint('rate BETWEEN 0 AND 100', name='rate_percent')),
    )


def downgrade():
    op.drop_column('orders', 'rate')
