'''uuid key

Revision ID: 0aaae3cc05b8
Revises: base
Create Date: 2019-03-11 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0aaae3cc05b8'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('documents', sa.Column('slug', sa.String(length=200), nullable=True))
    op.execute(sa.text("UPDATE documents SET slug = lower(replace(title, ' ', '-'))"))


def downgrade():
    op.drop_column('documents', 'slug')
