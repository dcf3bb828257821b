"""set users.tier NOT NULL

Revision ID: f8e8c141b648
Revises: e85cd42b9277
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'f8e8c141b648'
down_revision: Union[str, Sequence[str], None] = 'e85cd42b9277'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Reads no row: the validated CHECK proves it.
    if op.get_context().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.alter_column("users", "tier", existing_type=sa.String(20), nullable=False)


def downgrade() -> None:
    """Downgrade schema."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("users", "tier", existing_type=sa.String(20), nullable=True)
