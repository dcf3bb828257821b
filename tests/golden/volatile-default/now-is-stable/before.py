"""now is stable

Revision ID: 35abf6ed9bb4
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "35abf6ed9bb4"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("updated_at", sa.DateTime(), server_default=sa.func.now(), nullable=False))
    op.add_column("users", sa.Column("seen_at", sa.DateTime(), server_default=sa.text("CURRENT_TIMESTAMP")))
    op.add_column("users", sa.Column("joined", sa.DateTime(), server_default=sa.text("timezone('utc', now())")))


def downgrade() -> None:
    op.drop_column("users", "joined")
    op.drop_column("users", "seen_at")
    op.drop_column("users", "updated_at")
