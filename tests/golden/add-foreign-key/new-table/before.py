"""new table

Revision ID: 328b756f6451
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "328b756f6451"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("user_id", sa.Integer()))
    op.create_foreign_key("fk_notes_user", "notes", "users", ["user_id"], ["id"])


def downgrade() -> None:
    op.drop_table("notes")
