"""index

Revision ID: 2c1c2a9b7d24
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "2c1c2a9b7d24"
down_revision = "base"
branch_labels = None
depends_on = None

from myapp.naming import index_name


def upgrade():
    op.create_index(index_name("users", "team"), "users", ["team"])


def downgrade():
    op.drop_index(index_name("users", "team"), table_name="users")
