"""only in downgrade

Revision ID: f6e525288039
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "f6e525288039"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("users_team_id_fkey", "users", type_="foreignkey")


def downgrade() -> None:
    op.create_foreign_key("users_team_id_fkey", "users", "teams", ["team_id"], ["id"])
