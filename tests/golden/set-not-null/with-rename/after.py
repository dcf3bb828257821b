"""with rename

Revision ID: 41a2378d3a4b
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "41a2378d3a4b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the table.
    op.drop_constraint(op.f("ck_users_status_filled"), "users", type_="check", if_exists=True)
    op.create_check_constraint(op.f("ck_users_status_filled"), "users", "status IS NOT NULL", postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_status_filled")
        op.alter_column("users", "status", existing_type=sa.String(20), nullable=False)
        op.drop_constraint(op.f("ck_users_status_filled"), "users", type_="check")
    op.alter_column("users", "status", new_column_name="order", existing_type=sa.String(20))
    op.alter_column("users", "order", server_default="x", existing_type=sa.String(20))


def downgrade() -> None:
    op.alter_column("users", "order", new_column_name="status", server_default=None, existing_type=sa.String(20), nullable=True)
