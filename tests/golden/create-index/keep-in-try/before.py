"""index

Revision ID: c11c2a9b7d18
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "c11c2a9b7d18"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    try:
        op.create_index("ix_users_team", "users", ["team"])
    except Exception:
        print("the index was there already")


def downgrade():
    op.drop_index("ix_users_team", table_name="users")
