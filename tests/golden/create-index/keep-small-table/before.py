"""index

Revision ID: e31c2a9b7d20
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "e31c2a9b7d20"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    op.create_index("ix_users_team", "users", ["team"])


def downgrade():
    op.drop_index("ix_users_team", table_name="users")
