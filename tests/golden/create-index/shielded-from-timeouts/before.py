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
    op.create_index("ix_users_team", "users", ["team"])


def downgrade():
    op.drop_index("ix_users_team", table_name="users")
