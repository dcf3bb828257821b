"""add what c3 skipped

Revision ID: 6ff97e7d66e9
Revises: e5
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '6ff97e7d66e9'
down_revision: Union[str, Sequence[str], None] = 'e5'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # c3 skipped what follows where logs was not there yet.
    op.add_column("logs", sa.Column("scenario_id", sa.Integer(), nullable=True), if_not_exists=True)


def downgrade() -> None:
    """Downgrade schema."""
    # c3 takes away what it meant to make; where it was before, it must stay.
    pass
