"""add meh to mood

Revision ID: 236266d97888
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '236266d97888'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # b2 added 'meh' under a condition: not every database has it.
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'meh'")


def downgrade() -> None:
    """Downgrade schema."""
    # PostgreSQL cannot take a value out of an enum type.
    pass
