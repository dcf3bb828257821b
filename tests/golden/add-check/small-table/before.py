"""small table

Revision ID: e3f27e9ddec8
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "e3f27e9ddec8"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("teams_name_given", "teams", "name <> ''")


def downgrade() -> None:
    op.drop_constraint("teams_name_given", "teams", type_="check")
