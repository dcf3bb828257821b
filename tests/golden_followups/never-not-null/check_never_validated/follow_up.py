"""set users email not null

Revision ID: 4c0086d3c0d0
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '4c0086d3c0d0'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # b2 added ck_users_email_filled and went no further: validate it, let it prove NOT NULL, drop it.
    op.drop_constraint(op.f("ck_users_email_filled"), "users", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_users_email_filled"), "users", "email IS NOT NULL", postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_email_filled")
        op.alter_column("users", "email", existing_type=sa.String(200), nullable=False)
        op.drop_constraint(op.f("ck_users_email_filled"), "users", type_="check", if_exists=True)


def downgrade() -> None:
    """Downgrade schema."""
    # As b2 left it.
    op.drop_constraint(op.f("ck_users_email_filled"), "users", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_users_email_filled"), "users", "email IS NOT NULL", postgresql_not_valid=True
    )
    op.alter_column("users", "email", existing_type=sa.String(200), nullable=True)
