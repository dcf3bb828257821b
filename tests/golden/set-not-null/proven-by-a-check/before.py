"""proven by a check

Revision ID: 7e11509308cb
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "7e11509308cb"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("users", "status", existing_type=sa.String(20), nullable=False)
    op.drop_constraint("ck_users_status_set", "users", type_="check")


def downgrade() -> None:
    op.alter_column("users", "status", existing_type=sa.String(20), nullable=True)
