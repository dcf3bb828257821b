"""rebuild ix_users_email where invalid

Revision ID: 184caaec70dd
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '184caaec70dd'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def _has_valid_index(name: str) -> bool:
    """Whether the index is there and its build was finished; offline, and elsewhere, nothing is asked."""
    if op.get_context().as_sql or op.get_context().dialect.name != "postgresql":
        return False
    valid = "SELECT indisvalid AND indisready FROM pg_index"
    found = sa.text(f"{valid} WHERE indexrelid = to_regclass(CAST(:name AS text))")
    return op.get_bind().execute(found, {"name": name}).scalar() is True


def upgrade() -> None:
    """Upgrade schema."""
    # b2 built ix_users_email IF NOT EXISTS, which accepts what an interrupted build left.
    if not _has_valid_index("ix_users_email"):
        with op.get_context().autocommit_block():
            op.drop_index(
                "ix_users_email", table_name="users", if_exists=True, postgresql_concurrently=True
            )
            op.create_index("ix_users_email", "users", ["email"], postgresql_concurrently=True)


def downgrade() -> None:
    """Downgrade schema."""
    # ix_users_email was there before this revision: it stays.
    pass
