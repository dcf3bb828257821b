"""create ix_users_team

Revision ID: ffb0a35c2d8e
Revises: base
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'ffb0a35c2d8e'
down_revision: Union[str, Sequence[str], None] = 'base'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def _index(table, column):
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            f"ix_{table}_{column}", table_name=table, if_exists=True, postgresql_concurrently=True
        )
        op.create_index(f"ix_{table}_{column}", table, [column], postgresql_concurrently=True)


def upgrade() -> None:
    """Upgrade schema."""
    _index("users", "team")


def downgrade() -> None:
    """Downgrade schema."""
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_users_team", table_name="users", if_exists=True, postgresql_concurrently=True
        )
