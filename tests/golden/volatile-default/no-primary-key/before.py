"""no primary key

Revision ID: b6d6b5f907b9
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "b6d6b5f907b9"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("log", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))


def downgrade() -> None:
    op.drop_column("log", "id")
