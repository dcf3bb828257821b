"""index

Revision ID: 4e1c2a9b7d26
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "4e1c2a9b7d26"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.execute("SET statement_timeout = 0")
        op.drop_index(
            "ix_users_team", table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_users_team", "users", ["team"], postgresql_concurrently=True)
        op.execute("SET lock_timeout = '4s'")
        op.execute("RESET statement_timeout")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.execute("SET statement_timeout = 0")
        op.drop_index(
            "ix_users_team", table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.execute("SET lock_timeout = '4s'")
        op.execute("RESET statement_timeout")
