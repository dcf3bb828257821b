"""small table

Revision ID: 47426ab9b781
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "47426ab9b781"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("teams", sa.Column("key", sa.Uuid(), server_default=sa.text("gen_random_uuid()")))


def downgrade() -> None:
    op.drop_column("teams", "key")
