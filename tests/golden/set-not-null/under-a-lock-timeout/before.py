"""index

Revision ID: 5f1c2a9b7d27
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "5f1c2a9b7d27"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    op.execute("UPDATE users SET team = 'none' WHERE team IS NULL")
    op.alter_column("users", "team", existing_type=sa.String(50), nullable=False)


def downgrade():
    op.alter_column("users", "team", existing_type=sa.String(50), nullable=True)
