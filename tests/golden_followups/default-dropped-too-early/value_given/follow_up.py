"""keep the default of users tier

Revision ID: c41ce52713cd
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'c41ce52713cd'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # b2 dropped the default at once: INSERTs of the application that does not know tier fail. Drop it
    # after the next release.
    op.alter_column("users", "tier", existing_type=sa.String(20), server_default="free")


def downgrade() -> None:
    """Downgrade schema."""
    op.alter_column("users", "tier", existing_type=sa.String(20), server_default=None)
