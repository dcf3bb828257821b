"""in try

Revision ID: 1fec772f0295
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "1fec772f0295"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    try:
        op.create_foreign_key("fk_users_team", "users", "teams", ["team_id"], ["id"])
    except Exception as error:
        print("skipped:", error)


def downgrade() -> None:
    op.drop_constraint("fk_users_team", "users", type_="foreignkey")
