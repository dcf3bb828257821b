"""keywords from elsewhere

Revision ID: 7a6cee063aa9
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "7a6cee063aa9"
down_revision = "base"
branch_labels = None
depends_on = None


fk_kwargs = {"ondelete": "CASCADE", **({"match": "FULL"} if revision else {})}


def upgrade() -> None:
    op.create_foreign_key("fk_users_team", "users", "teams", ["team_id"], ["id"], **fk_kwargs)


def downgrade() -> None:
    op.drop_constraint("fk_users_team", "users", type_="foreignkey")
