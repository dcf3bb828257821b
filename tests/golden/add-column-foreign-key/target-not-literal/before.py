"""target not literal

Revision ID: db705fe3c339
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "db705fe3c339"
down_revision = "base"
branch_labels = None
depends_on = None


TEAMS = __import__("os").environ.get("TEAMS", "teams")


def upgrade() -> None:
    op.add_column("orders", sa.Column("team_id", sa.Integer(), sa.ForeignKey(f"{TEAMS}.id")))


def downgrade() -> None:
    op.drop_column("orders", "team_id")
