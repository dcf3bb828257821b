'''keep no primary key

Revision ID: 96ce0f056af9
Revises: base
Create Date: 2019-03-11 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '96ce0f056af9'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE document_views SET source = 'unknown' WHERE source IS NULL")


def downgrade():
    pass
