'''soft delete flag

Revision ID: d5c689b8c6ff
Revises: base
Create Date: 2019-03-18 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = 'd5c689b8c6ff'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f('ix_members_badge'),
            table_name='members',
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f('ix_members_badge'),
            'members',
            ['badge'],
            unique=True,
            postgresql_concurrently=True,
            postgresql_where=sa.text('NOT is_deleted'),
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f('ix_members_badge'),
            table_name='members',
            if_exists=True,
            postgresql_concurrently=True,
        )
