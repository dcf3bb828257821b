"""index

Revision ID: b01c2a9b7d17
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "b01c2a9b7d17"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        op.create_index("ix_users_team", "users", ["team"])


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_users_team", table_name="users")
