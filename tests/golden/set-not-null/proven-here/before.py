"""proven here

Revision ID: 32cc4fefcf98
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "32cc4fefcf98"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(op.f("users_status_set"), "users", "status IS NOT NULL", postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT users_status_set")
    op.alter_column("users", "status", existing_type=sa.String(20), nullable=False)
    op.drop_constraint(op.f("users_status_set"), "users", type_="check")


def downgrade() -> None:
    op.alter_column("users", "status", existing_type=sa.String(20), nullable=True)
