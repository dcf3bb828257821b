"""with default

Revision ID: 53633937f5d2
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "53633937f5d2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # every account starts active
    op.alter_column(
        "users",
        "status",
        existing_type=sa.String(20),
        server_default="active",
    )

    # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the
    # table.
    op.drop_constraint(op.f("ck_users_status_filled"), "users", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_users_status_filled"), "users", "status IS NOT NULL", postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_status_filled")
        op.alter_column("users", "status", existing_type=sa.String(20), nullable=False)
        op.drop_constraint(op.f("ck_users_status_filled"), "users", type_="check")


def downgrade() -> None:
    op.alter_column("users", "status", existing_type=sa.String(20), server_default=None, nullable=True)
