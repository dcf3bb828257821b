"""index

Revision ID: 9e1c2a9b7d15
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "9e1c2a9b7d15"
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


def downgrade():
    op.drop_index("ix_teams_name", table_name="teams")
    op.drop_table("teams")
