'''keep rollback

Revision ID: 91ef2497aab6
Revises: base
Create Date: 2019-03-06 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '91ef2497aab6'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ROLLBACK")
    op.execute("UPDATE orders SET note = 'x' WHERE id = 10")


def downgrade():
    pass
