"""unnamed by convention

Revision ID: 46c3030e3f66
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "46c3030e3f66"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key(None, "users", "teams", ["team_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_users_team_id_teams", "users", type_="foreignkey")
