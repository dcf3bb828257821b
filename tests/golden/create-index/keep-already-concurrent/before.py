"""index

Revision ID: af1c2a9b7d16
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "af1c2a9b7d16"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_users_team", table_name="users", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_users_team", "users", ["team"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_users_team", table_name="users", if_exists=True, postgresql_concurrently=True)
