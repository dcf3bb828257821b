"""one more state

Revision ID: 8af3a3c22172
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "8af3a3c22172"
down_revision = "base"
branch_labels = None
depends_on = None


STATES = "state IN ('new', 'paid', 'sent', 'returned')"


def upgrade():
    op.drop_constraint('orders_state_check', 'orders', type_='check')
    op.create_check_constraint('orders_state_check', 'orders', STATES)


def downgrade():
    op.drop_constraint('orders_state_check', 'orders', type_='check')
    op.create_check_constraint('orders_state_check', 'orders', "state IN ('new', 'paid', 'sent')")
