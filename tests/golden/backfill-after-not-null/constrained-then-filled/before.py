'''constrained then filled

Revision ID: ac58b233a1f1
Revises: base
Create Date: 2019-03-05 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = 'ac58b233a1f1'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.alter_column('orders', 'status', existing_type=sa.String(length=20), nullable=False, server_default='new')
    op.execute("UPDATE orders SET status = 'new' WHERE status IS NULL")


def downgrade():
    op.alter_column('orders', 'status', existing_type=sa.String(length=20), nullable=True, server_default=None)
