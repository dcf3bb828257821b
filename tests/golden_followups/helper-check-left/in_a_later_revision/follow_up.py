"""drop ck_users_email_filled

Revision ID: 32c9396a784b
Revises: c3
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '32c9396a784b'
down_revision: Union[str, Sequence[str], None] = 'c3'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # email is NOT NULL since; b2 left the CHECK that proved it.
    op.drop_constraint(op.f("ck_users_email_filled"), "users", type_="check", if_exists=True)


def downgrade() -> None:
    """Downgrade schema."""
    # As b2 left it.
    op.drop_constraint(op.f("ck_users_email_filled"), "users", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_users_email_filled"), "users", "email IS NOT NULL", postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_email_filled")
