"""index

Revision ID: 3d1c2a9b7d25
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "3d1c2a9b7d25"
down_revision = "base"
branch_labels = None
depends_on = None

def _swap(new, old, column):
    op.drop_index(old, table_name="users")
    op.create_index(new, "users", [column])


def upgrade():
    _swap("ix_users_team", "ix_users_email", "team")


def downgrade():
    _swap("ix_users_email", "ix_users_team", "email")
