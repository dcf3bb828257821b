"""validate ck_users_given

Revision ID: b78e66d0e74e
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'b78e66d0e74e'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # b2 added ck_users_given NOT VALID: rows from before were never checked.
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_given")


def downgrade() -> None:
    """Downgrade schema."""
    # As b2 left it: enforced for new rows only.
    op.drop_constraint(op.f("ck_users_given"), "users", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_users_given"), "users", "email <> ''", postgresql_not_valid=True
    )
