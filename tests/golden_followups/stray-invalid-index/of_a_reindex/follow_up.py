"""drop ix_users_email_ccnew

Revision ID: d454743e6d6c
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'd454743e6d6c'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # An interrupted REINDEX left ix_users_email_ccnew on production: every write keeps it up, no
    # query uses it.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_users_email_ccnew"),
            table_name="users",
            if_exists=True,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    """Downgrade schema."""
    # ix_users_email_ccnew was of no use: nothing to bring back.
    pass
