"""index

Revision ID: d21c2a9b7d19
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "d21c2a9b7d19"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    op.bulk_insert(sa.table("users", sa.column("email")), [{"email": "root@example.org"}])
    op.create_index("ix_users_team", "users", ["team"])


def downgrade():
    op.drop_index("ix_users_team", table_name="users")
