"""index

Revision ID: 6b1c2a9b7d12
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "6b1c2a9b7d12"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    for table, column in (("users", "team"), ("orders", "placed_at")):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade():
    for table, column in (("users", "team"), ("orders", "placed_at")):
        op.drop_index(f"ix_{table}_{column}", table_name=table)
