"""dropped and made anew

Revision ID: 75fa6594bb25
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "75fa6594bb25"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a team may use an address once
    op.drop_constraint("uq_users_email", "users", type_="unique")
    op.create_unique_constraint("uq_users_email", "users", ["team_id", "email"])


def downgrade() -> None:
    op.drop_constraint("uq_users_email", "users", type_="unique")
    op.create_unique_constraint("uq_users_email", "users", ["email"])
