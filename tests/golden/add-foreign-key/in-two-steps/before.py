"""in two steps

Revision ID: 395622b5ff8d
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "395622b5ff8d"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key("fk_users_team", "users", "teams", ["team_id"], ["id"], postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT fk_users_team")


def downgrade() -> None:
    op.drop_constraint("fk_users_team", "users", type_="foreignkey")
