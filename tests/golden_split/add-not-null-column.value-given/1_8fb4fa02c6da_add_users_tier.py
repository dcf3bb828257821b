"""add users.tier

Revision ID: 8fb4fa02c6da
Revises: base
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '8fb4fa02c6da'
down_revision: Union[str, Sequence[str], None] = 'base'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # free is what everybody has had so far
    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False, server_default="free"))


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column("users", "tier")
