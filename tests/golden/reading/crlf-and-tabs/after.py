'''crlf and tabs

Revision ID: de79c6ff0085
Revises: base
Create Date: 2019-03-27 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = 'de79c6ff0085'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
	# slow, and nobody asks
	# Drop without queueing readers behind an ACCESS EXCLUSIVE lock.
	with op.get_context().autocommit_block():
		op.drop_index(
		    'ix_orders_status', table_name='orders', if_exists=True, postgresql_concurrently=True
		)


def downgrade():
	with op.get_context().autocommit_block():
		op.drop_index(
		    'ix_orders_status', table_name='orders', if_exists=True, postgresql_concurrently=True
		)
		op.create_index('ix_orders_status', 'orders', ['status'], postgresql_concurrently=True)
