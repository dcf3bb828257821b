"""index

Revision ID: 6f1c2a9b7d28
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "6f1c2a9b7d28"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    for table in op.get_bind().execute(sa.text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'log_%'")):
        op.alter_column(table[0], "team", nullable=False)


def downgrade():
    pass
