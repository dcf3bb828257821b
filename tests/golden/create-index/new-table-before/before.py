"""index

Revision ID: 0a1c2a9b7d22
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "0a1c2a9b7d22"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
    )
    op.create_index("ix_teams_name", "teams", ["name"])
    op.create_index("ix_users_team", "users", ["team"])


def downgrade():
    op.drop_index("ix_users_team", table_name="users")
    op.drop_table("teams")
