"""a word is no call

Revision ID: a7be22968ce7
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "a7be22968ce7"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # the string says gen_random_uuid(), it does not call it
    op.add_column("users", sa.Column("hint", sa.Text(), server_default="gen_random_uuid()"))


def downgrade() -> None:
    op.drop_column("users", "hint")
