"""with included columns

Revision ID: 58c546f90453
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "58c546f90453"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint("uq_users_email", "users", ["email"], postgresql_include=["status"])


def downgrade() -> None:
    op.drop_constraint("uq_users_email", "users", type_="unique")
