"""may be null

Revision ID: ea64c514913c
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "ea64c514913c"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_primary_key(None, 'tags', ['post_id', 'tag'])


def downgrade():
    op.drop_constraint('tags_pkey', 'tags', type_='primary')
    op.alter_column('tags', 'tag', existing_type=sa.String(length=40), nullable=True)
