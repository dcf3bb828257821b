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
        sa.Column('rate', sa.Integer()),
        if_not_exists=True,
    )

    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.drop_constraint(op.f('ck_orders_rate_percent'), 'orders', type_='check', if_exists=True)
    op.create_check_constraint(
        'rate_percent', 'orders', 'rate BETWEEN 0 AND 100', postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute('ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_rate_percent')


def downgrade():
    op.drop_column('orders', 'rate')
